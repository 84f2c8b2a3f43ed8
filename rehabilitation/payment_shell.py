"""What other pages show of payments: the menu, the day's work, the case page, the timeline, the figures."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import codelists
from aidcenter.duties import Duty, at_start_of
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from aidcenter.statistics import Table, counted
from aidcenter.templatetags.ui import azn
from aidcenter.timeline import Event, Source
from cases.models import Case
from rehabilitation.models import Payment

SHOWN = 20  # duties
NEWEST = 5  # payments on the case page
WEEK = timedelta(days=7)


def navigation() -> list[NavItem]:
    """What waits for a decision, and the payments of a year."""
    return [
        NavItem(gettext_lazy("Payments to decide"), "payments:queue", "banknote", Verb.APPROVE_PAYMENT,
                "/services/payments/review/"),
        NavItem(gettext_lazy("Payments"), "payments:of_year", "wallet", Verb.VIEW_PAYMENTS,
                "/services/payments/"),
    ]  # fmt: skip


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What waits for a decision, what came back lately, and what is to be paid."""
    if may(person, Verb.APPROVE_PAYMENT):
        rows = Payment.objects.to_decide(person).order_by("asked_at")
        yield from _duties(rows, "asked_at", _("A payment waits for your decision"), _("Decide"))
    if may(person, Verb.ASK_PAYMENT):
        lately = Payment.objects.returned_to(person).filter(decided_at__gt=at_start_of(today - WEEK))
        yield from _duties(lately, "decided_at", _("A payment came back"), _("Open"))
    if may(person, Verb.PAY):
        rows = Payment.objects.to_pay()
        yield from _duties(rows, "decided_at", _("A payment waits to be paid"), _("Pay"), page="pay")


def _duties(rows: Any, since: str, title: str, act: str, *, page: str = "payment") -> Iterator[Duty]:
    for row in rows[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(getattr(row, since)),
            title=title,
            detail=f"{row.number} · {azn(row.amount)}",
            url=reverse(f"payments:{page}", args=[row.pk]),
            act=act,
        )


_OF_CASE = Prepared(lambda case: Payment.objects.filter(case_id=case)[: NEWEST + 1], mark="has_payments")


def panel(case: Case, person: Staff) -> dict[str, Any] | None:
    """The last payments, and the way to ask for one; nothing where there is neither."""
    rows, asks = _OF_CASE.of(case), may(person, Verb.ASK_PAYMENT)
    if not rows and not asks:
        return None
    return {
        "template": "rehabilitation/_payments.html",
        "payments": rows[:NEWEST],
        "more": len(rows) > NEWEST,
        "may_ask": asks and case.state not in Case.CLOSED,
    }


def timeline() -> list[Source]:
    """Decided, and paid or cancelled."""
    return [
        Source("decisions", "decided_at", lambda case, _person: _rows(case, "decided"), _decided),
        Source("decisions", "settled_at", lambda case, _person: _rows(case, "settled"), _settled),
    ]


def _rows(case: Case, step: str) -> Any:
    return case.payments.filter(**{f"{step}_at__isnull": False}).select_related(f"{step}_by")


def _decided(row: Payment) -> Event:
    state = "returned" if row.state == "returned" else "approved"
    return _event(row, state, row.decided_by)


def _settled(row: Payment) -> Event:
    return _event(row, row.state, row.settled_by)


def _event(row: Payment, state: str, who: Staff | None) -> Event:
    title = f"{row.get_kind_display()}: {codelists.label('payment_state', state)}"  # type: ignore[attr-defined]
    why = (row.why or "") if state == row.state else ""
    url = reverse("payments:payment", args=[row.pk])
    return Event(title, f"{azn(row.amount)} · {who.display_name if who else ''}", why, url=url, act=_("Open"))


def statistics(year: int) -> Iterator[Table]:
    """Persons who were paid in `year`, and payments, by kind."""
    rows = [row for row in counted("payments_counted", year) if not row[1]]
    found = [
        (str(codelists.label("payment_kind", kind)), persons, n) for kind, _month, persons, n, _azn in rows
    ]
    yield Table(_("Persons who were paid"), {label: persons for label, persons, _n in found}, whole=False)
    yield Table(_("Payments"), {label: n for label, _persons, n in found}, whole=False)
