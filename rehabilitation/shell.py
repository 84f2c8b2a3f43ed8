"""What other pages show of services."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.duties import Event, at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.statistics import Table, counted
from cases.models import Case
from rehabilitation.models import Service

SHOWN = 10
IN_TIMELINE = 50


def statistics(year: int) -> Iterator[Table]:
    """Persons per service among the cases opened in `year`, and how many services they had."""
    rows = sorted(counted("services_counted", year), key=lambda row: (-row[1], row[0]))
    found = [(str(codelists.label("service_type", code)), persons, n) for code, persons, n in rows]
    yield Table(_("Persons per service"), {label: persons for label, persons, _n in found}, whole=False)
    yield Table(_("Services delivered"), {label: n for label, _persons, n in found}, whole=False)


def _services(case: Case) -> list[Service]:
    """The services of `case`, fetched once for all that the page shows of them."""
    rows = Service.objects.select_related("recorded_by")
    prefetch_related_objects([case], Prefetch("services", rows))
    return list(case.services.all())


def timeline(case: Case, person: Staff) -> Iterator[Event]:
    """Each service on its day."""
    for service in _services(case)[:IN_TIMELINE]:
        yield Event(
            at_start_of(service.delivered_on), service.get_type_display(), service.recorded_by.display_name
        )


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """The services on the case page, and the way to record one."""
    return {
        "template": "rehabilitation/_panel.html",
        "services": _services(case)[:SHOWN],
        "count": len(_services(case)),
        "may_record": may(person, Verb.RECORD_SERVICE),
    }
