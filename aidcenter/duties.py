"""What is owed to whom today, and what happened: the rows of the home page and of a timeline."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Act(NamedTuple):
    """Another way out of a duty than its page: an address; where it has `fields`, a POST done in place."""

    label: str
    url: str
    fields: dict[str, str] = {}


@dataclass(frozen=True)
class Duty:
    """Something to do: due on a day, about a thing, ending in an act.

    `alarm` rows stand on top, those that bear no delay (`now`) first; a clock runs from `since`.
    Others are `waiting` for, or a case is `quiet`. `acts` come before the page of `url`.
    """

    due_on: date
    title: str
    detail: str
    url: str
    act: str
    alarm: bool = False
    waiting: bool = False
    quiet: bool = False
    now: bool = False
    since: datetime | None = None
    acts: tuple[Act, ...] = ()

    @property
    def is_work(self) -> bool:
        """Whether it is to be done by the person themself, in the order of the days."""
        return not (self.alarm or self.waiting or self.quiet)

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


AT_HOME = "home"  # the field of an act that is done on the home page


def back(request: HttpRequest, to: str, *args: Any) -> HttpResponse:
    """Where an act leads: home again when it was done there, else to the page `to`."""
    return redirect("home") if AT_HOME in request.POST else redirect(to, *args)


def at_start_of(day: date) -> datetime:
    """The first moment of a day in Baku, to sort days among moments."""
    return timezone.make_aware(datetime.combine(day, time.min))
