"""What happened in a case, newest first, one page at a time, whatever app it is from.

Each app fills the slot `timeline` with its sources. One query finds the rows of a page among all
sources; then each source that has some is asked once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from aidcenter import registry
from aidcenter.models import Staff

PAGE = 25  # events
LAST = 10_000  # events that can be paged through
GROUPS = {
    "notes": _("Notes"),
    "services": _("Services"),
    "decisions": _("Decisions"),
    "incidents": _("Incidents"),
    "notifications": _("Notifications"),
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
        """The events of the rows `ids`, whose person is that of the case."""
        for row in self.rows(case, person).filter(pk__in=ids):
            if hasattr(row, "victim_id"):
                row.victim = case.victim  # whose keys are there already
            yield row.pk, self.tell(row)


def page(case: Any, person: Staff, *, group: str = "", start: int = 0) -> tuple[list[Event], bool]:
    """The events from number `start` on, of one group or of all, and whether there are more."""
    sources = [source for answer in registry.ask("timeline") for source in answer]
    wanted = [i for i, source in enumerate(sources) if group in ("", source.group)]
    first, *rest = (sources[i].places(case, person, i) for i in wanted)
    rows: Any = first.union(*rest, all=True) if rest else first
    found = list(rows.order_by("-moment", "-source", "pk")[start : start + PAGE + 1])
    shown = found[:PAGE]
    told: dict[tuple[int, Any], Event] = {}
    for i in dict.fromkeys(source for _moment, source, _pk in shown):
        ids = [pk for _moment, source, pk in shown if source == i]
        told |= {(i, pk): event for pk, event in sources[i].events(case, person, ids)}
    events = [replace(told[source, pk], at=moment) for moment, source, pk in shown if (source, pk) in told]
    return events, len(found) > PAGE
