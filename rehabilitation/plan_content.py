"""What a version of a plan says, whole: to mark it, to compare it with another, to print it."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Avg, F, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.expressions import Case as Choice

from aidcenter import crypto
from aidcenter.clock import baku_today
from aidcenter.prepared import Prepared
from cases.models import Case
from rehabilitation.models import Goal, GoalAction, Plan
from rehabilitation.models.plan import IN_FORCE

PLAN = (*Plan.TEXTS, "participation", "language", "consents", "starts_on", "ends_on", "next_review_on")
GOAL = ("domain", "priority", "text", "measure", "baseline", "target", "responsible_id", "responsible_other",
        "due_on", "carried_why")  # fmt: skip
DONE = ("achieved", "partly", "not_achieved", "dropped")
SHARE = {"planned": 0, "in_progress": 40, "partly": 70, "achieved": 100, "not_achieved": 0, "dropped": 0}
ACTION = ("service_type", "text", "provider", "starts_on", "due_on")


@dataclass(frozen=True)
class Content:
    """A plan with its goals in order, each with its `steps` (the actions in order), its `share` in per cent,
    and whether it is `late`.
    """

    plan: Plan
    goals: list[Any]

    @property
    def mark(self) -> str:
        """SHA-256, in hex, of everything that the version says; the state of a goal is not part of it."""
        plan = self.plan
        said = {
            "case": plan.number,
            "version": plan.version,
            **_said(plan, PLAN),
            "goals": [
                {"goal": goal.same_as, **_said(goal, GOAL), "actions": [_said(a, ACTION) for a in goal.steps]}
                for goal in self.goals
            ],
        }
        text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _said(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) or None for name in names}


def content(plan: Plan) -> Content:
    """Everything that `plan` says, with two queries."""
    steps = Prefetch("actions", GoalAction.objects.order_by("position", "id"), to_attr="steps")
    goals: list[Any] = list(
        plan.goals.select_related("responsible").prefetch_related(steps).order_by("position", "id")
    )
    for goal in goals:
        goal.plan = plan
        steps_share = [SHARE[step.state] for step in goal.steps]
        goal.share = share(goal, sum(steps_share) / len(steps_share) if steps_share else None)
        goal.late = late(goal)
    crypto.load_keys([plan, *with_keys(plan, [*goals, *(step for goal in goals for step in goal.steps)])])
    return Content(plan, goals)


def as_it_is(goal: Goal) -> Any:
    """The goal as its version holds it now, with its steps."""
    return next(each for each in content(goal.plan).goals if each.pk == goal.pk)


def with_keys(plan: Plan, rows: list[Any]) -> list[Any]:
    """Rows of `plan`, opened by the keys of its person where that person is at hand already."""
    if "victim" in plan._state.fields_cache:
        for row in rows:
            row.victim = plan.victim
    return rows


def _binding(case: uuid.UUID) -> QuerySet[Goal]:
    shares = Choice(*(When(state=state, then=Value(n)) for state, n in SHARE.items()))
    steps = GoalAction.objects.filter(goal=OuterRef("pk")).order_by().values("goal")
    return (
        Goal.objects.filter(case_id=case, plan__state__in=IN_FORCE)
        .annotate(
            version=F("plan__version"),
            review_due=F("plan__review_due"),
            of_steps=Subquery(steps.annotate(mean=Avg(shares)).values("mean")),
        )
        .order_by("position", "id")
    )


_BINDING = Prepared(_binding, mark="has_goals")


def goals_in_force(case: Case) -> list[Any]:
    """The goals that bind now, each with its `share`, whether it is `late`, and of the plan the `version`
    and when its review is due (`review_due`); one query.
    """
    goals: list[Any] = _BINDING.of(case)
    for goal in goals:
        goal.share, goal.late = share(goal, goal.of_steps), late(goal)
    return goals


def share(goal: Any, of_steps: float | None) -> int:
    """How far a goal is, in per cent: as its actions are on the mean, or as its own state says."""
    if goal.state in DONE:
        return SHARE[goal.state]
    return max(SHARE[goal.state], round(of_steps or 0))


def late(goal: Any) -> bool:
    """Whether a goal that is not done with should have been reached by now."""
    return bool(goal.due_on and goal.due_on < baku_today() and goal.state not in DONE)
