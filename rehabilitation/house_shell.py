"""What other pages show of the houses."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aidcenter.clock import baku_today
from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from cases.models import Case
from rehabilitation import extensions, house, stays

SHOWN = 20


def navigation() -> list[NavItem]:
    """The list of the house for who has duty; roster, occupancy and beds for who sees to them."""
    return [
        NavItem(gettext_lazy("House"), "house:residents", "house", Verb.VIEW_HOUSE, "/house/"),
        NavItem(gettext_lazy("Roster"), "house:roster", "calendar-clock", Verb.PLAN_ROSTER, "/house/roster/"),
        NavItem(
            gettext_lazy("Occupancy"),
            "house:occupancy",
            "bed-double",
            Verb.VIEW_OCCUPANCY,
            "/house/occupancy/",
        ),
        NavItem(gettext_lazy("Houses and beds"), "house:beds", "bed", Verb.EDIT_BEDS, "/house/beds/"),
    ]


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """The shift that is under way and who leaves; stays that end; who may stay longer."""
    if may(person, Verb.VIEW_HOUSE):
        yield from _shift(person, today)
    if may(person, Verb.RECORD_SERVICE):
        yield from _stays(person, today)
    if may(person, Verb.APPROVE_STAY):
        yield from _asked(person)


def _shift(person: Staff, today: date) -> Iterator[Duty]:
    for shift in house.shifts_now(person):
        until = timezone.localtime(shift.ends).strftime("%d.%m.%Y %H:%M")
        yield Duty(
            due_on=today,
            title=_("You have duty in %(house)s") % {"house": shift.house.name},
            detail=_("until %(day)s") % {"day": until},
            url=reverse("house:residents"),
            act=_("Open"),
        )
    for stay in house.leaving(person, today)[:SHOWN]:
        yield Duty(
            due_on=stay.ends_on,
            title=_("Is to leave the house"),
            detail=f"{stay.house.name}, {stay.bed.label}",
            url=reverse("house:residents"),
            act=_("Open"),
        )


def _stays(person: Staff, today: date) -> Iterator[Duty]:
    for stay in stays.due(person, today)[:SHOWN]:
        coming = stay.came_on is None and stay.ends_on > today
        yield Duty(
            due_on=stay.starts_on if coming else stay.ends_on,
            title=_("A bed is reserved: has the person come?") if coming else _("A stay in a house ends"),
            detail=stay.case.number,
            url=reverse("house:place", args=[stay.case_id]),
            act=_("Open"),
        )


def _asked(person: Staff) -> Iterator[Duty]:
    for asked in extensions.to_decide(person)[:SHOWN]:
        days = {"days": asked.days}
        longer = ngettext("%(days)s day longer", "%(days)s days longer", asked.days) % days
        yield Duty(
            due_on=asked.until_then,
            title=_("Somebody is to stay longer: decide"),
            detail=f"{asked.number} · {longer} · {asked.author.display_name}",
            url=reverse("house:decide", args=[asked.pk]),
            act=_("Decide"),
        )


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """Where the person lives, and until when."""
    stay = stays.stay_of(case)
    return {
        "template": "rehabilitation/_house.html",
        "stay": stay,
        "late": stay and stay.came_on and stay.ends_on < baku_today(),
        "may_place": may(person, Verb.RECORD_SERVICE),
    }
