"""What other pages show of services."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from aidcenter.statistics import Table, counted
from aidcenter.timeline import Event, Source
from cases.models import Case
from rehabilitation.models import Service

SHOWN = 10


def statistics(year: int) -> Iterator[Table]:
    """Persons per service among the cases opened in `year`, and how many services they had."""
    rows = sorted(counted("services_counted", year), key=lambda row: (-row[1], row[0]))
    found = [(str(codelists.label("service_type", code)), persons, n) for code, persons, n in rows]
    yield Table(_("Persons per service"), {label: persons for label, persons, _n in found}, whole=False)
    yield Table(_("Services delivered"), {label: n for label, _persons, n in found}, whole=False)


def _rows(case: Case) -> QuerySet[Service]:
    return case.services.select_related("recorded_by")


def timeline() -> list[Source]:
    """Each service on its day."""
    return [Source("services", "delivered_on", lambda case, _person: _rows(case), _event)]


def _event(service: Service) -> Event:
    return Event(service.get_type_display(), service.recorded_by.display_name)


_NEWEST = Prepared(lambda case: Service.objects.filter(case_id=case)[: SHOWN + 1])


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """The last services on the case page, how many there were, and the way to record one."""
    newest = _NEWEST.of(case)
    return {
        "template": "rehabilitation/_panel.html",
        "services": newest[:SHOWN],
        "count": len(newest) if len(newest) <= SHOWN else case.services.count(),
        "may_record": may(person, Verb.RECORD_SERVICE),
    }
