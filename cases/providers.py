"""The directory of providers, and which of them fit a person."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.consents import relied_on
from cases.models import Case, Consent, Provider
from cases.models.provider import ProviderQuerySet

FIELDS = ("name", "kind", "service_types", "districts", "languages", "contact", "may_be_told",
          "active_from", "active_until")  # fmt: skip
NEEDS_CONSENT = "share_provider"


@act
def keep(provider: Provider, said: dict[str, Any], *, by: Staff) -> Provider:
    """Add a provider, or change what the directory says of one: `said` has every field."""
    require(by, Verb.EDIT_PROVIDERS)
    if said["active_until"] and said["active_until"] < said["active_from"]:
        raise ValidationError({"active_until": _("The end lies before the beginning.")})
    if Provider.objects.filter(name=said["name"]).exclude(pk=provider.pk).exists():
        raise ValidationError({"name": _("This provider is in the directory already.")})
    for name in FIELDS:
        setattr(provider, name, said[name])
    provider.save()
    audit.record("provider.edit", by=by, ids=[provider.pk], kind=provider.kind)
    return provider


def fitting(case: Case, day: date, *types: str) -> ProviderQuerySet:
    """Who gives one of `types` on that day, in the district of the person, in a language of theirs."""
    rows: ProviderQuerySet = Provider.objects.active_on(day).for_services(*types).at(case.district)
    return rows.speaking(case.victim.languages)


def named_in_consents(day: date) -> list[str]:
    """The names of those outside of the centre, whom only a consent lets know anything."""
    return [row.name for row in Provider.objects.active_on(day).order_by("name") if row.outside]


def check(case: Case, provider: Provider, service_type: str, day: date, why: str = "") -> Consent | None:
    """The consent on which `provider` gives the service, None where a reason `why` or nothing is needed.

    Raises ValidationError unless the provider fits and the person agrees.
    """
    if not fitting(case, day, service_type).filter(pk=provider.pk).exists():
        raise ValidationError(
            {"provider": _("This provider does not give this service on that day, there, in that language.")}
        )
    if not provider.outside or why:
        return None
    consent = relied_on(case, NEEDS_CONSENT, provider.name)
    if consent is None:
        raise ValidationError(
            {"provider_why": _("The person has not agreed to this provider: record the consent, or say why.")}
        )
    return consent
