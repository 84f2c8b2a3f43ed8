"""The goals that the centre offers to start from, edited whole; every edition is kept."""

from typing import Any

from django.utils import timezone

from aidcenter import audit
from aidcenter.access import require
from aidcenter.codelists import LANGUAGES
from aidcenter.context import act
from aidcenter.editions import MOST, Edition, line
from aidcenter.models import Staff
from aidcenter.roles import Verb
from rehabilitation.models import GoalTemplate, TemplateEdition

TEMPLATE = ("id", "domain", *(f"{what}_{code}" for what in ("text", "measure") for code in LANGUAGES))


def offered() -> list[GoalTemplate]:
    """The goals that the centre offers to start from."""
    return list(GoalTemplate.objects.filter(active=True))


def _rows() -> list[dict[str, Any]]:
    return [{name: getattr(each, name) for name in TEMPLATE} for each in offered()]


def editions() -> list[Edition]:
    """What was on offer after each editing, the newest first; as it is now where nobody has edited it."""
    rows = TemplateEdition.objects.select_related("made_by")[: MOST + 1]
    found = [Edition(row.pk, row.made_at, row.made_by, row.said, [*map(line, row.said)]) for row in rows]
    if not found and (now := _rows()):
        return [Edition(0, timezone.now(), None, now, [*map(line, now)])]
    return found


@act
def edit(rows: list[dict[str, Any]], *, by: Staff) -> None:
    """Make the goals on offer those of `rows`; one that is no more among them is not offered any more."""
    require(by, Verb.EDIT_TEMPLATES)
    if not TemplateEdition.objects.exists():
        TemplateEdition.objects.create(said=_rows())  # what the installation offered
    kept = set()
    for row in rows:
        number = row.pop("id", None)
        found = GoalTemplate.objects.filter(pk=number).first() if number else None
        template = found or GoalTemplate()
        for name, value in row.items():
            setattr(template, name, value)
        template.active = True
        template.save()
        kept.add(template.pk)
    GoalTemplate.objects.exclude(pk__in=kept).update(active=False)
    TemplateEdition.objects.create(said=_rows(), made_by=by)
    audit.record("templates.edit", by=by, number=len(kept))
