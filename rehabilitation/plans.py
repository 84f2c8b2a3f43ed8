"""The plan of a case and its versions: drafted, written, discarded, ended."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aidcenter import audit, codelists, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import centre, records
from cases.actions import broken, one_at_a_time
from cases.models import Assessment, Case
from rehabilitation.models import Comment, Goal, GoalAction, Plan, Review, Signature
from rehabilitation.plan_content import ACTION, GOAL, PLAN, Content, content, with_keys

LASTS = timedelta(days=180)
NEEDED = 2  # score from which a need asks for a goal


def review_days(case: Case) -> int:
    """How many days a plan of `case` may go without a review."""
    return centre.days("PLAN_REVIEW_DAYS_HIGH" if case.risk_level == "high" else "PLAN_REVIEW_DAYS")


def in_force(case: Case) -> Plan | None:
    """The version that binds now."""
    return _with_keys(case, case.plans.in_force().select_related("author", "decided_by").first())


def open_version(case: Case) -> Plan | None:
    """The version that is being written or waits for a decision."""
    return _with_keys(case, case.plans.open().select_related("author", "decided_by").first())


def reviews_of(case: Case) -> list[Review]:
    """The reviews of all versions, the newest first."""
    rows = list(
        Review.objects.filter(case=case)
        .select_related("author", "plan")
        .order_by("-reviewed_on", "-written_at")
    )
    for row in rows:
        row.victim = case.victim  # whose keys are there already
    return rows


def comments_of(plan: Plan) -> list[Comment]:
    """What was said of the version, the oldest first."""
    return with_keys(plan, list(plan.comments.select_related("author")))


def signatures_of(plan: Plan) -> list[Signature]:
    """Who signed the version, the newest first."""
    return with_keys(plan, list(plan.signatures.select_related("author")))


def _with_keys(case: Case, plan: Plan | None) -> Plan | None:
    if plan:
        plan.case, plan.victim = case, case.victim  # whose keys are there already
    return plan


def locked(plan: Plan) -> Plan:
    """The plan as it stands now; nobody else acts on it until this transaction ends."""
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


@act
def draft(case: Case, *, by: Staff) -> Plan:
    """Begin a version: a copy of the last that was approved, else from the newest assessment."""
    require(by, Verb.WRITE_PLAN)
    one_at_a_time(case)
    if case.state in Case.CLOSED:
        raise ValidationError(_("A closed case has no plan. Open it again first."))
    if open_version(case):
        raise ValidationError(_("A version is being written already."))
    last = case.plans.exclude(approved_hash="").select_related("victim").order_by("-version").first()
    today = baku_today()
    plan = Plan(case=case, victim=case.victim, author=by, starts_on=today, ends_on=today + LASTS,
                next_review_on=today + timedelta(days=review_days(case)),
                assessment=case.assessments.order_by("-assessed_on", "-written_at").first())  # fmt: skip
    if last:
        _copy_texts(last, plan)
    elif plan.assessment:
        plan.needs = _needs(plan.assessment, case)
    plan.save(force_insert=True)
    plan.refresh_from_db(fields=["number", "version", "state"])
    if last:
        _copy_goals(content(last), plan)
        if last.state == "active":
            Plan.objects.filter(pk=last.pk).update(state="under_review")
    audit.record("plan.draft", by=by, case=case.pk, ids=[plan.pk], version=plan.version)
    return plan


def needed(assessment: Assessment) -> list[tuple[str, int]]:
    """(domain, score) of what the person needs, the greatest need first."""
    scores: dict[str, int] = {}
    for question in assessment.questionnaire.questions.all():
        score = assessment.answers.get(str(question.pk), {}).get("score", 0)
        scores[question.domain] = max(score, scores.get(question.domain, 0))
    found = [(domain, score) for domain, score in scores.items() if score >= NEEDED]
    return sorted(found, key=lambda each: -each[1])


def _needs(assessment: Assessment, case: Case) -> str:
    """What the assessment found, a line for each need, for the author to go on from."""
    assessment.victim = case.victim  # whose keys are there already
    lines = [
        f"{codelists.label('plan_domain', domain)}: {codelists.label('need_score', str(score))}"
        for domain, score in needed(assessment)
    ]
    return "\n".join(filter(None, [*lines, assessment.needs]))


def consents_of(plan: Plan) -> list[Any]:
    """The consents of the case that the version relies on."""
    wanted = set(plan.consents)
    return [row for row in records.of_kind(plan.case, "consent") if row.pk in wanted]


def _copy_texts(last: Plan, plan: Plan) -> None:
    for name in PLAN:
        if name not in ("starts_on", "ends_on", "next_review_on", "participation", "why_absent"):
            setattr(plan, name, getattr(last, name))
    plan.ends_on = max(last.ends_on, plan.next_review_on)


def _copy_goals(last: Content, plan: Plan) -> None:
    """The goals that are not done with, each the same goal as before."""
    for goal in last.goals:
        if goal.state in ("achieved", "dropped"):
            continue
        about = {"plan": plan, "case": plan.case, "victim": plan.victim}
        made = Goal(**about, **_same_thing(goal, GOAL))
        made.save(force_insert=True)
        for step in goal.steps:
            GoalAction(**about, goal=made, **_same_thing(step, ACTION)).save(force_insert=True)


def _same_thing(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*names, "same_as", "position")}


@act
def write(plan: Plan, said: dict[str, Any], *, by: Staff) -> None:
    """Change what the version says beside its goals; `said` has fields of PLAN."""
    require(by, Verb.WRITE_PLAN)
    writable(plan)
    known = {row.pk for row in records.of_kind(plan.case, "consent")}
    if not known.issuperset(said.get("consents", ())):
        raise ValidationError({"consents": _("Choose among the consents of this case.")})
    latest = said["starts_on"] + timedelta(days=review_days(plan.case))
    if not said["starts_on"] <= said["next_review_on"] <= latest:
        day = {"day": f"{latest:%d.%m.%Y}"}
        raise ValidationError(
            {"next_review_on": _("The first review lies after the start, on %(day)s at the latest.") % day}
        )
    for name, value in said.items():
        setattr(plan, name, value)
    plan.save(update_fields=[*said])
    audit.record("plan.write", by=by, case=plan.case_id, ids=[plan.pk])


def writable(plan: Plan) -> None:
    """Raise ValidationError unless what `plan` says may still be changed."""
    if not plan.writable:
        state = {"state": plan.get_state_display(), "version": plan.version}  # type: ignore[attr-defined]
        raise ValidationError(
            _("Version %(version)s is “%(state)s” and stands. Take it back, or begin a new version.") % state
        )


def save_step(plan: Plan, *fields: str) -> None:
    """Save; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            plan.save(update_fields=fields)
    except IntegrityError as refusal:
        raise ValidationError(_refused(refusal)) from None


def _refused(refusal: IntegrityError) -> str:
    if broken(refusal) == "plan_decided_by_another":
        return _("A plan is decided by a supervisor who did not write it.")
    return _("The plan was changed meanwhile; look at it again.")


@act
def discard(plan: Plan, *, by: Staff) -> None:
    """End a version that was never approved; the one before it goes on."""
    require(by, Verb.WRITE_PLAN)
    now = locked(plan)
    writable(now)
    now.state = "terminated"
    save_step(now, "state")
    Plan.objects.filter(case=now.case_id, state="under_review").update(state="active")
    audit.record("plan.discard", by=by, case=now.case_id, ids=[now.pk])


@act
def end(plan: Plan, *, to: str, outcome: str, result: str, by: Staff) -> None:
    """End a plan in force: completed, or ended early, with its outcome and what is left."""
    require(by, Verb.WRITE_PLAN)
    now = locked(plan)
    now.case, now.victim = plan.case, plan.case.victim
    if to not in ("completed", "terminated"):
        raise ValidationError(_("Choose."))
    workflow.PLAN.check(now.state, to)
    if not now.in_force:
        raise ValidationError(_("Only a plan in force is ended."))
    if not outcome or not result:
        raise ValidationError({"result": _("Say what was reached, and what is left.")})
    now.state, now.outcome, now.result = to, outcome, result
    save_step(now, "state", "outcome", "result")
    audit.record("plan.end", by=by, case=now.case_id, ids=[now.pk], to=to, outcome=outcome)
