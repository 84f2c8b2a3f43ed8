"""The plan or goal that an address names, as far as the person reaches it; else the same 404."""

import uuid
from typing import Any

from django.db.models import QuerySet

from aidcenter.access import StaffRequest, reached_or_404
from aidcenter.roles import Role
from rehabilitation.models import Goal, Plan

WITH = ("case__victim", "case__owner", "author", "decided_by")


def _one(rows: QuerySet[Plan], pk: uuid.UUID) -> Plan:
    plan = reached_or_404(rows.select_related(*WITH), pk=pk)
    plan.victim = plan.case.victim  # whose keys are there already
    return plan


def readable_plan(request: StaffRequest, pk: uuid.UUID) -> Plan:
    """The plan `pk`, if the person of the request may read its case."""
    return _one(Plan.objects.visible_to(request.user), pk)


def changeable_plan(request: StaffRequest, pk: uuid.UUID) -> Plan:
    """The same, if they may change it."""
    return _one(Plan.objects.changeable_by(request.user), pk)


def decidable_plan(request: StaffRequest, pk: uuid.UUID) -> Plan:
    """The plan for who decides it; the director reads just the one that waits for them, without the case."""
    if request.user.role == Role.DIRECTOR:
        rows = Plan.objects.to_decide(request.user).select_related("author", "decided_by")
        return reached_or_404(rows, pk=pk)
    return changeable_plan(request, pk)


def changeable_goal(request: StaffRequest, pk: uuid.UUID) -> Any:
    """The goal `pk` with its plan and case, if the person of the request may change them."""
    return _goal(Goal.objects.changeable_by(request.user), pk)


def readable_goal(request: StaffRequest, pk: uuid.UUID) -> Any:
    """The same, if they may read them."""
    return _goal(Goal.objects.visible_to(request.user), pk)


def _goal(rows: QuerySet[Goal], pk: uuid.UUID) -> Any:
    goal = reached_or_404(rows.select_related("plan", "case__victim", "case__owner", "responsible"), pk=pk)
    goal.plan.case, goal.victim, goal.plan.victim = goal.case, goal.case.victim, goal.case.victim
    return goal
