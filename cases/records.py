"""Keeping the records of a case: add, change with what stood before, strike out; and what they ask for."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.prepared import Prepared, announce
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy, dmyhm
from cases.actions import one_at_a_time
from cases.kinds import KINDS, Kind
from cases.models import Case, Kept, Revision

SHOWN = 30  # duties
ON_ITS_PAGE = ("exploitation", "guardian")  # what the page of a case tells of its records


def said(kind: Kind, record: Kept) -> dict[str, Any]:
    """What `record` says, by field, as it can be written down."""
    found = {name: getattr(record, kind.field(name).attname) for name in kind.fields}
    values = {name: _said(value) for name, value in found.items()}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def _said(value: Any) -> Any:
    """The same for the same, whether it was typed or read: nothing is None, a moment is in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return None if value == "" else value


def stamp(values: dict[str, Any]) -> str:
    """A mark of `values` that a form carries, to notice that somebody else has changed them meanwhile."""
    return salted_hmac("records", json.dumps(values, sort_keys=True), algorithm="sha256").hexdigest()


def facts(kind: Kind, record: Kept) -> Iterator[tuple[str, str]]:
    """(what, said) of all that is filled in."""
    for name in kind.fields:
        if text := shown(record, name):
            yield str(kind.field(name).verbose_name), text


def stated(row: Any, *names: str) -> list[tuple[str, str]]:
    """(what, said) of these fields of any row."""
    return [(str(row._meta.get_field(name).verbose_name), shown(row, name)) for name in names]


def shown(record: Any, name: str) -> str:
    """The value of a field in the reader's language."""
    field, value = record._meta.get_field(name), getattr(record, name)
    if isinstance(field, models.BooleanField):
        return _("yes") if value else ""
    if isinstance(field, models.DateTimeField):
        return dmyhm(value)
    if isinstance(field, models.DateField):
        return dmy(value)
    if isinstance(field, models.ForeignKey):
        return value.display_name if value else ""
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else "" if value is None else value)


def _ask(kind: Kind, record: Kept) -> None:
    due = kind.due(record)
    record.due_on = due[0] if due else None
    record.ask_from = due[0] - due[1] if due else None


def _checked(kind: Kind, record: Kept) -> None:
    if found := kind.check(record):
        raise ValidationError(found)


@act
def add(kind: Kind, record: Kept, *, by: Staff) -> None:
    """Keep a new record."""
    require(by, Verb.CHANGE_CASE)
    if kind.once:
        one_at_a_time(record.case)
        if of_kind(record.case, kind.slug):
            raise ValidationError(_("This case has such a record already; change that one."))
    _checked(kind, record)
    _ask(kind, record)
    record.author = by
    record.save(force_insert=True)
    audit.record("record.add", by=by, case=record.case_id, ids=[record.pk], kind=kind.slug)


@act
def change(kind: Kind, record: Kept, *, before: dict[str, Any], by: Staff) -> None:
    """Change a record that said `before`, which stays as a revision."""
    require(by, Verb.CHANGE_CASE)
    if record.struck_at:
        raise ValidationError(_("It is struck out already."))
    _checked(kind, record)
    if said(kind, record) == before:
        return
    _ask(kind, record)
    Revision.objects.create(case=record.case, victim=record.victim, record=record.pk, said=before, author=by)
    record.save(update_fields=[*kind.fields, "due_on", "ask_from"])
    audit.record("record.change", by=by, case=record.case_id, ids=[record.pk], kind=kind.slug)


@act
def strike(kind: Kind, record: Kept, *, why: str, by: Staff) -> None:
    """Strike out a record that was entered in error; it stays to be read."""
    require(by, Verb.CHANGE_CASE)
    if not why:
        raise ValidationError(_("Say why it is struck out."))
    if record.struck_at:
        raise ValidationError(_("It is struck out already."))
    record.struck_at, record.struck_by, record.struck_why = Now(), by, why
    record.save(update_fields=["struck_at", "struck_by", "struck_why"])
    audit.record("record.strike", by=by, case=record.case_id, ids=[record.pk], kind=kind.slug)


class Change(NamedTuple):
    """One change of a record: when, by whom, and (what, before, after) of each field."""

    revision: Revision
    fields: list[tuple[str, str, str]]


def changes(kind: Kind, record: Kept) -> list[Change]:
    """What was changed in `record`, the newest first."""
    later, found = record, []
    for revision in Revision.objects.filter(record=record.pk).select_related("author"):
        revision.victim = record.victim  # whose keys are there already
        earlier = kind.model(case=record.case, victim=record.victim)
        for name, value in revision.said.items():
            field = kind.field(name)
            setattr(earlier, field.attname, field.to_python(value))
        pairs = [(name, shown(earlier, name), shown(later, name)) for name in kind.fields]
        fields = [
            (str(kind.field(name).verbose_name), before, after)
            for name, before, after in pairs
            if before != after
        ]
        found.append(Change(revision, fields))
        later = earlier
    return found


def asking(rows_of: Any, today: date) -> list[tuple[date, str, Any, Any, str]]:
    """(due, kind, record, case, number of the case) of the records that ask for something by now.

    `rows_of` gives the rows of a kind that a person is to look after.
    """
    first, *rest = (
        rows_of(kind.model)
        .filter(ask_from__lte=today, struck_at__isnull=True)
        .order_by()
        .annotate(slug=Value(slug, models.CharField()))
        .values_list("due_on", "slug", "pk", "case_id", "case__number")
        for slug, kind in KINDS.items()
        if kind.asks
    )
    return list(first.union(*rest, all=True).order_by("due_on")[:SHOWN])


@cache
def _of_kind(slug: str) -> Prepared[Kept]:
    return Prepared(
        lambda case: KINDS[slug].model.objects.filter(case_id=case, struck_at__isnull=True),
        mark=f"has_{slug}" if slug in ON_ITS_PAGE else "",
    )


announce(lambda: [_of_kind(slug) for slug in KINDS])


def of_kind(case: Case, slug: str) -> list[Kept]:
    """The records of one kind that are not struck out."""
    return _of_kind(slug).of(case)


def kept_in(case: Case) -> list[tuple[Kind, list[Kept]]]:
    """The records of `case`, by kind."""
    found = []
    for kind in KINDS.values():
        rows = list(kind.model.objects.filter(case=case).select_related("author", "struck_by"))
        for row in rows:
            row.case, row.victim = case, case.victim  # whose keys are there already
        found.append((kind, rows))
    return found
