"""What other pages show of the houses."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from cases.models import Case
from rehabilitation import house


def navigation() -> list[NavItem]:
    """The list of the house for who has duty, the roster for who plans it."""
    return [
        NavItem(gettext_lazy("House"), "house:residents", "house", Verb.VIEW_HOUSE, "/house/"),
        NavItem(gettext_lazy("Roster"), "house:roster", "calendar-clock", Verb.PLAN_ROSTER, "/house/roster/"),
    ]


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """The shift that is under way."""
    if not may(person, Verb.VIEW_HOUSE):
        return
    for shift in house.shifts_now(person):
        until = timezone.localtime(shift.ends).strftime("%d.%m.%Y %H:%M")
        yield Duty(
            due_on=today,
            title=_("You have duty in %(house)s") % {"house": shift.house.name},
            detail=_("until %(day)s") % {"day": until},
            url=reverse("house:residents"),
            act=_("Open"),
        )


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """Where the person lives."""
    return {
        "template": "rehabilitation/_house.html",
        "stay": house.stay_of(case),
        "may_place": may(person, Verb.RECORD_SERVICE),
    }
