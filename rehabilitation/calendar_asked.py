"""Which stretch of the calendar an address asks for, and of whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.dates import MONTHS, WEEKDAYS

from aidcenter.clock import months_after
from aidcenter.templatetags.ui import dmy

SPANS = ("day", "week", "month")
ME, TEAM, ALL, ROOMS = "me", "team", "all", "rooms"
PERSON, ROOM = "person", "room"
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_ID = 18  # digits


@dataclass(frozen=True)
class Asked:
    """A day, week or month around `day`, of the reader, the team, everybody, all rooms, or one by `pk`."""

    span: str
    day: date
    of: str = ME
    pk: int = 0

    @classmethod
    def of_query(cls, query: QueryDict, today: date) -> "Asked":
        """What the address asks for; where it cannot be meant, the reader's own week."""
        span = query.get("span", "")
        of, _dash, pk = query.get("of", "").partition("-")
        known = pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_ID
        if of not in ((PERSON, ROOM) if pk else (ME, TEAM, ALL, ROOMS)) or (pk and not known):
            of, pk = ME, ""
        return cls(span if span in SPANS else "week", _day(query.get("day", ""), today), of, int(pk or 0))

    @property
    def whose(self) -> str:
        """Of whom, as the address says it."""
        return f"{self.of}-{self.pk}" if self.pk else self.of

    @property
    def days(self) -> list[date]:
        """The days of it."""
        first = {"day": self.day, "week": monday(self.day), "month": self.day.replace(day=1)}[self.span]
        count = {"day": 1, "week": 7, "month": (months_after(first, 1) - first).days}[self.span]
        return [first + timedelta(days=number) for number in range(count)]

    @property
    def weeks(self) -> list[list[date | None]]:
        """The days by weeks from Monday, with nothing where a day is of another month."""
        days: list[date | None] = [None] * self.days[0].weekday() + [*self.days]
        days += [None] * (-len(days) % 7)
        return [days[number : number + 7] for number in range(0, len(days), 7)]

    @property
    def words(self) -> str:
        """When it is."""
        if self.span == "month":
            return f"{MONTHS[self.day.month]} {self.day.year}"
        if self.span == "week":
            return f"{dmy(self.days[0])} – {dmy(self.days[-1])}"
        return f"{WEEKDAYS[self.day.weekday()]}, {dmy(self.day)}"

    def by(self, steps: int) -> "Asked":
        """So many of these later, or earlier; never beyond what a calendar shows."""
        if self.span == "month":
            day = months_after(self.day.replace(day=1), steps)
        else:
            day = self.day + timedelta(days=steps * len(self.days))
        return Asked(self.span, min(max(day, FIRST), LAST), self.of, self.pk)

    def query(self, *, span: str = "", day: date | None = None, of: str = "") -> str:
        """The address of it, or of another that differs in these; none of them has a letter to be quoted."""
        return f"span={span or self.span}&day={day or self.day}&of={of or self.whose}"


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST <= day <= LAST else today
