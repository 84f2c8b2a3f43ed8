"""What other pages show of orders that stop access."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import orders
from cases.models import Case


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """Orders to put in force; and the cases to which access is stopped, for who had access."""
    if may(person, Verb.CONFIRM_ORDER):
        for order in orders.to_decide():
            yield Duty(
                due_on=timezone.localdate(order.asked_at),
                title=_("An order lifts the stop of access")
                if order.lifts
                else _("An order stops access to a case"),
                detail=f"{order.number} · {order.author.display_name}",
                url=reverse("cases:decide_order", args=[order.pk]),
                act=_("Decide"),
                alarm=True,
            )
    if may(person, Verb.LIST_CASES):
        for order in orders.stopped_for(person):
            yield Duty(
                due_on=today,
                title=_("Access stopped by order"),
                detail=order.sentence,
                url=reverse("cases:detail", args=[order.case_id]),
                act=_("Read"),
                waiting=True,
            )


def panel(case: Case, person: Staff) -> dict[str, Any] | None:
    """To the keepers, that access is stopped; to who may change the case, that an order waits."""
    if not case.has_order:  # type: ignore[attr-defined] # annotated by the page
        return None
    found = orders.current(case)
    return {"template": "cases/_order.html", "orders": found, "may_ask": may(person, Verb.CHANGE_CASE)}
