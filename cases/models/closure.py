"""The end of an episode: asked for by one person, approved by another."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import Reach
from cases import triggers
from cases.models.case import Case, Victim


class Closure(models.Model):
    """Somebody asks to close a case, with a reason and a summary; somebody else approves or returns it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    episode = models.PositiveSmallIntegerField(editable=False)
    to = CodeField("case_state", verbose_name=_("closed how"))
    reason = CodeField("closure_reason", verbose_name=_("reason"))
    summary = Encrypted(verbose_name=_("summary"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    answer = Encrypted(verbose_name=_("what is still missing"))

    reach = Reach(case="case", web="SIU", author="author_id", author_needs="change_until")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="closure_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="closure_by_two",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(name="closure_closes", condition=Q(to__in=["closed", "closed_referred"])),
        ]
        ordering = ["-asked_at"]
        triggers = triggers.CLOSURE

    def __str__(self) -> str:
        return f"closure {self.pk}"
