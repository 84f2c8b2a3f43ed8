"""Who gives services: the centre's own people and those outside of it. A directory; it names no case."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField, CodesField
from aidcenter.reach import ME, MY_ROLE, Reach

OWN = "own"


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Providers, by what people ask of them."""

    def active_on(self, day: date) -> "ProviderQuerySet":
        """Those that the centre works with on that day."""
        ends = Q(active_until__isnull=True) | Q(active_until__gte=day)
        return self.filter(ends, active_from__lte=day)

    def for_services(self, *types: str) -> "ProviderQuerySet":
        """Those that give one of these services."""
        return self.filter(service_types__overlap=list(types))

    def at(self, district: str) -> "ProviderQuerySet":
        """Those that work in the district; one without districts works everywhere."""
        return self.filter(Q(districts=[]) | Q(districts__contains=[district]))

    def speaking(self, languages: list[str]) -> "ProviderQuerySet":
        """Those that speak one of these languages; all, where no language is known of either."""
        return self.filter(Q(languages=[]) | Q(languages__overlap=languages)) if languages else self


class Provider(models.Model):
    """Somebody who gives services: of the centre, or outside of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    kind = CodeField("provider_kind", verbose_name=_("kind"))
    service_types = CodesField("service_type", verbose_name=_("services"), blank=False)
    districts = CodesField("district", verbose_name=_("districts"))
    languages = CodesField("language", verbose_name=_("languages"))
    contact = models.TextField(_("contact"), max_length=500, blank=True)
    may_be_told = models.TextField(_("what they may be told"), max_length=1000, blank=True)
    active_from = models.DateField(_("works with us from"))
    active_until = models.DateField(_("works with us until"), null=True, blank=True)

    _EDITS = f"{MY_ROLE} IN ('administrator', 'supervisor')"
    reach = Reach(
        web="SIU", worker="S", private=True, also_read=f"{ME} IS NOT NULL", also_change=_EDITS, add=_EDITS
    )
    objects: Any = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("name", name="provider_name_once"),
            models.CheckConstraint(
                name="provider_ends_after_start",
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return f"provider {self.pk}"

    @property
    def outside(self) -> bool:
        """Whether it is not of the centre: what it learns of a person, that person has to agree to."""
        return self.kind != OWN
