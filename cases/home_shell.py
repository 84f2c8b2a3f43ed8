"""What the home page shows beside duties: what happened meanwhile, who looked, the cases opened last."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Verb, may
from cases import digest
from cases.models import Case

SHOWN = 6
RECENT, LOOKED_BACK = timedelta(days=30), 60  # days, and openings
NEWS = (
    "plan.approve", "plan.return", "plan.end", "payment.approve", "payment.return", "stay.decide",
    "notification.acknowledge", "notification.decide", "notification.ask", "notification.aside",
    "partner.say", "status.decide", "closure.decide", "order.decide", "case.assign", "case.match",
    "case.link", "incident.report", "incident.end", "note.add", "service.note", "document.add", "case.urgent",
)  # fmt: skip


def panels(person: Staff, today: date) -> Iterator[dict[str, Any]]:
    """What stands beside the duties of whoever has cases; `first` stands above them."""
    if not may(person, Verb.LIST_CASES):
        return
    if may(person, Verb.CHANGE_CASE):
        if since := last_here(person):
            yield {"template": "cases/_since.html", "first": True, "since": since,
                   "news": list(news(person, since))}  # fmt: skip
        if found := list(digest.looks(person, today - digest.DAY)[:SHOWN]):
            yield {"template": "cases/_looks.html", "looks": found}
    if cases := opened_last(person):
        yield {"template": "cases/_recent.html", "cases": cases, "may_note": may(person, Verb.ADD_NOTE)}


def last_here(person: Staff) -> datetime | None:
    """When the person did something last before they signed in this time; None at the first time."""
    own = AuditEvent.objects.filter(actor_id=person.pk)
    came = own.filter(action="sign_in").order_by("-at").values("at")[:1]
    return own.filter(at__lt=Subquery(came)).order_by("-at").values_list("at", flat=True).first()


def news(person: Staff, since: datetime) -> QuerySet[AuditEvent]:
    """What others did in the person's own cases after `since`, the newest first."""
    return digest.by_others(person, *NEWS).filter(at__gt=since)[:SHOWN]


def opened_last(person: Staff) -> list[Case]:
    """The cases that the person opened last, as far as they still read them."""
    looks = AuditEvent.objects.filter(
        actor_id=person.pk, action="case.view", at__gt=timezone.now() - RECENT, case_id__isnull=False
    )
    opened = looks.order_by("-at").values_list("case_id", flat=True)[:LOOKED_BACK]
    ids: list[Any] = list(dict.fromkeys(opened))[:SHOWN]
    found = {case.pk: case for case in Case.objects.visible_to(person).filter(pk__in=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]
