"""A plan in each state, reached by living it."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases.models import Case
from rehabilitation import goal_templates, goals, plan_decisions, plans
from rehabilitation.models import Goal, GoalTemplate, Plan
from rehabilitation.plan_content import content

TODAY = baku_today()
SAID = {
    "wishes": "a passport in my own hand, then work",
    "participation": "full",
    "starts_on": TODAY,
    "ends_on": TODAY + timedelta(days=180),
    "next_review_on": TODAY + timedelta(days=60),
}


def goal_said(cast: Any, **said: Any) -> dict[str, Any]:
    """What a goal says."""
    return {
        "domain": "documents", "text": "Apply for a passport", "measure": "she holds it", "priority": "high",
        "responsible": cast.worker, "due_on": TODAY + timedelta(days=30),
    } | said  # fmt: skip


STEP = {
    "service_type": "documents", "text": "go to the ASAN centre", "provider": "",
    "starts_on": TODAY, "due_on": TODAY + timedelta(days=10),
}  # fmt: skip


def offer_goals(administrator: Any) -> None:
    """The goals to start from again, where a test that committed has emptied the tables."""
    rows = json.loads((codelists.DATA / "goal_templates.json").read_text(encoding="utf-8"))
    with acting_as(administrator.pk):
        if not GoalTemplate.objects.exists():
            goal_templates.edit(rows, by=administrator)


def drafted(case: Case, cast: SimpleNamespace, by: Any = None, **goal: Any) -> Plan:
    """A draft with one goal."""
    author = by or cast.worker
    with acting_as(author.pk):
        plan = plans.draft(case, by=author)
        plans.write(plan, SAID, by=author)
        if not plan.goals.exists():
            goals.add(plan, goal_said(cast, **goal), [STEP], by=author)
    return plan


def submitted(case: Case, cast: SimpleNamespace, by: Any = None, **goal: Any) -> Plan:
    """The same, handed in."""
    author = by or cast.worker
    plan = drafted(case, cast, by, **goal)
    with acting_as(author.pk):
        plan_decisions.submit(plan, seen=content(plan).mark, by=author)
    plan.refresh_from_db()
    return plan


def approved(case: Case, cast: SimpleNamespace, **goal: Any) -> Plan:
    """The same, approved by the supervisor."""
    plan = submitted(case, cast, **goal)
    with acting_as(cast.supervisor.pk):
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=cast.supervisor)
    plan.refresh_from_db()
    return plan


def goal_of(plan: Plan) -> Goal:
    """The first goal of the version."""
    return plan.goals.first()
