"""The catalogue of services: which are offered on a day, and its editing, of which every edition is kept."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, codelists
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.editions import MOST
from aidcenter.models import Staff
from aidcenter.roles import Verb
from rehabilitation.models import CatalogueEdition, ServiceType

DAYS = ("active_from", "active_until")
FIELDS = ("domain", "unit", "minutes", "label_az", "label_ru", "label_en", *DAYS)
UNIT = "item"


def types() -> list[ServiceType]:
    """Every type, in the order of the code list."""
    found = {row.code: row for row in ServiceType.objects.all()}
    return [found[code] for code in codelists.codes("service_type") if code in found]


def choices(day: date, since: date | None = None) -> list[tuple[str, str]]:
    """What is given on that day, or was between `since` and it, as choices in the reader's language."""
    return [(row.code, row.label) for row in types() if row.given(day, since)]


def offered(service_type: str, day: date) -> ServiceType | None:
    """The type as the catalogue has it (None: it says nothing of it); raises ValidationError if not given."""
    row = ServiceType.objects.filter(code=service_type).first()
    if row and not row.given(day):
        raise ValidationError({"type": _("This service is not given on that day any more, or not yet.")})
    return row


def says() -> dict[str, dict[str, Any]]:
    """What the catalogue says now, by code."""
    return {row.code: {name: getattr(row, name) for name in FIELDS} for row in types()}


def editions() -> list[CatalogueEdition]:
    """The editions, the newest first: as many as a page shows, and one more."""
    return list(CatalogueEdition.objects.select_related("made_by")[: MOST + 1])


def said_in(edition: CatalogueEdition) -> dict[str, dict[str, Any]]:
    """What the catalogue said then, by code."""
    return {
        code: said | {name: date.fromisoformat(said[name]) for name in DAYS if said[name]}
        for code, said in edition.said.items()
    }


def _keep(by: Staff | None) -> None:
    said = {
        code: row | {name: row[name].isoformat() for name in DAYS if row[name]}
        for code, row in says().items()
    }
    CatalogueEdition.objects.create(said=said, made_by=by)


@act
def edit(rows: dict[str, dict[str, Any]], *, by: Staff) -> None:
    """Make the catalogue say `rows`, by code; services that were given keep what they are."""
    require(by, Verb.EDIT_CATALOGUE)
    if not CatalogueEdition.objects.exists():
        _keep(None)  # what the installation gave
    for code, said in rows.items():
        if said["active_until"] and said["active_until"] < said["active_from"]:
            raise ValidationError(
                _("%(name)s: the end lies before the beginning.") % {"name": said["label_az"]}
            )
        ServiceType.objects.update_or_create(code=code, defaults={name: said[name] for name in FIELDS})
    _keep(by)
    audit.record("catalogue.edit", by=by, number=len(rows))
