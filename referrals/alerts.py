"""The only sender: freezes the messages that are owed, and brings them to the portals and outside.

Relays and workers may run this at once, each row taken with SKIP LOCKED. What ends in this database is
one transaction, so a crash anywhere leaves it undone or done; what leaves it is in referrals/outside.py.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, Q
from django.db.models.functions import Now

from aidcenter import crypto
from aidcenter.clock import baku_today
from aidcenter.posting import wait_after
from referrals import authorities, letters, schemas
from referrals.extract import day_of
from referrals.models import Attempt, Commission, CommissionFor, Delivery, InboxItem, Message, Notification
from referrals.outside import deliver_outside

log = logging.getLogger(__name__)

BATCH = 50
Row = TypeVar("Row", bound=Model)


def deliver_due() -> int:
    """Freeze and deliver everything that is due now; returns how many deliveries were done."""
    return deliver_inside() + deliver_outside()


def deliver_inside() -> int:
    """Freeze what is owed and put it into the inboxes; how many arrived."""
    authorities.by_the_day()
    while freeze_owed():
        pass
    arrived = 0
    while brought := deliver_to_portals():
        arrived += brought
    return arrived


def freeze_owed() -> int:
    """Write the extracts of up to a batch of owed messages and put them on their ways; how many."""
    with transaction.atomic():
        addressee = CommissionFor(F("notification__body"), F("notification__district"))
        owed = (
            Message.objects.select_for_update(skip_locked=True, of=("self", "notification"))
            .annotate(addressee=addressee)
            .filter(Q(notification__commission__isnull=False) | Q(addressee__isnull=False))
            .filter(frozen_at__isnull=True, needs_human=False, due_at__lte=Now())
            .exclude(notification__state="cancelled")
            .exclude(notification__held=True, number=1)  # the database would refuse it
            .select_related("notification")
            .order_by("created_at")[:BATCH]
        )
        # What the letter says is read when nobody can correct it any more: who corrects the age, or cancels,
        # waits for these locks, and finds the letter frozen.
        rows = Message.objects.filter(pk__in=[row.pk for row in owed]).annotate(addressee=addressee)
        rows = rows.select_related("notification__case__victim", "notification__commission")
        messages: list[Message] = [*rows.order_by("created_at")]
        return _all_or_each(_freeze, messages, _not_frozen)


def _all_or_each(
    act: Callable[[list[Row]], None], rows: list[Row], aside: Callable[[Row, Exception], None]
) -> int:
    """Do `act` to all rows at once, or, when that fails, to each alone; what fails alone is put aside."""
    if not rows:
        return 0
    try:
        with transaction.atomic():
            act(rows)
    except Exception as problem:
        if len(rows) > 1:
            return sum(_all_or_each(act, [row], aside) for row in rows)
        log.warning("%s %s failed: %s", type(rows[0]).__name__, rows[0].pk, type(problem).__name__)
        aside(rows[0], problem)
        return 0
    return len(rows)


def _freeze(messages: list[Message]) -> None:
    addressed = [(message, _addressed(message)) for message in messages]
    bodies = {body for _, body in addressed}
    called = {body: authorities.called(body, baku_today()) for body in bodies}
    ways = {body: authorities.ways_to(body) for body in bodies}
    for message, body in addressed:
        message.extract = letters.write(message, day_of(message.notification.case))
        message.called, message.frozen_at = called[body], Now()
        message.save(update_fields=["extract", "called", "frozen_at"])
    Delivery.objects.bulk_create(
        [Delivery(message=message, channel=way) for message, body in addressed for way in ways[body]]
    )


def _not_frozen(message: Message, problem: Exception) -> None:
    Message.objects.filter(pk=message.pk).update(
        tries=F("tries") + 1,
        due_at=Now() + wait_after(message.tries + 1),
        needs_human=isinstance(problem, crypto.DoesNotOpen | schemas.Unfit),
    )


def _addressed(message: Message) -> Commission:
    """The body that is told; found late, it was owed all the same."""
    notification = message.notification
    if notification.commission is None:
        addressee = message.addressee  # type: ignore[attr-defined] # annotated
        Notification.objects.filter(pk=notification.pk).update(commission=addressee)
        notification.commission = Commission.objects.get(pk=addressee)
    return notification.commission


def deliver_to_portals() -> int:
    """Put up to a batch of messages into the inboxes of their bodies; how many arrived.

    The effect is in this database, so no lease is needed: the rows are locked until all of it is done.
    """
    with transaction.atomic():
        due = Delivery.objects.filter(channel="portal", state="due", due_at__lte=Now())
        due = due.select_related("message__notification__commission").order_by("due_at")
        rows = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        return _all_or_each(_arrive, rows, _later)


def _arrive(rows: list[Delivery]) -> None:
    """The messages appear in the inboxes, and their notifications count as sent."""
    brought = [row.message for row in rows]
    InboxItem.objects.bulk_create(
        [InboxItem(message=letter, commission=letter.notification.commission) for letter in brought],
        ignore_conflicts=True,
    )
    told = Notification.objects.filter(pk__in={letter.notification_id for letter in brought})
    told.filter(state="owed").update(state="sent", sent_at=Now())
    told.filter(paper_on__isnull=False, sent_at__isnull=True).update(sent_at=Now())  # corrects a letter
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state="done", done_at=Now(), tries=F("tries") + 1, fence=F("fence") + 1
    )
    Attempt.objects.bulk_create(
        [
            Attempt(delivery=row, fence=row.fence + 1, result="done", message_id=str(row.message_id))
            for row in rows
        ]
    )


def _later(row: Delivery, problem: Exception) -> None:
    Delivery.objects.filter(pk=row.pk).update(
        due_at=Now() + wait_after(row.tries + 1), tries=F("tries") + 1, fence=F("fence") + 1
    )
    Attempt.objects.create(
        delivery=row,
        fence=row.fence + 1,
        result="due",
        detail=type(problem).__name__,
        message_id=str(row.message_id),
    )


def listen() -> None:
    """Ask PostgreSQL to wake this connection when a notification is owed."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN aidcenter_outbox")
