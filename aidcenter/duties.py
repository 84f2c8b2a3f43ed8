"""What is owed to whom today, and what happened: the rows of the home page and of a timeline."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Duty:
    """Something to do: due on a day, about a thing, ending in an act.

    `alarm` rows stand on top, those that bear no delay (`now`) first; a clock runs from `since`.
    """

    due_on: date
    title: str
    detail: str
    url: str
    act: str
    alarm: bool = False
    waiting: bool = False
    now: bool = False
    since: datetime | None = None

    def urgency(self, today: date) -> str:
        """late, due or "" (the CSS class that carries the meaning; the words carry it too)."""
        if self.due_on < today:
            return "late"
        return "due" if self.due_on == today else ""

    def when(self, today: date) -> str:
        """The day in words, as near days are said."""
        days = (self.due_on - today).days
        if days < 0:
            return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
        if days == 0:
            return _("Today")
        return _("Tomorrow") if days == 1 else self.due_on.strftime("%d.%m.%Y")


def at_start_of(day: date) -> datetime:
    """The first moment of a day in Baku, to sort days among moments."""
    return timezone.make_aware(datetime.combine(day, time.min))
