"""Access stopped by order of a court or prosecutor: entered by one person, put in force by another.

The database ends the access (cases/sql/orders.sql). What it never stops: the list and the safety sheets of
a house, and what is owed to the state bodies of a child.
"""

import json
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, sealedtext
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases import documents
from cases.actions import one_at_a_time
from cases.models import AccessOrder, Case, CaseTeamGrant, Victim

STOPPED, TO_DECIDE = RawSQL("SELECT stopped_for_me()", []), RawSQL("SELECT orders_to_decide()", [])
MOST_KEEPERS = 3


@dataclass(frozen=True)
class Order:
    """What the paper says, and its scan; `keepers` reach the case while access is stopped."""

    body: str
    name: str
    number: str
    ordered_on: date
    scan: bytes
    keepers: tuple[Staff, ...] = ()


def may_keep(case: Case) -> QuerySet[Staff]:
    """The supervisors of the team, of whom some keep the case while access is stopped."""
    teams = CaseTeamGrant.objects.filter(content_object=case).values("group_id")
    people = Staff.objects.filter(groups__in=teams, role=Role.SUPERVISOR, is_active=True)
    return people.distinct().order_by("display_name")


def current(case: Case) -> list[AccessOrder]:
    """The order that waits for somebody, and the one in force; nothing when access is as ever."""
    rows = case.orders.filter(Q(decided_at__isnull=True) | Q(in_force=True))
    return list(rows.select_related("author", "decided_by"))


def in_force(case: Case) -> AccessOrder | None:
    """The order that stops access to `case` for all but its keepers."""
    return case.orders.filter(in_force=True).first()


def stopped_for(person: Staff) -> QuerySet[AccessOrder]:
    """The orders that keep `person`, who asks, from cases that they would read otherwise."""
    rows = AccessOrder.objects.filter(in_force=True, case_id__in=STOPPED)
    return rows.exclude(keepers__contains=[person.pk]).order_by("number")


def to_decide() -> QuerySet[AccessOrder]:
    """The orders that the asking person may put in force."""
    return AccessOrder.objects.filter(pk__in=TO_DECIDE).select_related("author", "document")


def refuse_while_stopped(case: Case) -> None:
    """Nobody else is let into a case while an order stops access."""
    if in_force(case):
        raise ValidationError(_("Access is stopped by order: nobody else is let in before it is lifted."))


@act
def ask(case: Case, said: Order, *, by: Staff) -> AccessOrder:
    """Enter the order that stops access, or, while one is in force, the order that lifts it."""
    require(by, Verb.CHANGE_CASE)
    one_at_a_time(case)
    if case.orders.filter(decided_at__isnull=True).exists():
        raise ValidationError(_("An order is entered already; somebody else decides."))
    if said.ordered_on > baku_today():
        raise ValidationError({"ordered_on": _("This day has not come yet.")})
    lifts = in_force(case) is not None
    able = set(may_keep(case))
    if not lifts and not (0 < len(said.keepers) <= MOST_KEEPERS and able.issuperset(said.keepers)):
        raise ValidationError({"keepers": _("Choose one to three supervisors of the team.")})
    scan = documents.add(case, documents.Upload("order", said.scan), by=by)
    made = AccessOrder(
        case=case, victim=case.victim, lifts=lifts, body=said.body, ordered_on=said.ordered_on,
        document=scan, keepers=[person.pk for person in said.keepers], author=by,
    )  # fmt: skip
    made.said = sealedtext.seal(json.dumps({"body": said.name, "number": said.number}), f"order|{made.pk}")
    made.save(force_insert=True)
    audit.record("order.ask", by=by, case=case.pk, ids=[made.pk], lifts=lifts)
    return made


@act
def decide(order: AccessOrder, *, approved: bool, answer: str, by: Staff) -> None:
    """Put the order in force, so that access ends or comes back at once; or return it with a reason."""
    require(by, Verb.CONFIRM_ORDER)
    if order.author_id == by.pk:
        raise ValidationError(_("You entered it yourself: somebody else puts it in force."))
    if not approved and not answer:
        raise ValidationError(_("Say why it is returned."))
    order.approved, order.decided_by, order.decided_at = approved, by, Now()
    order.answer = sealedtext.seal(answer, f"order-answer|{order.pk}") if answer else ""
    order.save(update_fields=["approved", "answer", "decided_by", "decided_at"])
    audit.record("order.decide", by=by, case=order.case_id, ids=[order.pk], approved=approved)


def scan_of(order: AccessOrder, *, by: Staff) -> bytes:
    """The scan, for whoever decides; it opens nothing else of the case."""
    order.document.victim = Victim(pk=order.victim_id)  # for its key; the row itself stays closed
    return documents.content_of(order.document, by=by)
