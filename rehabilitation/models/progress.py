"""How a plan is lived: progress of its goals, reviews, signatures."""

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
from aidcenter.reach import Reach
from cases.models import Case, Document, Victim
from rehabilitation import plan_triggers
from rehabilitation.models.plan import Goal, GoalAction, Plan


class PlanRow(models.Model):
    """Something that somebody adds to a plan and that stays as it was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="%(class)ss")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", author="author_id", author_needs="change_until")
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class Review(PlanRow):
    """A look at a plan in force: how its goals get on, what is decided, when to look again."""

    reviewed_on = models.DateField(_("reviewed on"))
    decision = CodeField("review_decision", verbose_name=_("decision"))
    summary = Encrypted(verbose_name=_("what was found"))
    next_review_on = models.DateField(_("next review on"), null=True, blank=True)

    class Meta(PlanRow.Meta):
        abstract = False
        indexes = [models.Index(fields=["case", "-reviewed_on"], name="review_of_case")]
        constraints = [
            models.CheckConstraint(
                name="review_looks_ahead",
                condition=Q(next_review_on__isnull=True) | Q(next_review_on__gt=F("reviewed_on")),
            )
        ]
        triggers = plan_triggers.REVIEW


class Progress(PlanRow):
    """How a goal, or one action of it, stands; `services` are those delivered that show it."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="progress")
    action = models.ForeignKey(
        GoalAction, on_delete=models.PROTECT, null=True, related_name="progress", db_index=False
    )
    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, null=True, related_name="progress", db_index=False
    )
    state = CodeField("goal_state", verbose_name=_("state"))
    note = Encrypted(verbose_name=_("what shows it"))
    services = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta(PlanRow.Meta):
        abstract = False
        indexes = [models.Index(fields=["case", "-written_at"], name="progress_of_case")]
        triggers = plan_triggers.PROGRESS


class Signature(PlanRow):
    """Who signed what: a scan or a drawn signature, kept as a document, and the mark of what it said then."""

    signer = CodeField("plan_signer", verbose_name=_("who signed"))
    name = Encrypted(verbose_name=_("name"))
    signed_on = models.DateField(_("signed on"))
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    plan_hash = models.CharField(max_length=64)

    class Meta(PlanRow.Meta):
        abstract = False
        triggers = plan_triggers.SIGNATURE
