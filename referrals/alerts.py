"""The only sender: freezes the messages that are owed and delivers them.

A relay, a worker and a second relay may run this at once. A row is claimed with SKIP LOCKED and a
lease on the database's clock; the fence refuses a write-back that comes too late. Delivery happens
at least once, its effect once (the inbox row by primary key; the mail by its Message-ID).
"""

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import crypto
from aidcenter.clock import baku_today
from referrals import letters, schemas
from referrals.models import Attempt, Commission, Delivery, InboxItem, Message, Notification

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LONGEST_WAIT = 300  # seconds between tries, with full jitter; and then for ever
BATCH = 50


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until the lease ends."""

    id: uuid.UUID
    fence: int


def deliver_due() -> int:
    """Freeze and deliver everything that is due now; returns how many deliveries were done."""
    while freeze_owed():
        pass
    done = 0
    while claim := claim_next():
        done += deliver(claim)
    return done


def freeze_owed() -> int:
    """Write the extract of up to a batch of owed messages and put them on their channels."""
    with transaction.atomic():
        addressed = Q(notification__commission__isnull=False) | Q(
            notification__district__in=Commission.objects.filter(active_until__isnull=True).values("district")
        )
        owed = (
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(addressed, frozen_at__isnull=True)
            .exclude(notification__state="cancelled")
            .exclude(notification__held=True, number=1)  # the database would refuse it
            .select_related("notification__case__victim", "notification__commission")
            .order_by("created_at")[:BATCH]
        )
        return sum(_freeze(message) for message in owed)


def _freeze(message: Message) -> bool:
    notification = message.notification
    commission = notification.commission or _addressee(notification)
    if commission is None:
        return False
    try:
        message.extract = letters.write(message, _day_of(notification))
    except schemas.Unfit as problem:
        log.error("message %s is not of the form of its body: %s", message.pk, problem)
        return False
    message.frozen_at = Now()
    message.save(update_fields=["extract", "frozen_at"])
    ways = [name for name in commission.channels if name != "email" or commission.email]
    Delivery.objects.bulk_create([Delivery(message=message, channel=name) for name in ways])
    return True


def _day_of(notification: Notification) -> date:
    """The day the age is stated for: today, or the opening of a case entered from old records."""
    case = notification.case
    return case.opened_on if case.backdate_reason else baku_today()


def _addressee(notification: Notification) -> Commission | None:
    """The body in force in the district, found late; the notification was owed all the same."""
    found = Commission.objects.filter(
        body=notification.body, district=notification.district, active_until__isnull=True
    ).first()
    if found:
        Notification.objects.filter(pk=notification.pk).update(commission=found)
    return found


def claim_next() -> Claim | None:
    """Take the delivery that has waited longest, or one whose lease has ended; None when there is none."""
    with transaction.atomic():
        due = Q(state="due", due_at__lte=Now()) | Q(state="sending", lease_until__lt=Now())
        row = Delivery.objects.select_for_update(skip_locked=True).filter(due).order_by("due_at").first()
        if row is None:
            return None
        fence = row.fence + 1
        Delivery.objects.filter(pk=row.pk).update(
            state="sending", fence=fence, tries=F("tries") + 1, lease_until=Now() + LEASE
        )
        return Claim(row.pk, fence)


def deliver(claim: Claim) -> bool:
    """Carry out a claimed delivery; True when it is done. A failure is tried again, later and for ever."""
    delivery = Delivery.objects.select_related("message__notification__commission").get(pk=claim.id)
    try:
        with transaction.atomic():
            {"portal": _to_portal, "email": _to_mail}[delivery.channel](delivery)
            done = _write_back(claim, state="done", done_at=Now(), lease_until=None)
    except Exception as problem:
        return _later(claim, delivery.tries, problem)
    return done


def _to_portal(delivery: Delivery) -> None:
    """The referral appears in the body's inbox, and the notification counts as sent."""
    notification = delivery.message.notification
    InboxItem.objects.bulk_create(
        [InboxItem(message=delivery.message, commission=notification.commission)], ignore_conflicts=True
    )
    row = Notification.objects.filter(pk=notification.pk)
    row.filter(state="owed").update(state="sent", sent_at=Now())
    row.filter(paper_on__isnull=False, sent_at__isnull=True).update(sent_at=Now())  # a correction of a letter


def _to_mail(delivery: Delivery) -> None:
    """Ring the bell: a constant subject, the reference, no personal data."""
    notification = delivery.message.notification
    commission = notification.commission
    if commission is None:
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    with override("az"):
        mail = EmailMessage(
            subject=_("Aid Centre: a notification is waiting for you"),
            body=_(
                "A notification with the reference %(reference)s is waiting for you.\n"
                "Sign in to read it and to confirm its receipt: %(address)s\n"
            )
            % {"reference": notification.reference, "address": f"{settings.SITE_URL}/referrals/"},
            to=[commission.email],
            headers={"Message-ID": f"<{delivery.pk}@{domain}>"},
        )
    mail.send()


def _write_back(claim: Claim, **values: object) -> bool:
    """Note the end of a try, unless the lease was taken over; the attempt is on record either way."""
    state = str(values["state"])
    ours = Delivery.objects.filter(pk=claim.id, fence=claim.fence, state="sending").update(**values)
    Attempt.objects.create(
        delivery_id=claim.id,
        fence=claim.fence,
        result=state,
        detail="" if ours else "too late: another took over",
    )
    return bool(ours)


def _later(claim: Claim, tries: int, problem: Exception) -> bool:
    """Put the delivery back with full jitter; what cannot work by itself waits for a person."""
    wait = random.uniform(1, min(LONGEST_WAIT, 2 ** min(tries, 12)))  # noqa: S311 - jitter, not a secret
    hopeless = isinstance(problem, crypto.DoesNotOpen)
    log.warning("delivery %s failed: %s", claim.id, type(problem).__name__)
    with transaction.atomic():
        Delivery.objects.filter(pk=claim.id, fence=claim.fence, state="sending").update(
            state="needs_human" if hopeless else "due",
            due_at=Now() + timedelta(seconds=wait),
            lease_until=None,
        )
        Attempt.objects.create(
            delivery_id=claim.id,
            fence=claim.fence,
            result="needs_human" if hopeless else "due",
            detail=type(problem).__name__,
        )
    return False


def listen() -> None:
    """Ask PostgreSQL to wake this connection when a notification is owed."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN aidcenter_outbox")
