"""The ministry's report: what the centre told of a period, as it told it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.reach import MY_ROLE, Reach
from rehabilitation import report_triggers


class Report(models.Model):
    """A report that was sent; the database counts, numbers and marks it, and nothing of it changes.

    `content` is what `report_content` of `sql/report.sql` gives; `mark` the SHA-256 of its text. Without
    `exact_why` the figures of 1 to 10 are suppressed on everything that leaves the centre.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, db_default="", editable=False)
    period_from = models.DateField(_("from"))
    period_until = models.DateField(_("until"))
    content = models.JSONField(db_default={}, editable=False)
    mark = models.CharField(max_length=64, db_default="", editable=False)
    sent_to = models.CharField(_("sent to"), max_length=200)
    exact_why = models.CharField(
        _("why exact figures may be passed on"), max_length=500, blank=True, db_default="", default=""
    )
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        web="SI",
        private=True,
        also_read=f"{MY_ROLE} IN ('director', 'supervisor', 'statistician')",
        add=f"{MY_ROLE} = 'director'",
    )
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_period_in_order",
                condition=Q(period_until__gte=F("period_from")),
                violation_error_message=_("The end lies before the beginning."),
            )
        ]
        ordering = ["-sent_at"]
        triggers = report_triggers.REPORT

    def __str__(self) -> str:
        return f"report {self.number}"
