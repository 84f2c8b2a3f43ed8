"""What a machine can see of a plan before a person decides: each check is fine, or worth a look."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.templatetags.ui import dmy
from cases import safety
from cases.consents import consent_holds
from cases.models import Assessment, Case
from rehabilitation.models import Plan
from rehabilitation.plan_content import Content
from rehabilitation.plan_decisions import represented
from rehabilitation.plans import needed


class Check(NamedTuple):
    """One check: whether it is fine, and what was found, in words."""

    fine: bool
    text: str


def checks(version: Content, case: Case | None) -> list[Check]:
    """Everything that is worth a look before the decision; without the case, what the plan itself says."""
    found = [
        _each_goal(version),
        _days(version, baku_today()),
        *_overdue(version),
        _participation(version.plan),
    ]
    if case:
        found += [
            *_providers(version, case),
            *_needs(version, case),
            *_child(version.plan, case),
            _sheet(case),
        ]
        found.append(_signed(version))
    return found


def _each_goal(version: Content) -> Check:
    bare = [g for g in version.goals if not (g.due_on and (g.responsible_id or g.responsible_other))]
    if not version.goals:
        return Check(False, _("There is no goal."))
    if bare:
        return Check(False, _("Without a date or a responsible person: %(goals)s") % {"goals": _named(bare)})
    return Check(True, _("Every goal has a date and a responsible person"))


def _named(goals: list[Any]) -> str:
    return "; ".join(goal.text for goal in goals)


def _days(version: Content, today: date) -> Check:
    plan = version.plan
    odd = [g for g in version.goals if g.due_on and not plan.starts_on <= g.due_on <= plan.ends_on]
    odd += [
        goal
        for goal in version.goals
        if goal.due_on and any(step.due_on and step.due_on > goal.due_on for step in goal.steps)
    ]
    if odd:
        return Check(False, _("Dates that do not fit the plan: %(goals)s") % {"goals": _named(odd)})
    if plan.ends_on < today:
        return Check(False, _("The planned end has passed."))
    return Check(True, _("The dates are plausible"))


def _overdue(version: Content) -> Iterator[Check]:
    late = [goal for goal in version.goals if goal.late]
    bare = [goal for goal in late if not goal.carried_why]
    if bare:
        yield Check(False, _("Overdue, carried over without a reason: %(goals)s") % {"goals": _named(bare)})
    elif late:
        yield Check(True, _("Every overdue goal says why it is carried over"))


def _providers(version: Content, case: Case) -> Iterator[Check]:
    named = {step.provider for goal in version.goals for step in goal.steps if step.provider}
    left = sorted(name for name in named if not consent_holds(case, "share_provider", name))
    if left:
        yield Check(False, _("No consent to share with: %(names)s") % {"names": "; ".join(left)})
    elif named:
        yield Check(True, _("Consent covers every provider named"))


def _needs(version: Content, case: Case) -> Iterator[Check]:
    assessment: Assessment | None = case.assessments.first()
    if assessment is None:
        yield Check(False, _("The person has not been assessed."))
        return
    assessment.victim = case.victim  # whose keys are there already
    domains = {goal.domain for goal in version.goals}
    left = [domain for domain, _score in needed(assessment) if domain not in domains]
    for domain in left:
        label = codelists.label("plan_domain", domain)
        yield Check(False, _("No goal for the assessed need “%(domain)s”") % {"domain": label})
    if not left:
        yield Check(True, _("Every assessed need has a goal"))


def _participation(plan: Plan) -> Check:
    if plan.participation in ("full", "partly"):
        return Check(True, str(plan.get_participation_display()))  # type: ignore[attr-defined]
    return Check(False, _("The person did not take part: %(why)s") % {"why": plan.why_absent or "–"})


def _child(plan: Plan, case: Case) -> Iterator[Check]:
    if not case.is_child:
        return
    stands = represented(case)
    yield Check(stands, _("Somebody stands for the child by law, or the guardianship body is told"))
    yield Check(bool(plan.child_views), _("The child's own views are written down"))


def _sheet(case: Case) -> Check:
    sheet = safety.current(case)
    if sheet:
        return Check(True, _("Safety sheet of %(day)s in force") % {"day": dmy(sheet.written_at)})
    return Check(False, _("There is no safety sheet."))


def _signed(version: Content) -> Check:
    rows = version.plan.signatures.filter(signer__in=("person", "guardian")).order_by("-signed_on")
    mark = version.mark
    for row in rows:
        if row.plan_hash == mark:
            return Check(True, _("Signed by the person on %(day)s") % {"day": dmy(row.signed_on)})
    if rows:
        return Check(False, _("The person signed an earlier wording of this version."))
    return Check(False, _("The person has not signed yet."))
