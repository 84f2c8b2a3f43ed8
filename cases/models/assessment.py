"""What the person needs and what threatens them, scored by the questions of a questionnaire."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.codelists import in_words
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import triggers
from cases.models.case import Case, Victim


class Questionnaire(models.Model):
    """One version of the questions; the newest is asked, past answers keep theirs."""

    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(web="SI", private=True, also_read=f"{ME} IS NOT NULL", add=f"{MY_ROLE} = 'administrator'")

    class Meta:
        ordering = ["-pk"]
        triggers = triggers.QUESTIONS

    def __str__(self) -> str:
        return f"questionnaire {self.pk}"


class Question(models.Model):
    """A question in three languages, about one domain of the plan."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="questions")
    domain = CodeField("plan_domain", verbose_name=_("domain"))
    text_az = models.CharField(_("question in Azerbaijani"), max_length=300)
    text_ru = models.CharField(_("question in Russian"), max_length=300, blank=True)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    reach = Reach(web="SI", private=True, also_read=f"{ME} IS NOT NULL", add=f"{MY_ROLE} = 'administrator'")

    class Meta:
        ordering = ["position"]
        triggers = triggers.QUESTIONS

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def text(self) -> str:
        """The question in the reader's language, else in Azerbaijani."""
        return in_words(self, "text")


class Assessment(models.Model):
    """Answers of one day: a score of 0 to 4 and a note for each question, risks, and what is needed now.

    `answers` is {id of the question: {"score": 0..4, "note": text}}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    kind = CodeField("assessment_kind", verbose_name=_("kind"))
    assessed_on = models.DateField(_("day"))
    answers = Encrypted(dict)
    individual_risk = CodeField("risk_level", verbose_name=_("risk to the person"))
    household_risk = CodeField("risk_level", verbose_name=_("risk in the household"))
    community_risk = CodeField("risk_level", verbose_name=_("risk in the community"))
    needs = Encrypted(verbose_name=_("what is needed at once"))
    risk_level = CodeField("risk_level", verbose_name=_("risk"))
    why_risk = Encrypted(verbose_name=_("why the risk is set otherwise"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", author="author_id", author_needs="change_until")
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-assessed_on"], name="assessment_of_case")]
        constraints = [
            models.CheckConstraint(
                name="assessment_risk_known", condition=Q(risk_level__in=["low", "medium", "high"])
            )
        ]
        ordering = ["-assessed_on", "-written_at"]
        triggers = triggers.ASSESSMENT

    def __str__(self) -> str:
        return f"assessment {self.pk}"
