"""Plans of a case: their versions, writing one, handing it in, and deciding it."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from aidcenter import audit
from aidcenter.api.said import Said, String, body_of
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.roles import Role, Verb
from cases.api.written import OfCase
from cases.reached import changeable
from rehabilitation import plan_decisions, plan_queue, plans
from rehabilitation.api.plans_shown import PlanShown, WholePlanShown, whole
from rehabilitation.models import Plan
from rehabilitation.plan_forms import LONGEST, DecisionForm, EndForm, PlanForm, plan_said
from rehabilitation.plan_reached import changeable_plan, decidable_plan, readable_plan


class Plans(OfCase):
    """The versions of the plan of a case, the newest first; with POST, begin one."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.WRITE_PLAN}
    shows = PlanShown
    address = "/api/v1/plans/{pk}/"
    order = "-version"
    look = "plan.view"

    def made(self, pk: uuid.UUID) -> Plan:
        """A copy of the last that was approved, else from the newest assessment."""
        return plans.draft(changeable(self.request, pk), by=self.person)


class Waiting(Rows):
    """The plans that wait for a decision of the person, those handed in first before the others."""

    verbs = {"GET": Verb.APPROVE_PLAN}
    shows = PlanShown
    order = ("submitted_at", "pk")

    def rows(self) -> QuerySet[Plan]:
        """As in the queue of the screen."""
        return plan_queue.waiting_for(self.person)

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("plan.queue", by=self.person, ids=[plan.pk for plan in rows])


class PlanRow(Row):
    """One version, whole; with PATCH, what it says beside its goals.

    The director reads just the version that waits for them.
    """

    verbs = {"GET": (Verb.VIEW_CASE, Verb.APPROVE_PLAN), "PATCH": Verb.WRITE_PLAN}
    takes = {"PATCH": PlanForm}
    shows = WholePlanShown

    def row(self, pk: uuid.UUID) -> Plan:
        """The version."""
        reached = decidable_plan if self.person.role == Role.DIRECTOR else readable_plan
        return whole(reached(self.request, pk))

    def looked(self, row: Plan) -> None:
        """Opening it is on record."""
        audit.record("plan.view", by=self.person, case=row.case_id, ids=[row.pk])

    def to_change(self, pk: uuid.UUID) -> Plan:
        """The version, with nobody else at it."""
        plans.locked(changeable_plan(self.request, pk))
        return whole(changeable_plan(self.request, pk))

    def change(self, row: Plan) -> Plan:
        """As on the screen."""
        plans.write(row, self.form(plan_said(row), case=row.case).said, by=self.person)
        return self.row(row.pk)


class PlanDeed(Deed):
    """What its author does with a version."""

    verbs = {"POST": Verb.WRITE_PLAN}
    shows = WholePlanShown

    def do(self, plan: Plan) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Plan:
        """The version, after it."""
        self.do(changeable_plan(self.request, pk))
        return whole(readable_plan(self.request, pk))


class SeenForm(forms.Form):
    """The `mark` of the version as it was read."""

    seen = forms.CharField(max_length=64)


class Submit(PlanDeed):
    """Hand the version in, as it was seen; a supervisor decides."""

    takes = {"POST": SeenForm}

    def do(self, plan: Plan) -> None:
        """As on the screen."""
        plan_decisions.submit(plan, seen=self.form().cleaned_data["seen"], by=self.person)


class TakeBack(PlanDeed):
    """The author takes the version back to change it."""

    def do(self, plan: Plan) -> None:
        """As on the screen."""
        plan_decisions.take_back(plan, by=self.person)


class Discard(PlanDeed):
    """End a version that was never approved; it stays to be read."""

    def do(self, plan: Plan) -> None:
        """As on the screen."""
        plans.discard(plan, by=self.person)


class End(PlanDeed):
    """End the plan in force, with what was reached."""

    takes = {"POST": EndForm}

    def do(self, plan: Plan) -> None:
        """As on the screen."""
        plans.end(plan, **self.form().cleaned_data, by=self.person)


class Decided(Deed):
    """What a supervisor, or the director, decides of a version that waits."""

    verbs = {"POST": Verb.APPROVE_PLAN}
    shows = WholePlanShown

    def decide(self, plan: Any) -> Plan:
        """The decision; the version as it is then."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Plan:
        """The version, decided; to the director, who reads it no more, as they have read it."""
        plan = whole(decidable_plan(self.request, pk))
        now = self.decide(plan)
        if self.person.role != Role.DIRECTOR:
            return whole(readable_plan(self.request, pk))
        for name in ("state", "decided_by", "review_due"):
            setattr(plan, name, getattr(now, name))
        return plan


class Approve(Decided):
    """Approve just what was seen: it binds from now on."""

    takes = {"POST": SeenForm}

    def decide(self, plan: Any) -> Plan:
        """As on the screen."""
        return plan_decisions.approve(plan, seen=self.form().cleaned_data["seen"], by=self.person)


class CommentSaid(Said):
    """What should change of the goal whose `same_as` is `about`."""

    about = serializers.UUIDField()
    text = String(max_length=LONGEST)


class ReturnSaid(body_of(DecisionForm)):  # type: ignore[misc] # made from the form
    """What should change: of the plan, and of single goals."""

    comments = serializers.ListField(child=CommentSaid(), required=False)


class Return(Decided):
    """Return it to its author: say what should change, of the whole or of single goals."""

    takes = {"POST": DecisionForm}
    bodies = {"POST": ReturnSaid}

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """The comments as the form asks for them."""
        for comment in said.pop("comments", []):
            said[f"{DecisionForm.ABOUT}{comment['about']}"] = comment["text"]
        return said

    def decide(self, plan: Any) -> Plan:
        """As on the screen."""
        form = self.form(goals=plan.whole.goals)
        said = {"why": form.cleaned_data["why"], "comments": form.comments}
        return plan_decisions.give_back(plan, **said, by=self.person)
