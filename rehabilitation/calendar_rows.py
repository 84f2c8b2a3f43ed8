"""What the calendar shows: bookings one by one, or counted; each with as many queries for one as for many.

A booking says who or which room is busy. With what, it says as far as the reader reads the case.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import Http404
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from rehabilitation.actions import GIVERS
from rehabilitation.calendar_asked import ALL, ME, PERSON, ROOM, ROOMS, TEAM, Asked
from rehabilitation.models import Booking, Room, Service


@dataclass(frozen=True)
class Whose:
    """Of whom the calendar is: those who can be chosen, those it shows, and by which column."""

    people: dict[int, str]
    rooms: dict[int, str]
    team: bool
    column: str
    shown: dict[int, str]
    everybody: bool = False


@dataclass
class Slot:
    """A booking as the reader sees it: `services` are those whose case they read."""

    booking: Booking
    day: date
    who: str
    room: str
    services: list[Service] = field(default_factory=list)

    @property
    def when(self) -> str:
        """From when until when on that day, in Baku; from before it or into the next, without that time."""
        first, end = timezone.localtime(self.booking.starts_at), timezone.localtime(self.booking.ends_at)
        start = f"{first:%H:%M}" if first.date() == self.day else "…"
        return f"{start}–{end:%H:%M}" if end.date() == self.day else f"{start}–…"


@dataclass(frozen=True)
class Amount:
    """How many bookings, and how long they take together."""

    number: int = 0
    minutes: int = 0

    @property
    def hours(self) -> str:
        """That, in hours."""
        return _hours(self.minutes, get_language() or "")

    @property
    def sessions(self) -> str:
        """How many, in words."""
        return _sessions(self.number, get_language() or "")


NONE = Amount()


@lru_cache(maxsize=2000)
def _hours(minutes: int, _language: str) -> str:
    said = number_format(minutes / 60, 0 if minutes % 60 == 0 else 1, use_l10n=True)
    return _("%(hours)s h") % {"hours": said}


@lru_cache(maxsize=2000)
def _sessions(number: int, _language: str) -> str:
    return ngettext("%(sessions)s session", "%(sessions)s sessions", number) % {"sessions": number}


_GIVERS = Prepared(
    lambda _case: (
        Staff.objects.filter(is_active=True, role__in=GIVERS)
        .order_by("display_name", "pk")
        .values_list("pk", "display_name", "team")
    )
)
_ROOMS = Prepared(lambda _case: Room.objects.values_list("pk", "name"))


def whose(asked: Asked, person: Staff) -> Whose:
    """Of whom it is asked; a person or room that is not there is 404."""
    staff = _GIVERS.values()
    people = {pk: name for pk, name, _team in staff}
    rooms = dict(_ROOMS.values())
    mates = {pk: name for pk, name, team in staff if team and team == person.team_id}
    column, shown = {
        ME: ("staff", {person.pk: person.display_name}),
        TEAM: ("staff", mates),
        ALL: ("staff", people),
        ROOMS: ("room", rooms),
        PERSON: ("staff", _one(people, asked.pk)),
        ROOM: ("room", _one(rooms, asked.pk)),
    }[asked.of]
    if asked.pk and not shown:
        raise Http404
    return Whose(people, rooms, bool(mates), column, shown, asked.of in (ALL, ROOMS))


def _one(names: dict[int, str], pk: int) -> dict[int, str]:
    return {pk: names[pk]} if pk in names else {}


# Day by day, each from an index that holds what is counted: at once, the planner would read the whole table.
_BY_DAY = """
    SELECT asked.day, found.number, found.minutes
      FROM unnest(%s::date[]) asked (day),
           LATERAL (SELECT count(*) AS number, sum(minutes) AS minutes FROM rehabilitation_booking b
                     WHERE b.freed_at IS NULL AND b.day = asked.day AND {whom}) found
     WHERE found.number > 0"""
_OF_SOME = """
    SELECT {by}, count(*), sum(minutes) FROM rehabilitation_booking
     WHERE freed_at IS NULL AND day BETWEEN %s AND %s AND {whom} = ANY(%s) GROUP BY {by}"""


def by_day(whom: Whose, days: list[date]) -> dict[date, Amount]:
    """How much there is on each day, by the day on which it begins."""
    column = f"b.{whom.column}_id"
    of_whom = f"{column} IS NOT NULL" if whom.everybody else f"{column} = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY.format(whom=of_whom), [days] if whom.everybody else [days, list(whom.shown)])
        return {day: Amount(number, minutes) for day, number, minutes in cursor.fetchall()}


def by_row(whom: Whose, days: list[date], shown: Iterable[int]) -> dict[int, dict[date, Amount]]:
    """The same for each of `shown`."""
    found: dict[int, dict[date, Amount]] = defaultdict(dict)
    for pk, day, number, minutes in _counted(days, shown, f"{whom.column}_id", "day"):
        found[pk][day] = Amount(number, minutes)
    return found


def of_each(whom: Whose, days: list[date], shown: Iterable[int]) -> dict[int, Amount]:
    """How much each of `shown` has on all these days together."""
    rows = _counted(days, shown, f"{whom.column}_id")
    return {pk: Amount(number, minutes) for pk, number, minutes in rows}


def _counted(days: list[date], shown: Iterable[int], *by: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_SOME.format(by=", ".join(by), whom=by[0]), [days[0], days[-1], list(shown)])
        return cursor.fetchall()


def total(counts: Iterable[Amount]) -> Amount:
    """All of them together."""
    rows = list(counts)
    return Amount(sum(row.number for row in rows), sum(row.minutes for row in rows))


def slots(
    whom: Whose, days: list[date], shown: Iterable[int], reader: Staff
) -> dict[int, dict[date, list[Slot]]]:
    """The bookings of each of `shown` on each day that they touch, with what the reader may know of them."""
    span = DateTimeTZRange(at_start_of(days[0]), at_start_of(days[-1] + timedelta(days=1)))
    rows = Booking.objects.held().filter(
        day__range=(days[0] - timedelta(days=1), days[-1]),  # a session lasts a day at most
        during__overlap=span,
        **{f"{whom.column}__in": list(shown)},
    )
    bookings = list(rows.order_by("during", "pk"))
    known = services_of(bookings, reader)
    found: dict[int, dict[date, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for booking in bookings:
        said: dict[str, Any] = {
            "who": whom.people.get(booking.staff_id, "–") if booking.staff_id else "",
            "room": whom.rooms.get(booking.room_id, "") if booking.room_id else "",
            "services": known[booking.pk],
        }
        for day in _touched(booking, days):
            found[getattr(booking, f"{whom.column}_id")][day].append(Slot(booking, day, **said))
    return found


def _touched(booking: Booking, days: list[date]) -> list[date]:
    first = timezone.localdate(booking.starts_at)
    last = timezone.localdate(booking.ends_at - timedelta(microseconds=1))
    return [day for day in days if first <= day <= last]


def services_of(bookings: list[Booking], reader: Staff) -> dict[Any, list[Service]]:
    """The services behind them, of the cases that the reader reads."""
    rows = Service.objects.visible_to(reader).filter(booking__in=[booking.pk for booking in bookings])
    found: dict[Any, list[Service]] = defaultdict(list)
    for service in rows.select_related("case").with_labels().order_by("case__number"):
        found[service.booking_id].append(service)
    return found
