"""Deliveries that leave the centre (aidcenter/lease.py), by a relay, a worker and a second relay at once.

A destination that fails again and again rests, all its deliveries with it, and one of them tries again first.
"""

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast, Concat, Now

from aidcenter import crypto, lease, mails
from aidcenter.posting import NotTaken, wait_after
from referrals import bell, webhook
from referrals.models import Attempt, Circuit, Delivery, Webhook

log = logging.getLogger(__name__)

DETAIL = 200
# What fails together: one server rings every bell, and each body has a system of its own.
DESTINATION: Any = Case(
    When(channel="email", then=Value("smtp")),
    default=Concat(
        "channel",
        Value(":"),
        Cast("message__notification__commission", CharField()),
        output_field=CharField(),
    ),
    output_field=CharField(),
)


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until the lease ends."""

    id: uuid.UUID
    fence: int
    destination: str


def deliver_outside() -> int:
    """Try every bell and webhook that is due now; how many were done."""
    done = 0
    while claim := claim_next():
        done += deliver(claim)
    return done


def claim_next() -> Claim | None:
    """Take what has waited longest, or what somebody's lease ran out on; None when there is nothing."""
    with transaction.atomic():
        resting = Circuit.objects.filter(rests_until__gt=Now()).values("destination")
        rows = Delivery.objects.annotate(destination=DESTINATION).exclude(channel="portal")
        row = lease.claim(rows.exclude(destination__in=resting))
        if row is None:
            return None
        broken = Circuit.objects.filter(destination=row.destination, failures__gte=lease.FAILURES)
        broken.update(rests_until=Now() + lease.LEASE)  # the others wait for how this one ends
        return Claim(row.pk, row.fence, row.destination)


def deliver(claim: Claim) -> bool:
    """Carry out a claimed delivery; True when it is done. A failure is tried again, later and for ever."""
    delivery = Delivery.objects.select_related("message__notification__commission").get(pk=claim.id)
    try:
        if delivery.channel == "email":
            bell.ring(delivery)
        else:
            webhook.send(delivery, database_now())
    except Exception as problem:
        return _failed(claim, delivery, problem)
    return _done(claim, delivery)


def database_now() -> int:
    """Seconds since 1970 by the clock that everybody here shares."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now())::bigint")
        return int(cursor.fetchone()[0])


def _done(claim: Claim, delivery: Delivery) -> bool:
    with transaction.atomic():
        Circuit.objects.filter(destination=claim.destination).update(failures=0, rests_until=None)
        return _write_back(claim, delivery, "done", done_at=Now())


def _failed(claim: Claim, delivery: Delivery, problem: Exception) -> bool:
    """Put the delivery back with full jitter; what cannot work by itself waits for a person."""
    log.warning("delivery %s failed: %s", claim.id, type(problem).__name__)
    ours = isinstance(problem, NotTaken | webhook.Refused)  # its words carry nothing personal
    said = str(problem) if ours else type(problem).__name__
    with transaction.atomic():
        if _never_works(problem):
            _write_back(claim, delivery, "needs_human", detail=said)
        else:
            _count(claim.destination)
            _write_back(claim, delivery, "due", detail=said, due_at=Now() + wait_after(delivery.tries))
    return False


def _never_works(problem: Exception) -> bool:
    """Whether trying again cannot help until somebody has repaired something."""
    if isinstance(problem, (crypto.DoesNotOpen, webhook.Refused, Webhook.DoesNotExist)):
        return True
    return bell.refuses_for_good(problem)


def _count(destination: str) -> None:
    """One more failure there; from the third on it rests, longer each time."""
    Circuit.objects.bulk_create([Circuit(destination=destination)], ignore_conflicts=True)
    circuit = Circuit.objects.select_for_update().get(destination=destination)
    circuit.failures += 1
    circuit.rests_until = lease.rests_until(circuit.failures)
    circuit.save()


def _write_back(claim: Claim, delivery: Delivery, state: str, *, detail: str = "", **values: object) -> bool:
    """Note the end of a try, unless the lease was taken over; the attempt is on record either way."""
    kept = lease.write_back(Delivery, claim.id, claim.fence, state, **values)
    Attempt.objects.create(
        delivery_id=claim.id,
        fence=claim.fence,
        result=state,
        detail=detail[:DETAIL] if kept else "too late: another took over",
        message_id=mails.message_id(delivery.pk) if delivery.channel == "email" else str(delivery.pk),
    )
    return kept
