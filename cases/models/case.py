"""Victim, case, who may reach it, and the decisions on the victim's status.

Names, birth date, phone and narrative are encrypted; what statistics and deadlines need is in clear.
"""

import uuid
from datetime import date
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, ExtractYear, Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.clock import DB_TODAY
from aidcenter.crypto import DataKeyBase, Encrypted
from aidcenter.fields import CodeField, CodesField
from aidcenter.models import Staff, Team
from aidcenter.reach import ME, Reach
from cases import hook_triggers, import_triggers, triggers
from cases.childhood import ADULT_AGE, Age
from cases.marks import MarksField

NAME_LENGTH = 100


class Victim(models.Model):
    """A person the centre helps, confirmed or potential victim; a name is never required."""

    key_holder = "id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    given_name = Encrypted(verbose_name=_("given name"))
    family_name = Encrypted(verbose_name=_("family name"))
    father_name = Encrypted(verbose_name=_("father's name"))
    name_to_use = Encrypted(verbose_name=_("name to use"))
    sex = CodeField("sex", verbose_name=_("sex"), default="unknown")
    birth_date = Encrypted(date, verbose_name=_("birth date"))
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    estimated_age = models.PositiveSmallIntegerField(
        _("estimated age"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(120)]
    )
    could_be_minor = models.CharField(_("could the person be under 18?"), max_length=10, blank=True)
    age_basis = CodeField("age_basis", verbose_name=_("how the age is known"), blank=True)
    citizenship = CodesField("country", verbose_name=_("citizenship"))
    languages = CodesField("language", verbose_name=_("languages"))
    needs_interpreter = models.BooleanField(_("needs an interpreter"), db_default=False, default=False)
    phone = Encrypted(verbose_name=_("phone"))
    safe_contact = Encrypted(verbose_name=_("safe way of contact"))
    marks = MarksField(db_default=[])
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="cases",
        web="SIU",
        worker="S",
        relay="S",
        statistics="S",
        also_read="created_at >= statement_timestamp()",  # INSERT … RETURNING, before there is a case
        add=f"{ME} IS NOT NULL",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["marks"], name="victim_marks")]
        triggers = import_triggers.VICTIM

    def __str__(self) -> str:
        return f"victim {self.pk}"

    @property
    def age(self) -> Age:
        """What is known of the age."""
        born = self.birth_date
        return Age(born, self.birth_year, self.estimated_age, self.could_be_minor)

    @property
    def full_name(self) -> str:
        """The name on the screen: given and family name, else the name to use, else ""."""
        parts = " ".join(part for part in (self.given_name, self.family_name) if part)
        return parts or self.name_to_use or ""


class DataKey(DataKeyBase):
    """The wrapped key of one victim; erasing the row erases the person."""

    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, related_name="keys", db_constraint=False)

    reach = Reach(
        case="victim__cases",
        web="SI",
        worker="S",
        relay="S",
        also_read="victim_id IN (SELECT keys_lent_to_me())",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["victim", "version"], name="datakey_one_per_version")]

    def __str__(self) -> str:
        return f"key {self.version} of {self.victim_id}"


def on_worklist(person: Staff, access: str = "") -> dict[str, Any]:
    """The rows of CaseAccess for the open cases that `person` may read now."""
    return {f"{access}user": person, f"{access}view_until__gt": Now(), f"{access}next_due__isnull": False}


class CaseQuerySet(ReachQuerySet["Case"]):
    """Cases, by what people ask of them."""

    def worklist_of(self, person: Staff) -> "CaseQuerySet":
        """The open cases that `person` may read now; their order by due day is an index's."""
        return self.filter(**on_worklist(person, "access__"))


class Case(models.Model):
    """One episode of help for a victim; private to those it was given to."""

    CLOSED = ("closed", "closed_referred")
    may_be_known = False  # set by the registration

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, db_default="", editable=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="cases", db_index=False)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("caseworker"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    state = CodeField("case_state", verbose_name=_("state"), db_default="intake", default="intake")
    victim_status = CodeField(
        "victim_status", verbose_name=_("status"), db_default="potential", default="potential"
    )
    child_status = CodeField("child_status", verbose_name=_("child or adult"))
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    age_revision = models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
    episode = models.PositiveSmallIntegerField(db_default=1, default=1, editable=False)
    opened_on = models.DateField(_("opened on"), db_default=RawSQL(DB_TODAY, []))  # noqa: S611 - a constant
    reopened_on = models.DateField(_("opened again on"), null=True, editable=False)
    backdate_reason = models.CharField(max_length=200, blank=True, db_default="", default="")
    district = CodeField("district", verbose_name=_("district where the person is now"))
    home_district = CodeField(
        "district", verbose_name=_("home district"), blank=True, db_default="", default=""
    )
    home_confirmed_at = models.DateTimeField(null=True, editable=False)
    home_confirmed_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    referral_source = CodeField(
        "referral_source", verbose_name=_("who referred"), blank=True, db_default="", default=""
    )
    exploitation_country = CodeField(
        "country", verbose_name=_("country of exploitation"), blank=True, db_default="", default=""
    )
    risk_level = CodeField("risk_level", verbose_name=_("risk"), db_default="medium", default="medium")
    imported_in = models.ForeignKey(
        "cases.CaseImport", on_delete=models.PROTECT, null=True, related_name="cases", editable=False
    )
    next_due = models.DateField(_("next step due"), null=True, blank=True)
    # the last day on which somebody wrote of the person; kept by a trigger of what is written
    active_on = models.DateField(db_default=RawSQL(DB_TODAY, []), editable=False)  # noqa: S611 - a constant
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="",
        web="SIU",
        worker="S",
        relay="S",
        statistics="S",
        # INSERT … RETURNING needs the row before a trigger has written the access to it
        also_read=f"owner_id = {ME} AND created_at >= statement_timestamp()",
        add=f"owner_id = {ME} AND may_open_case(victim_id)",
    )
    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_legal", "Can read the legal section"),
            ("view_medical", "Can read the medical section"),
            ("view_psychological", "Can read the psychological section"),
        ]
        indexes = [models.Index(fields=["victim"], name="case_victim", include=["id"])]
        constraints = [
            models.CheckConstraint(
                name="case_child_status_known",
                condition=Q(child_status__in=["child", "presumed_child", "adult"]),
            ),
            models.CheckConstraint(
                name="case_adult_was_18",
                condition=~Q(child_status="adult")
                | Q(birth_year__isnull=True)
                | Q(birth_year__lte=ExtractYear(Coalesce("reopened_on", "opened_on")) - ADULT_AGE),
            ),
            models.CheckConstraint(
                name="case_home_confirmed_is_known",
                condition=Q(home_confirmed_at__isnull=True)
                | (~Q(home_district="") & Q(home_confirmed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_closed_owes_nothing",
                condition=~Q(state__in=["closed", "closed_referred"]) | Q(next_due__isnull=True),
            ),
        ]
        triggers = [*triggers.CASE, *import_triggers.CASE, hook_triggers.MOVED]

    def __str__(self) -> str:
        return self.number

    @property
    def home_could_be_told(self) -> bool:
        """Whether a child's home is in another district, and nobody has said yet that telling it is safe."""
        elsewhere = self.home_district not in ("", self.district)
        return self.is_child and elsewhere and self.home_confirmed_at is None

    @property
    def is_child(self) -> bool:
        """A child or presumed child when the episode was opened."""
        return self.child_status != "adult"


class StatusDecision(models.Model):
    """Who decided that the person is a potential or confirmed victim; rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    status = CodeField("victim_status", verbose_name=_("status"))
    decided_by = CodeField("status_decided_by", verbose_name=_("deciding body"), blank=True)
    document_number = Encrypted(verbose_name=_("number of the decision"))
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    basis = Encrypted(verbose_name=_("basis"))
    entered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", worker="S", relay="S")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="confirmed_has_body_and_document",
                condition=~Q(status="confirmed") | (~Q(decided_by="") & Q(document_number__isnull=False)),
            )
        ]
        ordering = ["-entered_at"]
        triggers = import_triggers.STATUS_DECISION

    def __str__(self) -> str:
        return f"{self.status} {self.pk}"


class AgeCorrection(models.Model):
    """Why the age of a person was corrected, from what to what; rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="age_corrections")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    old_status = CodeField("child_status")
    new_status = CodeField("child_status")
    reason = Encrypted(verbose_name=_("reason"))
    entered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", worker="S")
    objects = ReachQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at"]
        triggers = triggers.DECISION

    def __str__(self) -> str:
        return f"age correction {self.pk}"
