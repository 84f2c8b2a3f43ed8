"""How plans are shown: a version in a list, and whole, with its goals and their actions."""

from typing import Any

from rest_framework import serializers

from aidcenter.api.shown import Shown
from rehabilitation import plans
from rehabilitation.models import Comment, Goal, GoalAction, Plan, Progress
from rehabilitation.plan_content import content


class PlanShown(Shown):
    """A version of a plan, without what it says."""

    class Meta:
        model = Plan
        fields: tuple[str, ...] = (
            "id", "case", "number", "version", "state", "author", "created_at", "starts_on", "ends_on",
            "next_review_on", "submitted_at", "decided_by", "decided_at", "review_due", "outcome", "ended_at",
        )  # fmt: skip


class ActionShown(Shown):
    """Something that is done for a goal."""

    class Meta:
        model = GoalAction
        fields = (
            "id", "same_as", "service_type", "text", "provider", "starts_on", "due_on", "state", "state_at",
        )  # fmt: skip


class GoalShown(Shown):
    """A goal with its actions; `same_as` is one through all versions, `share` in per cent."""

    actions = ActionShown(many=True, read_only=True, source="steps")
    share = serializers.IntegerField(read_only=True)
    late = serializers.BooleanField(read_only=True)

    class Meta:
        model = Goal
        fields = (
            "id", "plan", "same_as", "domain", "priority", "text", "measure", "baseline", "target",
            "responsible", "responsible_other", "due_on", "carried_why", "state", "state_at", "share", "late",
            "actions",
        )  # fmt: skip


class CommentShown(Shown):
    """What was said of a version, or of the goal whose `same_as` is `about`."""

    class Meta:
        model = Comment
        fields = ("id", "about", "text", "returns", "author", "written_at")


class WholePlanShown(PlanShown):
    """A version of a plan, whole; `mark` stands for all that it says, and says so when it is handed in."""

    mark = serializers.CharField(read_only=True, source="whole.mark")
    goals = GoalShown(many=True, read_only=True, source="whole.goals")
    comments = CommentShown(many=True, read_only=True, source="told")

    class Meta:
        model = Plan
        fields = (
            *PlanShown.Meta.fields, *Plan.TEXTS, "participation", "language", "consents", "assessment",
            "result", "mark", "goals", "comments",
        )  # fmt: skip


class ProgressShown(Shown):
    """How a goal stood when somebody said so."""

    class Meta:
        model = Progress
        fields = ("id", "plan", "goal", "review", "state", "note", "services", "author", "written_at")


def whole(plan: Any) -> Any:
    """The plan with all that it says and all that was said of it, ready to be shown."""
    plan.whole, plan.told = content(plan), plans.comments_of(plan)
    return plan
