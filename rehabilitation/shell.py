"""What other pages show of services."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import codelists
from aidcenter.duties import Act, Duty, at_start_of
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Role, Verb, may
from aidcenter.shell import NavItem
from aidcenter.statistics import Table, counted
from aidcenter.templatetags.ui import dmyhm
from aidcenter.timeline import Event, Source
from cases.models import Case
from rehabilitation import service_acts
from rehabilitation.models import Service

SHOWN = 10
DUTIES = 20


def navigation() -> list[NavItem]:
    """Services in figures, the ministry's report, and the catalogue for who edits it."""
    rows = (
        (gettext_lazy("Services in figures"), "rehabilitation:figures", "chart-column", Verb.VIEW_FIGURES,
         "/services/figures/"),
        (gettext_lazy("Reports to the ministry"), "reports:index", "landmark", Verb.VIEW_REPORT, "/reports/"),
        (gettext_lazy("Catalogue of services"), "rehabilitation:catalogue", "list", Verb.EDIT_CATALOGUE,
         "/services/catalogue/"),
    )  # fmt: skip
    return [NavItem(*row) for row in rows]


def statistics(year: int) -> Iterator[Table]:
    """Persons per service among the cases opened in `year`, and how many services they had."""
    rows = sorted(counted("services_counted", year), key=lambda row: (-row[1], row[0]))
    found = [(str(codelists.label("service_type", code)), persons, n) for code, persons, n in rows]
    yield Table(_("Persons per service"), {label: persons for label, persons, _n in found}, whole=False)
    yield Table(_("Services delivered"), {label: n for label, _persons, n in found}, whole=False)


def timeline() -> list[Source]:
    """Each service on its day."""
    return [Source("services", "delivered_on", lambda case, _person: _rows(case), _event)]


def _rows(case: Case) -> QuerySet[Service]:
    return case.services.delivered().select_related("recorded_by").with_labels()


def _event(service: Service) -> Event:
    url = reverse("rehabilitation:service", args=[service.pk])
    return Event(service.words, service.recorded_by.display_name, url=url, act=_("Open"))


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What was to be given by today and is not recorded; sessions whose note keeps a case open."""
    if not may(person, Verb.RECORD_SERVICE):
        return
    given = Q(given_by=person) | Q(given_by__isnull=True, case__owner=person)
    labels = {"delivered": _("Delivered"), "missed": _("Did not come")}
    rows = Service.objects.open().filter(given, starts_at__lt=at_start_of(today + timedelta(days=1)))
    for row in rows.select_related("case").with_labels().order_by("starts_at", "pk")[:DUTIES]:
        url, posts = reverse("rehabilitation:service", args=[row.pk]), service_acts.at_once(row)
        yield Duty(
            due_on=timezone.localdate(row.starts_at),
            title=_("Record: %(service)s") % {"service": row.words},
            detail=f"{row.case.number} · {dmyhm(row.starts_at)}",
            url=url,
            act=_("Record service"),
            acts=tuple(Act(labels[state], url, fields) for state, fields in posts.items()),
        )
    yield from _unwritten(person, today)


def _unwritten(person: Staff, today: date) -> Iterator[Duty]:
    if person.role != Role.SPECIALIST:
        return
    rows = Service.objects.delivered().filter(given_by=person, keeps_until__gt=Now())
    for row in rows.select_related("case").with_labels().order_by("keeps_until", "pk")[:DUTIES]:
        yield Duty(
            due_on=today,
            title=_("Write the note: %(service)s") % {"service": row.words},
            detail=f"{row.case.number} · " + _("until %(day)s") % {"day": dmyhm(row.keeps_until)},
            url=reverse("rehabilitation:service", args=[row.pk]),
            act=_("Write"),
        )


def _newest(case: Any) -> QuerySet[Service]:
    """The last delivered, and the first that is still to be given."""
    rows = Service.objects.filter(case_id=case)
    last = rows.delivered().order_by("-delivered_on", "-recorded_at").values("pk")[: SHOWN + 1]
    ahead = rows.open().filter(starts_at__isnull=False).order_by("starts_at").values("pk")[:1]
    return rows.filter(Q(pk__in=last) | Q(pk__in=ahead)).with_labels()


_NEWEST = Prepared(_newest, mark="has_services", there=lambda case: Service.objects.filter(case_id=case))


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """The last services on the case page, the next one, and the way to record one."""
    rows = _NEWEST.of(case)
    given = [row for row in rows if row.state == "delivered"]
    return {
        "template": "rehabilitation/_panel.html",
        "services": given[:SHOWN],
        "more": len(given) > SHOWN,
        "next": next((row for row in rows if row.state != "delivered"), None),
        "may_record": may(person, Verb.RECORD_SERVICE) and case.state not in Case.CLOSED,
        "own": person.role == Role.SPECIALIST,
    }
