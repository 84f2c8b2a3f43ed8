"""The individual rehabilitation plan: versions, goals, and what is done for each goal.

What a version says is fixed once it is submitted; how its goals get on is kept beside it
(rehabilitation/models/progress.py).
"""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import MY_ROLE, Reach, widen
from cases.models import Assessment, Case, Victim
from rehabilitation import plan_triggers
from rehabilitation.models.decided import ByAnotherQuerySet

IN_FORCE = ("active", "under_review")
OPEN = ("draft", "submitted", "returned")
WRITABLE = ("draft", "returned")

# The director decides the plan of an author beside whom the team has no other supervisor: that plan
# alone, and only until it is decided.
_FOR_DIRECTOR = f"{MY_ROLE} = 'director' AND id IN (SELECT plans_for_director())"
_ITS_PLAN = f"{MY_ROLE} = 'director' AND EXISTS (SELECT FROM rehabilitation_plan p WHERE p.id = plan_id)"


class PlanQuerySet(ByAnotherQuerySet["Plan"]):
    """Plans, by what people ask of them."""

    def in_force(self) -> "PlanQuerySet":
        """Those that bind now: one at most for a case."""
        return self.filter(state__in=IN_FORCE)

    def open(self) -> "PlanQuerySet":
        """Those that are being written or wait for a decision: one at most for a case."""
        return self.filter(state__in=OPEN)

    def to_decide(self, person: Staff) -> "PlanQuerySet":
        """Those that `person` may approve or return."""
        return self.decided_by(person).filter(state="submitted")


class Plan(models.Model):
    """One version of a person's plan."""

    TEXTS = ("needs", "strengths", "wishes", "risks", "safety", "exit_plan", "why_absent", "child_views")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20, db_default="", editable=False)  # of the case
    version = models.PositiveSmallIntegerField(db_default=0, editable=False)
    state = CodeField("plan_state", verbose_name=_("state"), db_default="draft", default="draft")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="+")
    needs = Encrypted(verbose_name=_("what the person needs"))
    strengths = Encrypted(verbose_name=_("strengths"))
    wishes = Encrypted(verbose_name=_("wishes, in the person's own words"))
    risks = Encrypted(verbose_name=_("risks"))
    safety = Encrypted(verbose_name=_("safety plan"))
    exit_plan = Encrypted(verbose_name=_("how the help ends, and who helps afterwards"))
    participation = CodeField(
        "plan_participation", verbose_name=_("how the person took part"), blank=True, default=""
    )
    why_absent = Encrypted(verbose_name=_("why the person did not take part"))
    child_views = Encrypted(verbose_name=_("the child's views"))
    language = CodeField(
        "language", verbose_name=_("language in which it was explained"), blank=True, default=""
    )
    consents = ArrayField(models.UUIDField(), default=list, blank=True)  # Consent records it relies on
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("planned end"))
    next_review_on = models.DateField(_("first review on"))

    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_hash = models.CharField(max_length=64, db_default="", default="", editable=False)
    for_director = models.BooleanField(db_default=False, default=False, editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    approved_hash = models.CharField(max_length=64, db_default="", default="", editable=False)
    review_due = models.DateField(_("next review on"), null=True, editable=False)
    outcome = CodeField("goal_state", verbose_name=_("outcome"), blank=True, db_default="", default="")
    result = Encrypted(verbose_name=_("what was reached, and what is left"))
    ended_at = models.DateTimeField(null=True, editable=False)

    reach = Reach(
        case="case",
        web="SIU",
        statistics="S",
        author="author_id",
        author_needs="change_until",
        also_read=_FOR_DIRECTOR,
        also_change=_FOR_DIRECTOR,
    )
    objects = PlanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["review_due"], name="plan_review_due", condition=Q(state__in=IN_FORCE)),
            models.Index(fields=["submitted_at"], name="plan_to_decide", condition=Q(state="submitted")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["case"], name="plan_one_in_force", condition=Q(state__in=IN_FORCE)
            ),
            models.UniqueConstraint(fields=["case"], name="plan_one_open", condition=Q(state__in=OPEN)),
            models.CheckConstraint(
                name="plan_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="plan_approved_as_submitted",
                condition=Q(approved_hash="")
                | Q(approved_hash=F("submitted_hash"), decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_in_force_is_approved", condition=~Q(state__in=IN_FORCE) | ~Q(approved_hash="")
            ),
            models.CheckConstraint(
                name="plan_days_follow",
                condition=Q(ends_on__gte=F("starts_on")) & Q(next_review_on__gte=F("starts_on")),
                violation_error_message=_("The end and the first review lie after the start."),
            ),
        ]
        ordering = ["-version"]
        triggers = plan_triggers.PLAN

    def __str__(self) -> str:
        return f"plan {self.pk}"

    @property
    def in_force(self) -> bool:
        """Whether it binds now."""
        return self.state in IN_FORCE

    @property
    def writable(self) -> bool:
        """Whether its author may still change what it says."""
        return self.state in WRITABLE


class Goal(models.Model):
    """What shall be reached in one domain, by when, and who sees to it.

    `same_as` is one for a goal through all versions of the plan; `state` follows from its progress.
    """

    TEXTS = ("text", "measure", "baseline", "target", "responsible_other", "carried_why")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="goals", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    same_as = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    domain = CodeField("plan_domain", verbose_name=_("domain"))
    priority = CodeField("priority", verbose_name=_("priority"), default="medium")
    text = Encrypted(verbose_name=_("goal"), blank=False)
    measure = Encrypted(verbose_name=_("how one sees that it is reached"))
    baseline = Encrypted(verbose_name=_("where it stands today"))
    target = Encrypted(verbose_name=_("what shall be reached"))
    responsible = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        limit_choices_to={"is_active": True, "role__in": ["caseworker", "specialist", "supervisor"]},
        verbose_name=_("who sees to it"),
    )  # fmt: skip
    responsible_other = Encrypted(verbose_name=_("somebody else who sees to it"))
    due_on = models.DateField(_("to be reached by"), null=True, blank=True)
    carried_why = Encrypted(verbose_name=_("why an overdue goal is carried over"))
    state = CodeField("goal_state", verbose_name=_("state"), db_default="planned", default="planned")
    state_at = models.DateTimeField(null=True, editable=False)

    reach = Reach(case="case", web="SIUD", statistics="S", also_read=_ITS_PLAN)
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["plan", "position"], name="goal_of_plan"),
            models.Index(fields=["case", "same_as"], name="goal_same_as"),
        ]
        constraints = [
            models.CheckConstraint(name="goal_says_something", condition=Q(text__isnull=False)),
            models.UniqueConstraint(fields=["plan", "same_as"], name="goal_once_in_a_version"),
        ]
        ordering = ["position", "id"]
        triggers = plan_triggers.GOAL

    def __str__(self) -> str:
        return f"goal {self.pk}"

    @property
    def display_name(self) -> str:
        """The goal on the screen, where one is chosen."""
        return f"{self.get_domain_display()}: {self.text}"  # type: ignore[attr-defined]


class GoalAction(models.Model):
    """Something that is done for a goal: which service, by whom, from when to when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="actions", db_index=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    same_as = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    service_type = CodeField("service_type", verbose_name=_("service"))
    text = Encrypted(verbose_name=_("what is done"))
    provider = Encrypted(verbose_name=_("provider, if outside of the centre"))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = CodeField("goal_state", verbose_name=_("state"), db_default="planned", default="planned")
    state_at = models.DateTimeField(null=True, editable=False)

    reach = Reach(case="case", web="SIUD", statistics="S", also_read=_ITS_PLAN)
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["plan"], name="action_of_plan"),
            models.Index(fields=["goal", "position"], name="action_of_goal"),
            models.Index(fields=["case", "same_as"], name="action_same_as"),
        ]
        constraints = [
            models.CheckConstraint(
                name="action_due_after_start",
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
                violation_error_message=_("The end lies before the beginning."),
            )
        ]
        ordering = ["position", "id"]
        triggers = plan_triggers.ACTION

    def __str__(self) -> str:
        return f"action {self.pk}"


class Comment(models.Model):
    """What somebody says of a plan or one of its goals while it is decided; rows are only added.

    `returns` marks the reason for which a supervisor gave the plan back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="comments")
    about = models.UUIDField(null=True)  # `same_as` of a goal
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = Encrypted(verbose_name=_("comment"))
    returns = models.BooleanField(default=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", author="author_id", author_needs="change_until", also_read=_ITS_PLAN)
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="comment_says_something", condition=Q(text__isnull=False))]
        ordering = ["written_at"]
        triggers = plan_triggers.COMMENT

    def __str__(self) -> str:
        return f"comment {self.pk}"


class CaseEndsPlans(Case):
    """cases.Case as this app sees it: only to hang the trigger on that ends the plan with the case."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = plan_triggers.CASE


# What the director needs of the plan that is theirs to decide: its key, and to say why it goes back.
widen("rehabilitation_comment", _ITS_PLAN, add=True)
widen(
    "cases_datakey",
    f"{MY_ROLE} = 'director' AND EXISTS (SELECT FROM rehabilitation_plan p"
    " WHERE p.victim_id = cases_datakey.victim_id)",
)
