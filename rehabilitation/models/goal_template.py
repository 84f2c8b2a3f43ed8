"""The goals that a plan may start from, and every edition of them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.codelists import in_words
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from aidcenter.triggers import append_only
from rehabilitation.plan_triggers import FIRST_OF_NOBODY

_EDITS = f"{MY_ROLE} IN ('administrator', 'supervisor')"


class GoalTemplate(models.Model):
    """A goal to start from, in three languages."""

    domain = CodeField("plan_domain", verbose_name=_("domain"))
    text_az = models.CharField(_("goal in Azerbaijani"), max_length=300)
    text_ru = models.CharField(_("goal in Russian"), max_length=300, blank=True)
    text_en = models.CharField(_("goal in English"), max_length=300, blank=True)
    measure_az = models.CharField(_("measure in Azerbaijani"), max_length=300, blank=True)
    measure_ru = models.CharField(_("measure in Russian"), max_length=300, blank=True)
    measure_en = models.CharField(_("measure in English"), max_length=300, blank=True)
    active = models.BooleanField(_("is offered"), default=True)

    reach = Reach(web="SIU", private=True, also_read=f"{ME} IS NOT NULL", also_change=_EDITS, add=_EDITS)

    class Meta:
        ordering = ["domain", "pk"]

    def __str__(self) -> str:
        return f"goal template {self.pk}"

    @property
    def words(self) -> str:
        """The goal in the reader's language."""
        return in_words(self, "text")


class TemplateEdition(models.Model):
    """What goals were on offer after an editing, as rehabilitation.goal_templates.edit takes them."""

    said = models.JSONField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        web="SI",
        private=True,
        also_read=f"{ME} IS NOT NULL",
        add=f"{_EDITS} AND (made_by_id IS NULL OR made_by_id = {ME})",
    )

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only("append_only"), FIRST_OF_NOBODY]

    def __str__(self) -> str:
        return f"goal templates {self.pk}"
