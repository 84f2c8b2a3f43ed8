"""Handing a plan in, taking it back, and deciding it: an approval binds just what was read."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, registry, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import centre, records
from cases.models import Case
from rehabilitation.models import Comment, Plan
from rehabilitation.plan_content import Content, content
from rehabilitation.plans import locked, save_step


def missing(version: Content) -> list[str]:
    """What a version lacks to be submitted."""
    plan, found = version.plan, []
    if not version.goals:
        found.append(_("It has no goal."))
    if not plan.participation:
        found.append(_("It does not say how the person took part."))
    elif plan.participation == "none" and not plan.why_absent:
        found.append(_("It does not say why the person did not take part."))
    if plan.case.is_child and not represented(plan.case):
        found.append(_("A child's plan needs a guardian or representative, or the guardianship body told."))
    return found


def represented(case: Case) -> bool:
    """Whether a child has somebody who stands for them by law, or the body that appoints one is told."""
    guardians: list[Any] = [*records.of_kind(case, "guardian")]
    holds = any(not row.conflict and row.holds(baku_today()) for row in guardians)
    return holds or any(registry.ask("child_told", case))


@act
def submit(plan: Plan, *, seen: str, by: Staff) -> None:
    """Hand the version to a supervisor, as it was `seen` (its mark)."""
    require(by, Verb.WRITE_PLAN)
    now = locked(plan)
    now.case, now.victim = plan.case, plan.case.victim
    workflow.PLAN.check(now.state, "submitted")
    version = content(now)
    _same(version, seen)
    if found := missing(version):
        raise ValidationError(found)
    now.state, now.submitted_hash = "submitted", version.mark
    save_step(now, "state", "submitted_hash")
    audit.record("plan.submit", by=by, case=now.case_id, ids=[now.pk], mark=now.submitted_hash)


def _same(version: Content, seen: str) -> None:
    if version.mark != seen:
        raise ValidationError(_("The plan was changed since you opened it. Look at it again, then decide."))


@act
def take_back(plan: Plan, *, by: Staff) -> None:
    """The author takes a submitted version back to change it."""
    require(by, Verb.WRITE_PLAN)
    now = locked(plan)
    if now.author_id != by.pk:
        raise PermissionDenied
    if now.state != "submitted":
        workflow.PLAN.check(now.state, "returned")
    now.state = "returned"
    save_step(now, "state")
    audit.record("plan.take_back", by=by, case=now.case_id, ids=[now.pk])


def _to_decide(plan: Plan, by: Staff) -> Plan:
    """The plan, while it waits for `by`; what somebody else has decided meanwhile is said."""
    require(by, Verb.APPROVE_PLAN)
    now = locked(plan)
    if now.author_id == by.pk:
        raise ValidationError(_("A plan is decided by a supervisor who did not write it."))
    if now.state != "submitted":
        raise ValidationError(waits_no_more(now))
    return now


def waits_no_more(plan: Plan) -> str:
    """Who has decided it meanwhile, or taken it back, and how."""
    who = plan.decided_by or plan.author
    said = {"name": who.display_name, "state": plan.get_state_display()}  # type: ignore[attr-defined]
    return _("This plan does not wait any more: %(name)s, “%(state)s”.") % said


@act
def approve(plan: Plan, *, seen: str, by: Staff) -> Plan:
    """Approve just what was `seen`: it binds from now on, and the version before it is superseded."""
    now = _to_decide(plan, by)
    version = content(now)
    _same(version, seen)
    if version.mark != now.submitted_hash:
        raise ValidationError(_("The plan is not what was submitted; return it."))
    now.state, now.decided_by, now.approved_hash = "active", by, version.mark
    now.review_due = first_review(now)
    save_step(now, "state", "decided_by", "approved_hash", "review_due")
    audit.record("plan.approve", by=by, case=now.case_id, ids=[now.pk], mark=version.mark)
    return now


def first_review(plan: Plan) -> date:
    """The day of the first review after an approval today."""
    tomorrow = baku_today() + timedelta(days=1)
    latest = baku_today() + centre.after("PLAN_REVIEW_DAYS")
    return min(max(plan.next_review_on, tomorrow), latest)


@act
def give_back(plan: Plan, *, why: str, comments: dict[Any, str], by: Staff) -> Plan:
    """Return the version to its author: why, and what there is to say of single goals (by `same_as`)."""
    if not why and not any(comments.values()):
        raise ValidationError({"why": _("Say what should change.")})
    now = _to_decide(plan, by)
    known = {str(same_as) for same_as in now.goals.values_list("same_as", flat=True)}
    about = {"plan": now, "case_id": now.case_id, "victim_id": now.victim_id, "author": by}
    if why:
        Comment.objects.create(**about, text=why, returns=True)
    for same_as, text in comments.items():
        if text and str(same_as) in known:
            Comment.objects.create(**about, about=same_as, text=text, returns=True)
    now.state, now.decided_by = "returned", by
    save_step(now, "state", "decided_by")
    audit.record("plan.return", by=by, case=now.case_id, ids=[now.pk])
    return now
