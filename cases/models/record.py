"""What is written down in a case: notes by section, and the drafts of forms."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, SECTIONS, Reach
from cases import triggers
from cases.models.case import Case, Victim


class Note(models.Model):
    """Something written down, in the case ("") or in one section of it; corrected by another, never changed.

    A note of a section may carry one line for the caseworker: a note of the case itself, `line_of` it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = CodeField("section", verbose_name=_("section"), blank=True, db_default="", default="")
    kind = CodeField("note_kind", verbose_name=_("kind"), default="note")
    text = Encrypted(verbose_name=_("text"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    line_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    reach = Reach(case="case", web="SI", section="section", author="author_id")
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-written_at"], name="note_of_case")]
        constraints = [
            models.CheckConstraint(name="note_section_known", condition=Q(section__in=["", *SECTIONS])),
            models.CheckConstraint(name="note_says_something", condition=Q(text__isnull=False)),
        ]
        ordering = ["-written_at"]
        triggers = triggers.NOTE

    def __str__(self) -> str:
        return f"note {self.pk}"


class SafetySheet(models.Model):
    """What keeps a person safe, in force when saved; a new version replaces it, the old ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_sheets", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="safety_sheets")
    danger = Encrypted(verbose_name=_("danger now"))
    must_not_learn = Encrypted(verbose_name=_("who must not learn where the person is"))
    safe_name = Encrypted(verbose_name=_("safe name, and what to say on the phone"))
    self_harm = Encrypted(verbose_name=_("risk of self-harm"))
    medicine = Encrypted(verbose_name=_("medicine"))
    allergies = Encrypted(verbose_name=_("allergies"))
    pregnancy = Encrypted(verbose_name=_("pregnancy"))
    if_missing = Encrypted(verbose_name=_("what to do if the person is missing"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    FACTS = ("danger", "must_not_learn", "safe_name", "self_harm",
             "medicine", "allergies", "pregnancy", "if_missing")  # fmt: skip
    reach = Reach(case="case", web="SI", author="author_id", author_needs="change_until")
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-written_at"], name="safety_of_case")]
        ordering = ["-written_at"]
        triggers = triggers.SAFETY

    def __str__(self) -> str:
        return f"safety sheet {self.pk}"

    @classmethod
    def label_of(cls, name: str) -> str:
        """What the sheet calls a field."""
        field: Any = cls._meta.get_field(name)
        return capfirst(str(field.verbose_name))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(what, said) of everything that is filled in, in the order of the sheet."""
        return [(self.label_of(name), getattr(self, name)) for name in self.FACTS if getattr(self, name)]


class Incident(models.Model):
    """Something that happened to the person or around them; it ends once, with an outcome.

    A high one is told to the supervisors and the director, who read of it what is in clear here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incidents", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20, db_default="", editable=False)  # of the case
    kind = CodeField("incident_kind", verbose_name=_("kind"))
    severity = CodeField("risk_level", verbose_name=_("how serious"), default="medium")
    happened_at = models.DateTimeField(_("when it happened"))
    text = Encrypted(verbose_name=_("what happened, and who was there"))
    done = Encrypted(verbose_name=_("what was done, and who was told"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    outcome = CodeField("incident_outcome", verbose_name=_("outcome"), blank=True, db_default="", default="")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    reach = Reach(
        case="case",
        web="SIU",
        author="author_id",
        # INSERT … RETURNING, by the house
        also_read=f"author_id = {ME} AND written_at >= statement_timestamp()",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-happened_at"], name="incident_of_case"),
            models.Index(
                fields=["happened_at"],
                name="incident_open",
                condition=Q(ended_at__isnull=True, severity="high"),
            ),
        ]
        ordering = ["-happened_at"]
        triggers = triggers.INCIDENT

    def __str__(self) -> str:
        return f"incident {self.pk}"


class IncidentStep(models.Model):
    """A step of the checklist of a missing person, with the time it was done; rows are only added."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    step = CodeField("missing_step")
    done_at = models.DateTimeField(db_default=Now(), editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    reach = Reach(case="incident__case", web="SI", author="person_id")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "step"], name="incident_step_once")]
        ordering = ["done_at"]
        triggers = triggers.DECISION

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"


class Draft(models.Model):
    """What a person has typed into a form of a case and not sent yet; theirs alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=40)
    said = Encrypted(dict)
    saved_at = models.DateTimeField(db_default=Now())

    reach = Reach(case="case", web="SIUD", author="person_id", own=True)
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person", "form"], name="draft_one_of_a_form")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
