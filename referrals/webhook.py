"""Telling the system of a state body by HTTP: signed, and done only when a signed receipt comes back.

No personal data leaves this way: the body's people read the notification in the portal. Whatever else a
receiver does (aidcenter/posting.py) is a failure, tried again under the same id.
"""

import json

from django.conf import settings

from aidcenter import posting
from referrals import signatures
from referrals.models.notification import Delivery
from referrals.models.outside import Webhook


class NoReceipt(posting.NotTaken):
    """The body's system did not say, signed, that it has the message."""


class Refused(Exception):
    """The body's system refuses the message for good."""


def send(delivery: Delivery, now: int) -> None:
    """Hand `delivery` over at `now` (seconds since 1970); raises NotTaken unless a receipt came back."""
    notification = delivery.message.notification
    hook = Webhook.objects.get(pk=notification.commission_id)
    said = {
        "type": "notification.waiting",
        "timestamp": now,
        "data": {
            "reference": notification.reference,
            "message": delivery.message.number,
            "kind": delivery.message.kind,
            "address": f"{settings.SITE_URL}/referrals/{notification.pk}/",
        },
    }
    body, event = json.dumps(said).encode(), str(delivery.pk)
    headers = signatures.signed(hook.our_key, event, now, body) | {"content-type": "application/json"}
    status, answered, answer = posting.post(hook.url, headers, body)
    if status in posting.REFUSALS and status not in posting.LATER:
        raise Refused(f"HTTP {status}")
    if status not in posting.OK:
        raise NoReceipt(f"HTTP {status}")
    try:
        signatures.check(hook.their_key, event, now, answered, answer)
    except signatures.NotSigned as problem:
        raise NoReceipt(f"HTTP {status}, {problem}") from None
