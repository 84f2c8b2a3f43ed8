"""How a plan in force gets on: progress of its goals, its reviews, who signed it."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import documents
from cases.models import Case
from rehabilitation.models import Goal, Plan, Progress, Review, Service, Signature
from rehabilitation.plan_content import DONE, content
from rehabilitation.plans import locked, review_days


@dataclass(frozen=True)
class Stand:
    """How a goal stands: its state, what shows it, and the services that do."""

    state: str
    note: str = ""
    services: list[uuid.UUID] = field(default_factory=list)


def evidence(case: Case, since: date | None = None) -> QuerySet[Service]:
    """The services that were delivered in `case`, since a day, with the goal they serve."""
    rows = Service.objects.filter(case=case).delivered().select_related("goal", "recorded_by")
    return rows.filter(delivered_on__gte=since) if since else rows


def asked(plan: Plan) -> tuple[list[Goal], list[Service]]:
    """What a review asks of: the goals that are not done with, and the services since the last review."""
    goals = [goal for goal in content(plan).goals if goal.state not in DONE]
    last = Review.objects.filter(case=plan.case_id).order_by("-reviewed_on", "-written_at").first()
    return goals, list(evidence(plan.case, last.reviewed_on if last else plan.starts_on))


def progress_of(goal: Goal) -> QuerySet[Progress]:
    """What was said of a goal through all versions."""
    return Progress.objects.filter(case=goal.case_id, goal__same_as=goal.same_as)


def told_of(goal: Goal) -> list[Progress]:
    """The same, the newest first."""
    rows = list(progress_of(goal).select_related("author"))
    for row in rows:
        row.victim = goal.victim  # whose keys are there already
    return rows


@act
def note_progress(goal: Goal, stand: Stand, *, by: Staff) -> Progress:
    """Say how a goal of the plan in force stands."""
    require(by, Verb.WRITE_PLAN)
    plan = _in_force(goal.plan)
    made = _stands(plan, goal, stand, by=by, review=None)
    audit.record("goal.progress", by=by, case=plan.case_id, ids=[plan.pk, goal.pk], state=stand.state)
    return made


def _in_force(plan: Plan) -> Plan:
    now = locked(plan)
    if not now.in_force:
        raise ValidationError(_("Only a plan in force has progress; this version is not."))
    now.case, now.victim = plan.case, plan.case.victim
    return now


def _stands(plan: Plan, goal: Goal, stand: Stand, *, by: Staff, review: Review | None) -> Progress:
    if stand.state == "dropped" and not stand.note:
        raise ValidationError(_("Say why a goal is dropped."))
    known = set(Service.objects.filter(case=plan.case_id, pk__in=stand.services).values_list("pk", flat=True))
    if known != set(stand.services):
        raise ValidationError(_("Choose among the services of this case."))
    return Progress.objects.create(
        plan=plan, case=plan.case, victim=plan.victim, goal=goal, review=review, state=stand.state,
        note=stand.note, services=stand.services, author=by,
    )  # fmt: skip


@act
def review(plan: Plan, said: dict[str, Any], stands: dict[str, Stand], *, by: Staff) -> Review:
    """Keep a review: `said` has reviewed_on, decision, summary and next_review_on; a stand by goal id.

    A goal whose stand did not change needs none.
    """
    require(by, Verb.WRITE_PLAN)
    now = _in_force(plan)
    today = baku_today()
    if not now.starts_on <= said["reviewed_on"] <= today:
        raise ValidationError({"reviewed_on": _("The day must lie between the start of the plan and today.")})
    if said["decision"] != "complete":
        latest = today + timedelta(days=review_days(now.case))
        if not said["next_review_on"] or not today < said["next_review_on"] <= latest:
            day = {"day": f"{latest:%d.%m.%Y}"}
            raise ValidationError(
                {"next_review_on": _("The next review comes after today, on %(day)s at the latest.") % day}
            )
    else:
        said = said | {"next_review_on": None}
    made = Review.objects.create(plan=now, case=now.case, victim=now.victim, author=by, **said)
    goals = {str(goal.pk): goal for goal in now.goals.all()}
    if not goals.keys() >= stands.keys():
        raise ValidationError(_("A goal belongs to another version; open the page again."))
    for pk, stand in stands.items():
        _stands(now, goals[pk], stand, by=by, review=made)
    audit.record("plan.review", by=by, case=now.case_id, ids=[now.pk, made.pk], decision=said["decision"])
    return made


@act
def sign(plan: Plan, said: dict[str, Any], scan: bytes, *, by: Staff) -> Signature:
    """Keep that somebody signed the version as it is now: `said` has signer, name and signed_on."""
    require(by, Verb.WRITE_PLAN)
    if plan.ended_at:
        raise ValidationError(_("This version has ended: the one in force is signed."))
    if timezone.localdate(plan.created_at) > said["signed_on"] or said["signed_on"] > baku_today():
        raise ValidationError(
            {"signed_on": _("The day must lie between the draft of the version and today.")}
        )
    title = _("Signature, plan version %(version)s") % {"version": plan.version}
    kept = documents.add(plan.case, documents.Upload("signature", scan, title), by=by)
    mark = content(plan).mark
    made = Signature.objects.create(
        plan=plan, case=plan.case, victim=plan.victim, author=by, document=kept, plan_hash=mark, **said
    )
    audit.record("plan.sign", by=by, case=plan.case_id, ids=[plan.pk, kept.pk], signer=said["signer"])
    return made
