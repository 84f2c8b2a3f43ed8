"""Services delivered to a person: what, and when."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import Reach
from aidcenter.triggers import keeps_active
from cases.models import Case
from rehabilitation import triggers
from rehabilitation.models.plan import Goal


class Service(models.Model):
    """One service delivered in a case; persons and services are counted apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    type = CodeField("service_type", verbose_name=_("service"))
    delivered_on = models.DateField(_("delivered on"))
    goal = models.ForeignKey(  # none: first help, or help that no goal asked for
        Goal, on_delete=models.PROTECT, null=True, related_name="services", verbose_name=_("for the goal")
    )
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", worker="S", statistics="S")
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-delivered_on"], name="service_of_case")]
        ordering = ["-delivered_on", "-recorded_at"]
        triggers = [*triggers.SERVICE, keeps_active()]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
