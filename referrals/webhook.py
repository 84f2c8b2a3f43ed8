"""Telling the system of a state body by HTTP: signed, and done only when a signed receipt comes back.

No personal data leaves this way: the body's people read the notification in the portal. A receiver may
commit and hang up, answer with a page, send us elsewhere, or drip: each is a failure, tried again under
the same id.
"""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

from referrals import signatures
from referrals.models.notification import Delivery
from referrals.models.outside import Webhook

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10  # for the whole answer, however slowly it drips; well below the lease
LONGEST = 64 * 1024
OK, REDIRECTS, REFUSALS = range(200, 300), range(300, 400), range(400, 500)
LATER = (408, 425, 429)  # a refusal of now, not of the message


class NoReceipt(Exception):
    """The body's system did not say, signed, that it has the message."""


class Refused(Exception):
    """The body's system refuses the message for good."""


def send(delivery: Delivery, now: int) -> None:
    """Hand `delivery` over at `now` (seconds since 1970); raises unless a receipt came back."""
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
    status, answered, answer = _exchange(hook.url, headers, body)
    if status in REFUSALS and status not in LATER:
        raise Refused(f"HTTP {status}")
    if status not in OK:
        raise NoReceipt(f"HTTP {status}")
    try:
        signatures.check(hook.their_key, event, now, answered, answer)
    except signatures.NotSigned as problem:
        raise NoReceipt(f"HTTP {status}, {problem}") from None


def _exchange(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Post `body`: the status, the headers in lower case, and the answer. No redirect is followed."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        with closing(kind(parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)) as connection:
            connection.connect()
            with _hung_up_after(ANSWER_SECONDS, connection.sock):
                target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
                connection.request("POST", target, body, dict(headers))
                answer = connection.getresponse()
                text = answer.read(LONGEST + 1)
    except (OSError, HTTPException, ValueError) as problem:
        raise NoReceipt(type(problem).__name__) from None
    if len(text) > LONGEST:
        raise NoReceipt("too long")
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@contextmanager
def _hung_up_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """End the connection then, whatever it is doing: a timeout of the socket begins anew with each byte."""
    timer = Timer(seconds, _hang_up, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
