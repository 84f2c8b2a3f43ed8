"""Writing the goals of a version, each with its actions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, crypto
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from rehabilitation.models import Goal, GoalAction, Plan
from rehabilitation.plan_content import ACTION
from rehabilitation.plans import locked, writable

MOST_GOALS, MOST_ACTIONS = 60, 20


def _checked(plan: Plan, said: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """Raise ValidationError for days that cannot be meant."""
    due = said.get("due_on")
    if due and due < plan.starts_on:
        raise ValidationError({"due_on": _("The goal would be reached before the plan starts.")})
    if due and due > plan.ends_on:
        day = {"day": dmy(plan.ends_on)}
        raise ValidationError({"due_on": _("The plan ends on %(day)s; set its end later first.") % day})
    if len(steps) > MOST_ACTIONS:
        raise ValidationError(_("A goal has %(most)s actions at most.") % {"most": MOST_ACTIONS})
    for step in steps:
        if step["starts_on"] and step["due_on"] and step["due_on"] < step["starts_on"]:
            raise ValidationError(_("An action would end before it begins."))


@act
def add(plan: Plan, said: dict[str, Any], steps: list[dict[str, Any]], *, by: Staff) -> Goal:
    """A new goal at the end; `said` has fields of GOAL (with `responsible`), each step fields of ACTION."""
    require(by, Verb.WRITE_PLAN)
    now = _locked(plan)
    _checked(plan, said, steps)
    count = now.goals.count()
    if count >= MOST_GOALS:
        raise ValidationError(
            _("A plan has %(most)s goals at most: fewer are easier to reach.") % {"most": MOST_GOALS}
        )
    goal = Goal(plan=plan, case=plan.case, victim=plan.victim, position=count, **said)
    goal.save(force_insert=True)
    _write_steps(goal, steps)
    audit.record("goal.add", by=by, case=plan.case_id, ids=[plan.pk, goal.pk])
    return goal


@act
def change(goal: Goal, said: dict[str, Any], steps: list[dict[str, Any]], *, by: Staff) -> None:
    """Change a goal; its actions become `steps`, where a step with the `id` of one keeps that one."""
    require(by, Verb.WRITE_PLAN)
    _locked(goal.plan)
    _checked(goal.plan, said, steps)
    for name, value in said.items():
        setattr(goal, name, value)
    goal.save(update_fields=[*said])
    _write_steps(goal, steps)
    audit.record("goal.change", by=by, case=goal.case_id, ids=[goal.plan_id, goal.pk])


@act
def drop(goal: Goal, *, by: Staff) -> None:
    """Take a goal out of the version; what was approved before keeps it."""
    require(by, Verb.WRITE_PLAN)
    _locked(goal.plan)
    audit.record("goal.drop", by=by, case=goal.case_id, ids=[goal.plan_id, goal.pk])
    goal.delete()


def _locked(plan: Plan) -> Plan:
    now = locked(plan)
    writable(now)
    return now


def _write_steps(goal: Goal, steps: list[dict[str, Any]]) -> None:
    there = {str(step.pk): step for step in goal.actions.all()}
    crypto.load_keys(there.values())
    for position, said in enumerate(steps):
        step = there.pop(str(said.get("id") or ""), None)
        step = step or GoalAction(goal=goal, plan=goal.plan, case=goal.case, victim=goal.victim)
        for name in ACTION:
            setattr(step, name, said[name])
        step.position = position
        step.save()
    for left in there.values():
        left.delete()
