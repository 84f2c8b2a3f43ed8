"""Choices of the list of cases that people keep under names of their own."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.prepared import SOMEBODY, Prepared
from aidcenter.roles import Verb
from cases.actions import one_window_at_a_time
from cases.listing import Asked, ListForm
from cases.models import SavedList


class Named(NamedTuple):
    """A saved list as it is shown: its name in clear, and the address it stands for now."""

    saved: SavedList
    name: str
    query: str


def rows_of(person: Staff) -> QuerySet[SavedList]:
    """The saved lists of `person`."""
    return SavedList.objects.filter(person=person)


_OF_PERSON = Prepared(lambda _case: rows_of(Staff(pk=SOMEBODY)))


def of(person: Staff) -> list[Named]:
    """The same with their names, in their places."""
    # asked anew: what a list was saved with may have left the form since
    return [
        Named(row, row.name, ListForm.asked(QueryDict(row.query)).query)
        for row in _OF_PERSON.found(None, person)
    ]


@act
def save(name: str, asked: Asked, *, by: Staff) -> SavedList:
    """Keep the choice `asked` under `name`; the same name again replaces what it stood for."""
    require(by, Verb.LIST_CASES)
    one_window_at_a_time(by)
    rows = list(rows_of(by))
    made = next((row for row in rows if row.name == name), None)
    made = made or SavedList(person=by, place=_free_place(rows))
    made.rename(name)
    made.query = asked.query
    made.save()
    audit.record("list.save", by=by, ids=[made.pk])
    return made


def _free_place(rows: list[SavedList]) -> int:
    free = set(range(1, SavedList.MOST + 1)) - {row.place for row in rows}
    if not free:
        raise ValidationError(
            _("You have saved %(most)s lists already; remove one first.") % {"most": SavedList.MOST}
        )
    return min(free)


@act
def drop(saved: SavedList, *, by: Staff) -> None:
    """Forget a saved list."""
    require(by, Verb.LIST_CASES)
    rows_of(by).filter(pk=saved.pk).delete()
    audit.record("list.drop", by=by, ids=[saved.pk])
