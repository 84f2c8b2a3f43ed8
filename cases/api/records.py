"""The records of a case through the API: of each kind a list, a new one, a change, and striking out."""

import inspect
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import audit
from aidcenter.access import reached_or_404
from aidcenter.api.said import Said, Truth, body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row
from aidcenter.roles import Verb
from cases import records
from cases.api.written import OfCase
from cases.kinds import KINDS, Kind
from cases.models import Kept
from cases.reached import changeable
from cases.record_forms import StrikeForm, form_of, tells_of_child

NOT_VICTIM = "not_victim"
OF_ALL = ("author", "written_at", "due_on", "struck_at", "struck_by", "struck_why")


class OfKind:
    """What the addresses of one kind share."""

    kind: Kind
    not_victim = False

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """What belongs to the form of the kind."""
        self.not_victim = said.pop(NOT_VICTIM, False)
        return said

    def check_child(self, form: Any) -> None:
        """A child who may be a victim too is registered as a person, as the screen asks."""
        if tells_of_child(self.kind, form) and not self.not_victim:
            told = _("A child who may be a victim too is registered as a person of their own.")
            raise ValidationError({NOT_VICTIM: told})

    def one(self, rows: "QuerySet[Kept]", pk: uuid.UUID) -> Kept:
        """The record `pk` among `rows`, with its case and person; raises Http404."""
        row: Kept = reached_or_404(rows.select_related("case__victim"), pk=pk)
        row.victim = row.case.victim  # whose keys are there already
        return row


class Records(OfKind, OfCase):
    """The newest first; with POST, a new one."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.CHANGE_CASE}
    order = ("-written_at", "pk")
    look = "record.view"

    def made(self, pk: uuid.UUID) -> Kept:
        """As on the screen."""
        case = changeable(self.request, pk)
        form = self.form(instance=self.kind.model(case=case, victim=case.victim))
        self.check_child(form)
        records.add(self.kind, form.instance, by=self.person)
        made: Kept = self.of_key(form.instance.pk, pk=pk)
        return made


class Record(OfKind, Row):
    """With PATCH, a part of it is changed; what stood before stays to be read."""

    verbs = {"GET": Verb.VIEW_CASE, "PATCH": Verb.CHANGE_CASE}

    def row(self, pk: uuid.UUID) -> Kept:
        """The record."""
        return self.one(self.kind.model.objects.visible_to(self.person), pk)

    def to_change(self, pk: uuid.UUID) -> Kept:
        """The record, with nobody else at it."""
        rows = self.kind.model.objects.changeable_by(self.person)
        return self.one(rows.select_for_update(of=("self",)), pk)

    def looked(self, row: Kept) -> None:
        """Opening it is on record."""
        audit.record("record.view", by=self.person, case=row.case_id, ids=[row.pk])

    def change(self, row: Kept) -> Kept:
        """As on the screen."""
        before = records.said(self.kind, row)
        now = {name: getattr(row, self.kind.field(name).attname) for name in self.kind.fields}
        form: Any = self.form(now, instance=row)  # type: ignore[attr-defined] # of Endpoint
        self.check_child(form)
        records.change(self.kind, row, before=before, by=self.person)
        return self.row(row.pk)


class Strike(OfKind, Deed):
    """Strike out what was entered in error; it stays to be read."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": StrikeForm}

    def done(self, pk: uuid.UUID) -> Kept:
        """As on the screen."""
        rows = self.kind.model.objects.changeable_by(self.person)
        row = self.one(rows.select_for_update(of=("self",)), pk)
        records.strike(self.kind, row, why=self.form().cleaned_data["reason"], by=self.person)
        return self.one(rows, pk)


def _body(kind: Kind, form: Any, *, partial: bool = False) -> type[Said]:
    """The body of the form; where a record may tell of a child, with the word that it is no victim."""
    made = body_of(form, partial=partial)
    if not kind.tells_of_children:
        return made
    told = Truth(required=False, help_text=gettext_lazy("Not a victim: save as a dependant"))
    return type(made.__name__, (made,), {"__doc__": inspect.getdoc(kind.model), NOT_VICTIM: told})


@cache
def shown_of(slug: str) -> type[Shown]:
    """How a record of that kind is shown."""
    kind = KINDS[slug]
    about = {"model": kind.model, "fields": ("id", "case", *kind.fields, *OF_ALL)}
    of_kind = {"__doc__": inspect.getdoc(kind.model), "Meta": type("Meta", (), about)}
    return type(f"{kind.model.__name__}Shown", (Shown,), of_kind)


def _address(kind: Kind, view: type[Any], **about: Any) -> Any:
    """A view of `kind`; what it is says the model."""
    name = f"{kind.model.__name__}{view.__name__}"
    said = f"{inspect.getdoc(kind.model)}\n\n{inspect.getdoc(view)}"
    made: Any = type(name, (view,), {"kind": kind, "__doc__": said, **about})
    return made.as_view()


def addresses() -> Iterator[URLPattern]:
    """The addresses of each kind."""
    for slug, kind in KINDS.items():
        form, shows, one = form_of(kind), shown_of(slug), f"records/{slug}/<uuid:pk>/"
        new = {"takes": {"POST": form}, "bodies": {"POST": _body(kind, form)}}
        part = {"takes": {"PATCH": form}, "bodies": {"PATCH": _body(kind, form, partial=True)}}
        of_case = _address(kind, Records, shows=shows, address=f"/api/v1/records/{slug}/{{pk}}/", **new)
        yield path(f"cases/<uuid:pk>/records/{slug}/", of_case)
        yield path(one, _address(kind, Record, shows=shows, **part))
        yield path(f"{one}strike/", _address(kind, Strike, shows=shows))
