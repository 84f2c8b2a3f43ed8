"""Questions that become no case: nobody's identity is kept."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField, CodesField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import triggers

_TAKES = f"{MY_ROLE} IN ('caseworker', 'supervisor')"


class Enquiry(models.Model):
    """Somebody asked for something: when, through whom, what was needed, what was answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_on = models.DateField(_("day"))
    source = CodeField("referral_source", verbose_name=_("who asked"))
    needs = CodesField("service_type", verbose_name=_("what was needed"), blank=False)
    answer = models.TextField(blank=True)  # sealed by aidcenter.sealedtext: people write names all the same
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        web="SI",
        private=True,
        also_read=f"{_TAKES} OR {MY_ROLE} = 'director'",
        add=f"taken_by_id = {ME} AND {_TAKES}",
    )

    class Meta:
        indexes = [models.Index(fields=["-asked_on"], name="enquiry_newest")]
        ordering = ["-asked_on", "-written_at"]
        triggers = triggers.DECISION

    def __str__(self) -> str:
        return f"enquiry {self.pk}"
