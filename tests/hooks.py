"""A program that is told of events, which listens, and an outsider's check of what it was sent."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

from django.db.models.functions import Now

from aidcenter.context import acting_as
from cases import hook_sender, hooks
from cases.models import Hook, HookEvent
from tests.conftest import as_login

ALL = ["case.moved", "notification.acknowledged", "plan.decided"]


@contextmanager
def listening() -> Iterator[SimpleNamespace]:
    """A program: what it `took` (headers, body), and the `status` that it answers with."""
    program = SimpleNamespace(took=[], status=200, headers={})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            program.took.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(program.status)
            for name, value in program.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    program.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    yield program
    server.shutdown()
    server.server_close()
    thread.join(5)


def heard(program: SimpleNamespace) -> list[Any]:
    """The type of each event that it took."""
    return [json.loads(body)["type"] for _headers, body in program.took]


def told(person: Any, program: SimpleNamespace, kinds: list[str] | None = None) -> Hook:
    """`person` has it told."""
    return hooks.subscribe(url=program.url, kinds=kinds or hooks.kinds_for(person), by=person)


def events_of(person: Any) -> list[HookEvent]:
    """What `person` reads of the events, the oldest first."""
    with acting_as(person.pk):
        return list(HookEvent.objects.filter(hook__person=person).order_by("made_at"))


def send() -> int:
    """The relay sends what is due."""
    with as_login("DATABASE_RELAY_URL"):
        return hook_sender.send_due()


def send_now() -> int:
    """The same, however long a try would wait."""
    with as_login("DATABASE_RELAY_URL"):
        HookEvent.objects.filter(state="due").update(due_at=Now())
        Hook.objects.update(rests_until=None)
        return hook_sender.send_due()


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether the standard's own rule holds: HMAC-SHA256 of id.timestamp.body."""
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), said, hashlib.sha256).digest()
    return headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"
