"""The goals that a plan may start from, and every edition of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aidcenter.codelists import in_words
from aidcenter.fields import CodeField
from aidcenter.reach import ME, MY_ROLE, Reach
from aidcenter.triggers import append_only
from rehabilitation.models.edition import Edition, made_by_who
from rehabilitation.plan_triggers import first_of_nobody

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

    @property
    def measured(self) -> str:
        """How one sees that it is reached, in the reader's language."""
        return in_words(self, "measure")


class TemplateEdition(Edition):
    """What goals were on offer after an editing, as rehabilitation.goal_templates.edit takes them."""

    reach = made_by_who(_EDITS)

    class Meta(Edition.Meta):
        triggers = [append_only("append_only"), first_of_nobody("templateedition")]
