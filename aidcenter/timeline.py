"""What happened in a case, newest first, one page at a time, whatever app it is from.

Each app fills the slot `timeline` with its sources. One query finds the rows of a page among all
sources; then each source that has some is asked once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import DateTimeField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from aidcenter import registry
from aidcenter.access import CaseAccessBase
from aidcenter.clock import Midnight
from aidcenter.models import Staff
from aidcenter.prepared import SOMEBODY, AmongSome, Prepared, announce

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
        is_day = self.when.endswith("_on")  # as every column with a day is called
        moment = Midnight(self.when) if is_day else Cast(self.when, DateTimeField())
        return rows.annotate(moment=moment, source=Value(index, IntegerField())).values_list(
            "moment", "source", "pk"
        )

    @cached_property
    def asked(self) -> Prepared[Any]:
        """Some of its rows, by their ids."""
        person = Staff(pk=SOMEBODY)
        return Prepared(lambda case: self.rows(_case(case), person).order_by().filter(AmongSome()))

    def events(self, case: Any, person: Staff, ids: list[Any]) -> Iterator[tuple[Any, Event]]:
        """The events of the rows `ids`, whose person is that of the case; the case itself is at hand."""
        rows = [case] if ids == [case.pk] else self.asked.of(case, person, ids)
        for row in rows:
            if "case_id" in vars(row):
                row.case = case
            yield row.pk, self.tell(row)


def _case(pk: Any) -> Any:
    """A case of which only the id is known."""
    access: Any = next(iter(CaseAccessBase.__subclasses__()))
    return access._meta.get_field("case").related_model(pk=pk)


@cache
def _sources() -> list[Source]:
    """Those of all apps; each has filled the slot before the first page is asked for."""
    return [source for answer in registry.ask("timeline") for source in answer]


@cache
def _places(group: str) -> Prepared[Any]:
    """Where the events of one group stand, in one query of all its sources."""
    return Prepared(lambda case: _union(case, group), paged=True)


def _union(pk: Any, group: str) -> QuerySet[Any, Any]:
    case, person = _case(pk), Staff(pk=SOMEBODY)
    sources = enumerate(_sources())
    first, *rest = (
        source.places(case, person, number) for number, source in sources if group in ("", source.group)
    )
    rows = first.union(*rest, all=True) if rest else first
    return rows.order_by("-moment", "-source", "pk")


announce(lambda: [_places(group) for group in ("", *GROUPS)])
announce(lambda: [source.asked for source in _sources()])


def page(case: Any, person: Staff, *, group: str = "", start: int = 0) -> tuple[list[Event], bool]:
    """The events from number `start` on, of one group or of all, and whether there are more."""
    found = _places(group).values(case.pk, person, most=PAGE + 1, start=start)
    shown, sources = found[:PAGE], _sources()
    told: dict[tuple[int, Any], Event] = {}
    for number in dict.fromkeys(source for _moment, source, _pk in shown):
        ids = [pk for _moment, source, pk in shown if source == number]
        told |= {(number, pk): event for pk, event in sources[number].events(case, person, ids)}
    events = [replace(told[source, pk], at=moment) for moment, source, pk in shown if (source, pk) in told]
    return events, len(found) > PAGE
