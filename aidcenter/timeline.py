"""What happened in a case, newest first, one page at a time, whatever app it is from.

Each app fills the slot `timeline` with its sources. One query finds the rows of a page among all
sources; then each source that has some is asked once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import DateTimeField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from aidcenter import registry
from aidcenter.models import Staff
from aidcenter.prepared import SOME_CASE, SOMEBODY

PAGE = 25  # events
LAST = 10_000  # events that can be paged through
GROUPS = {
    "notes": _("Notes"),
    "services": _("Services"),
    "decisions": _("Decisions"),
    "incidents": _("Incidents"),
    "notifications": _("Notifications"),
    "referrals": _("Referrals"),
    "documents": _("Documents"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened in a case."""

    title: str
    detail: str = ""
    text: str = ""
    system: bool = False
    url: str = ""  # of the act that may follow
    act: str = ""
    at: datetime | None = None  # set by the page, from the column of its source


@dataclass(frozen=True)
class Source:
    """Rows of one model as events: those a person reads of a case, the column of the moment, the telling."""

    group: str
    when: str
    rows: Callable[[Any, Staff], QuerySet[Any]]
    tell: Callable[[Any], Event]

    def places(self, case: Any, person: Staff, index: int) -> QuerySet[Any, Any]:
        """(moment, number of this source, id) of its rows."""
        rows = self.rows(case, person).order_by().select_related(None)
        moment, number = Cast(self.when, DateTimeField()), Value(index, IntegerField())
        return rows.annotate(moment=moment, source=number).values_list("moment", "source", "pk")

    def events(self, case: Any, person: Staff, ids: list[Any]) -> Iterator[tuple[Any, Event]]:
        """The events of the rows `ids`, whose person is that of the case; the case itself is at hand."""
        rows = [case] if ids == [case.pk] else self.rows(case, person).filter(pk__in=ids)
        for row in rows:
            if hasattr(row, "victim_id"):
                row.victim = case.victim  # whose keys are there already
            yield row.pk, self.tell(row)


@cache
def _statement(case_model: type[models.Model], group: str) -> tuple[str, tuple[Any, ...]]:
    """The query of one group, made once: to compile ten sources costs more than to ask them."""
    case, person = case_model(pk=SOME_CASE), Staff(pk=SOMEBODY)
    sources = enumerate(_sources())
    first, *rest = (
        source.places(case, person, number) for number, source in sources if group in ("", source.group)
    )
    rows: Any = first.union(*rest, all=True) if rest else first
    sql, params = rows.order_by("-moment", "-source", "pk").query.sql_with_params()
    return f"{sql} LIMIT %s OFFSET %s", params


def _sources() -> list[Source]:
    return [source for answer in registry.ask("timeline") for source in answer]


def page(case: Any, person: Staff, *, group: str = "", start: int = 0) -> tuple[list[Event], bool]:
    """The events from number `start` on, of one group or of all, and whether there are more."""
    sql, params = _statement(case._meta.model, group)
    meant = {SOME_CASE: case.pk, SOMEBODY: person.pk}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(meant.get(value, value) for value in params), PAGE + 1, start])
        found = cursor.fetchall()
    shown, sources = found[:PAGE], _sources()
    told: dict[tuple[int, Any], Event] = {}
    for number in dict.fromkeys(source for _moment, source, _pk in shown):
        ids = [pk for _moment, source, pk in shown if source == number]
        told |= {(number, pk): event for pk, event in sources[number].events(case, person, ids)}
    events = [replace(told[source, pk], at=moment) for moment, source, pk in shown if (source, pk) in told]
    return events, len(found) > PAGE
