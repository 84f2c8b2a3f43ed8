"""The drill: a test message to each state body, plainly marked. No notification, no child, no statistic."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.reach import MY_ROLE, Reach
from referrals import authority_triggers
from referrals.models.authority import Commission

# The centre that asks, and the body that is asked; a supervisor and a caseworker have no part in it.
_ASKS = f"{MY_ROLE} IN ('director', 'administrator')"
_OWN = (
    "commission_id IN (SELECT m.commission_id FROM referrals_member m WHERE m.staff_id = (SELECT app_uid()))"
)


class DrillRun(models.Model):
    """One test of all bodies, on one day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(_("day"), unique=True)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    reach = Reach(
        private=True,
        web="SI",
        worker="SI",
        add=_ASKS,
        also_read=f"{_ASKS} OR {MY_ROLE} = 'commission_member'",
    )

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"drill of {self.day}"


class DrillCall(models.Model):
    """The test message to one body, its answer, or what was repaired; `mail_at` is when its bell rings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(DrillRun, on_delete=models.PROTECT, related_name="calls")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="drills")
    mail_at = models.DateTimeField(null=True, db_default=Now())
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    repair = models.CharField(_("what was repaired"), max_length=500, blank=True, db_default="", default="")

    reach = Reach(private=True, web="SIU", worker="SIU", also_read=f"{_ASKS} OR {_OWN}",
                  also_change=f"{_ASKS} OR {_OWN}", add=_ASKS)  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "commission"], name="drill_once_per_body")]
        indexes = [
            models.Index(fields=["mail_at"], name="drill_bell", condition=Q(mail_at__isnull=False)),
            models.Index(fields=["commission"], name="drill_open", condition=Q(acknowledged_at__isnull=True)),
        ]
        triggers = authority_triggers.DRILL_CALL

    def __str__(self) -> str:
        return f"test {self.pk}"
