"""What other pages show of who works here as what: what waits for another, and what changed for oneself."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter.duties import Duty, at_start_of
from aidcenter.models import Staff
from aidcenter.personal import Panel
from aidcenter.roles import OUTSIDE, Role
from aidcenter.templatetags.ui import dmy
from cases import staffing
from cases.models import StaffChange

NEWS = timedelta(days=7)
LAST = 5


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """Who begins or changes role, to who puts it in force; and what changed for oneself, for a week."""
    for row in staffing.to_decide(person):
        yield Duty(
            due_on=timezone.localdate(row.asked_at),
            title=_("Somebody begins here") if row.opens else _("Somebody changes role or team"),
            detail=f"{row.person.display_name} · {row.get_role_display()}",
            url=reverse("staff:decide", args=[row.pk]),
            act=_("Decide"),
        )
    if person.role in OUTSIDE:
        return
    rows = StaffChange.objects.filter(person=person, approved=True, opens=False).select_related("team")
    for row in rows.filter(decided_at__gte=at_start_of(today - NEWS)):
        yield Duty(
            due_on=timezone.localdate(row.decided_at),
            title=_("Your account was changed"),
            detail=_said(row),
            url=reverse("personal"),
            act=_("Read"),
            waiting=True,
        )


def panels(person: Staff, _today: date) -> Iterator[Panel]:
    """Which role and team the person was given, when and why."""
    rows = StaffChange.objects.filter(person=person, approved=True).select_related("team", "asked_by")[:LAST]
    lines = [f"{dmy(row.decided_at)} · {_said(row)} ({row.asked_by.display_name})" for row in rows]
    if lines:
        yield Panel(_("My role and team"), lines)


def _said(row: StaffChange) -> str:
    """What it is now, and why; the e-mail address where only that has changed."""
    if not row.is_move and not row.opens:
        return f"{row.email or '–'} · {row.reason}"
    team = _("team %(name)s") % {"name": row.team.name} if row.team else ""
    return " · ".join(filter(None, [str(Role(row.role).label), team, row.reason]))
