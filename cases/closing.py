"""Closing a case, by two people; contacts afterwards; opening it again as a new episode."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today, months_after
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import centre, notes, records
from cases.actions import deliver_soon, one_at_a_time
from cases.kinds import KINDS
from cases.models import Case, Closure, FollowUp

NO_FOLLOW_UP = ("deceased", "duplicate", "transferred")
AFTER_MONTHS = {True: (3, 6, 9, 12), False: (1, 3, 6, 12)}  # a child quarterly for a year


class Open(NamedTuple):
    """Something in a case that is not finished, in words, and where it stands."""

    said: str
    url: str


def still_open(case: Case) -> Iterator[Open]:
    """The incidents that have not ended."""
    for row in case.incidents.filter(ended_at__isnull=True).order_by("happened_at"):
        yield Open(_("Incident: %(kind)s") % {"kind": row.get_kind_display()},
                   reverse("cases:incident", args=[row.pk]))  # fmt: skip


def open_request(case: Case) -> Closure | None:
    """What was asked and is not decided."""
    found = case.closures.filter(decided_at__isnull=True).select_related("author").first()
    if found:
        found.victim = case.victim  # whose keys are there already
    return found


def to_decide(person: Staff) -> QuerySet[Closure]:
    """The requests that `person` may decide."""
    rows = Closure.objects.changeable_by(person).filter(decided_at__isnull=True)
    return rows.exclude(author=person).select_related("case").order_by("asked_at")


def asked_by(person: Staff) -> QuerySet[Closure]:
    """What `person` has asked for and nobody has decided."""
    rows = Closure.objects.visible_to(person).filter(decided_at__isnull=True, author=person)
    return rows.select_related("case").order_by("asked_at")


@act
def ask(case: Case, said: dict[str, str], *, by: Staff) -> Closure:
    """Ask to close: `said` has to (the closed state), reason and summary."""
    require(by, Verb.CHANGE_CASE)
    workflow.CASE.check(case.state, said["to"])
    one_at_a_time(case)
    if open_request(case):
        raise ValidationError(_("This is asked for already."))
    made = Closure.objects.create(case=case, victim=case.victim, episode=case.episode, author=by, **said)
    audit.record("closure.ask", by=by, case=case.pk, reason=made.reason)
    return made


@act
def decide(request: Closure, *, approved: bool, answer: str, by: Staff) -> None:
    """Approve, and the case is closed; or return it with what is still missing."""
    require(by, Verb.APPROVE_CLOSING)
    if request.author_id == by.pk:
        raise ValidationError(_("You asked for it yourself: another supervisor decides."))
    if not approved and not answer:
        raise ValidationError(_("Say what is still missing."))
    request.approved, request.answer, request.decided_by, request.decided_at = approved, answer, by, Now()
    request.save(update_fields=["approved", "answer", "decided_by", "decided_at"])
    audit.record("closure.decide", by=by, case=request.case_id, approved=approved)
    if approved:
        case = request.case
        workflow.CASE.check(case.state, request.to)
        case.state, case.next_due = request.to, None
        case.save(update_fields=["state", "next_due"])
        if request.reason not in NO_FOLLOW_UP:
            _plan_follow_ups(case, by)


def _plan_follow_ups(case: Case, by: Staff) -> None:
    today = baku_today()
    for months in AFTER_MONTHS[case.is_child]:
        record = FollowUp(case=case, victim=case.victim, planned_on=months_after(today, months))
        records.add(KINDS["follow-up"], record, by=by)


@act
def reopen(case: Case, *, why: str, by: Staff) -> None:
    """Open a closed case again: a new episode, for which a child's notifications are owed anew."""
    require(by, Verb.CHANGE_CASE)
    if case.state not in Case.CLOSED:
        raise ValidationError(_("This case is open."))
    if not why:
        raise ValidationError(_("Say why the case is opened again."))
    today, age = baku_today(), case.victim.age
    changed: dict[str, Any] = {
        "state": "assessment",
        "episode": case.episode + 1,
        "reopened_on": today,
        "child_status": age.status(today),
        "birth_year": age.year_of_birth(today),
        "next_due": today + centre.after("ASSESSMENT_DAYS"),
        "home_confirmed_at": None,  # whether telling the home district is safe is asked anew
        "home_confirmed_by": None,
    }
    for name, value in changed.items():
        setattr(case, name, value)
    case.save(update_fields=[*changed])
    notes.add(case, notes.Written("note", why), by=by)
    audit.record("case.reopen", by=by, case=case.pk)
    deliver_soon(case)
