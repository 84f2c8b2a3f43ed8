"""The goals of a plan with their actions, and how they stand."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import serializers

from aidcenter import audit, codelists, crypto
from aidcenter.api.said import Code, body_of, filled
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.roles import Verb
from rehabilitation import goals, reviews
from rehabilitation.api.plans_shown import GoalShown, ProgressShown, WholePlanShown, whole
from rehabilitation.models import Goal, Plan, Progress
from rehabilitation.plan_content import GOAL, as_it_is
from rehabilitation.plan_forms import GoalForm, ProgressForm, StepForm, steps_of
from rehabilitation.plan_reached import changeable_goal, changeable_plan, readable_goal, readable_plan


class StepSaid(body_of(StepForm)):  # type: ignore[misc] # made from the form
    """An action; with the `id` of one that is there, that one stays."""

    service_type = Code(choices=codelists.codes("service_type"))


class GoalSaid(body_of(GoalForm)):  # type: ignore[misc] # made from the form
    """A goal with its actions."""

    actions = serializers.ListField(child=StepSaid(), required=False)


class GoalChangeSaid(body_of(GoalForm, partial=True)):  # type: ignore[misc] # made from the form
    """A part of a goal; where actions are said, they are all that it has then."""

    actions = serializers.ListField(child=StepSaid(), required=False)


class WithSteps:
    """The actions of a body are forms of their own, as on the screen."""

    steps: list[dict[str, Any]] | None = None

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """What belongs to the form of the goal itself."""
        if "actions" in said:
            self.steps = [_step(each) for each in said.pop("actions")]
        return said


def _step(said: dict[str, Any]) -> dict[str, Any]:
    try:
        step: dict[str, Any] = filled(StepForm, said).cleaned_data
    except ValidationError as refusal:
        raise ValidationError({"actions": refusal.messages}) from None
    return step


class Goals(WithSteps, Rows):
    """A new goal of a version that is being written."""

    verbs = {"POST": Verb.WRITE_PLAN}
    takes = {"POST": GoalForm}
    bodies = {"POST": GoalSaid}
    shows = GoalShown
    address = "/api/v1/goals/{pk}/"

    def made(self, pk: uuid.UUID) -> Any:
        """As on the screen."""
        plan = changeable_plan(self.request, pk)
        said = self.form(carried=False).cleaned_data
        goal = goals.add(plan, said, self.steps or [], by=self.person)
        return as_it_is(goal)

    def of_key(self, made: str, **ids: Any) -> Any:
        """The goal that was added before."""
        return as_it_is(readable_goal(self.request, uuid.UUID(made)))


class GoalRow(WithSteps, Row):
    """One goal with its actions; with PATCH, a part of it."""

    verbs = {"GET": Verb.VIEW_CASE, "PATCH": Verb.WRITE_PLAN}
    takes = {"PATCH": GoalForm}
    bodies = {"PATCH": GoalChangeSaid}
    shows = GoalShown

    def row(self, pk: uuid.UUID) -> Any:
        """The goal."""
        return as_it_is(readable_goal(self.request, pk))

    def looked(self, row: Goal) -> None:
        """Opening it is on record."""
        audit.record("plan.view", by=self.person, case=row.case_id, ids=[row.plan_id, row.pk])

    def to_change(self, pk: uuid.UUID) -> Any:
        """The goal, with nobody else at its version."""
        goals.locked(changeable_goal(self.request, pk).plan)
        return self._held(pk)

    def _held(self, pk: uuid.UUID) -> Any:
        held = changeable_goal(self.request, pk)
        goal = as_it_is(held)
        goal.case = held.case
        return goal

    def change(self, row: Any) -> Any:
        """As on the screen."""
        now = {name.removesuffix("_id"): getattr(row, name) for name in GOAL}
        said = self.form(now, carried=True).cleaned_data
        steps = steps_of(row) if self.steps is None else self.steps
        goals.change(row, said, steps, by=self.person)
        return self.row(row.pk)


class Drop(Deed):
    """Take a goal out of the version that is being written; the answer is the version."""

    verbs = {"POST": Verb.WRITE_PLAN}
    shows = WholePlanShown

    def done(self, pk: uuid.UUID) -> Plan:
        """As on the screen."""
        goal = changeable_goal(self.request, pk)
        goals.drop(goal, by=self.person)
        return whole(readable_plan(self.request, goal.plan_id))


class ProgressOf(Rows):
    """What was said of a goal through all versions, the newest first; with POST, how it stands now."""

    verbs = {"GET": Verb.WRITE_PLAN, "POST": Verb.WRITE_PLAN}
    takes = {"POST": ProgressForm}
    shows = ProgressShown
    address = "{here}"
    order = ("-written_at", "pk")

    @property
    def goal(self) -> Any:
        """The goal of the address, if the person may change it."""
        if not hasattr(self, "_goal"):
            self._goal = changeable_goal(self.request, self.kwargs["pk"])
        return self._goal

    def rows(self, pk: uuid.UUID) -> QuerySet[Progress]:
        """All of the goal."""
        return reviews.progress_of(self.goal)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With the keys of the person, in one question."""
        for row in rows:
            row.victim = self.goal.victim
        crypto.load_keys(rows)
        return rows

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        ids = [self.goal.plan_id, self.goal.pk]
        audit.record("plan.view", by=self.person, case=self.goal.case_id, ids=ids)

    def made(self, pk: uuid.UUID) -> Progress:
        """As on the screen."""
        said = self.form().cleaned_data
        return reviews.note_progress(self.goal, reviews.Stand(said["state"], said["note"]), by=self.person)
