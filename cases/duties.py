"""What cases owe today, and what happened in one."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.duties import Duty, Event, at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases.models import Case

SHOWN = 30


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """The next step of each open case, the most urgent first."""
    if not may(person, Verb.LIST_CASES):
        return
    rows = Case.objects.visible_to(person).filter(next_due__isnull=False)
    titles = {
        "intake": _("First assessment"),
        "assessment": _("Finish the assessment"),
        "planning": _("Rehabilitation plan"),
        "implementation": _("Look at the progress"),
        "follow_up": _("Follow-up contact"),
    }
    for case in rows.order_by("access__next_due")[:SHOWN]:
        yield Duty(
            due_on=case.next_due or today,
            title=titles.get(case.state, str(codelists.label("case_state", case.state))),
            detail=f"{case.number} · {codelists.label('case_state', case.state)}",
            url=reverse("cases:detail", args=[case.pk]),
            act=_("Open"),
        )


def timeline(case: Case, person: Staff) -> Iterator[Event]:
    """The opening, the decisions on the status, and the corrections of the age."""
    yield Event(
        at_start_of(case.opened_on),
        _("Case opened"),
        str(codelists.label("referral_source", case.referral_source)) if case.referral_source else "",
        system=True,
    )
    for decision in case.decisions.all():  # fetched with the case
        body = codelists.label("status_decided_by", decision.decided_by) if decision.decided_by else ""
        yield Event(decision.entered_at, str(codelists.label("victim_status", decision.status)), str(body))
    for correction in case.age_corrections.all():
        old = codelists.label("child_status", correction.old_status)
        new = codelists.label("child_status", correction.new_status)
        yield Event(correction.entered_at, _("Age corrected"), f"{old} → {new}: {correction.reason}")
