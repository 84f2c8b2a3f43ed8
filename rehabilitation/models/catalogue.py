"""The catalogue of services: what the centre gives, in which unit, since when and until when."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aidcenter.codelists import in_words
from aidcenter.fields import CodeField
from aidcenter.reach import ME, MY_ROLE, Reach
from aidcenter.triggers import append_only
from rehabilitation.models.edition import Edition, made_by_who
from rehabilitation.plan_triggers import first_of_nobody

LANGUAGES = ("az", "ru", "en")
LONGEST = 1440  # minutes
_EDITS = f"{MY_ROLE} = 'administrator'"


class ServiceType(models.Model):
    """One code of the list `service_type`, as the centre gives it; one that has ended keeps its services."""

    code = CodeField("service_type", primary_key=True)
    domain = CodeField("plan_domain", verbose_name=_("domain"))
    unit = CodeField("service_unit", verbose_name=_("unit"))
    minutes = models.PositiveSmallIntegerField(_("usual duration in minutes"), null=True, blank=True)
    label_az = models.CharField(_("name in Azerbaijani"), max_length=120)
    label_ru = models.CharField(_("name in Russian"), max_length=120)
    label_en = models.CharField(_("name in English"), max_length=120)
    active_from = models.DateField(_("given from"))
    active_until = models.DateField(_("given until"), null=True, blank=True)

    reach = Reach(
        web="SIU", worker="S", private=True, also_read=f"{ME} IS NOT NULL", also_change=_EDITS, add=_EDITS
    )
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="service_type_ends_after_start",
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="service_type_minutes",
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, LONGEST)),
            ),
        ]
        ordering = ["code"]

    def __str__(self) -> str:
        return f"service type {self.pk}"

    def given(self, day: date, since: date | None = None) -> bool:
        """Whether it is given on that day, or was on one between `since` and it."""
        return self.active_from <= day and (self.active_until is None or (since or day) <= self.active_until)

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return in_words(self, "label")


class CatalogueEdition(Edition):
    """What the catalogue said after an editing, as rehabilitation.catalogue.edit takes it; days in ISO."""

    reach = made_by_who(_EDITS)

    class Meta(Edition.Meta):
        triggers = [append_only("append_only"), first_of_nobody("catalogueedition")]
