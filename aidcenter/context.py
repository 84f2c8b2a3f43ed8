"""Who is asking, carried in the transaction and signed: `aidcenter.context` in PostgreSQL.

The setting is `person|expiry|signature`. The function `app_uid()` (aidcenter/sql/context.sql) checks
the signature with a key that the web login cannot read, so injected SQL cannot become another person.
Outside of a context every table with case data is empty.
"""

import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction

from aidcenter.crypto import read_keys

SECONDS = 600  # how long a context holds: longer than any request
BLOCK_BYTES = 64  # of SHA-256, to which HMAC pads its key

Action = TypeVar("Action", bound=Callable[..., Any])

_request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)
_asking: ContextVar[int | None] = ContextVar("asking", default=None)


def request_id() -> uuid.UUID:
    """One id for everything that this request or task writes."""
    return _request_id.get() or uuid.uuid4()


def asked_now() -> uuid.UUID | None:
    """The same id, of the request or task that runs; None outside of one."""
    return _request_id.get()


@cache
def _key() -> bytes:
    return read_keys(Path(settings.CONTEXT_KEY_FILE))[0]


def padded_halves() -> tuple[bytes, bytes]:
    """HMAC's two padded keys, as SQL keeps them."""
    key = _key().ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


def sign(person_id: int | None, seconds: int = SECONDS) -> str:
    """A context in which `person_id` (None: nobody) asks for `seconds` from now."""
    said = f"{person_id or ''}|{int(time.time()) + seconds}"
    return f"{said}|{hmac.new(_key(), said.encode(), hashlib.sha256).hexdigest()}"


def _tell(person_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('aidcenter.context', %s, true)", [sign(person_id)])


@contextmanager
def acting_as(person_id: int | None) -> Iterator[None]:
    """A transaction in which `person_id` asks; nests, and gives back who asked before."""
    inside = connection.in_atomic_block
    before = _asking.get() if inside else None
    asking, request = _asking.set(person_id), _request_id.set(_request_id.get() or uuid.uuid4())
    try:
        with transaction.atomic():
            if person_id is None or person_id != before:
                _tell(person_id)
            yield
            if inside and before != person_id and not connection.needs_rollback:
                _tell(before)  # a rollback to the savepoint gives it back by itself
    finally:
        _asking.reset(asking)
        _request_id.reset(request)


def act(action: Action) -> Action:
    """An action is one transaction in which the person `by` asks."""

    @wraps(action)
    def acted(*args: Any, by: Any, **kwargs: Any) -> Any:
        with acting_as(by.pk):
            return action(*args, by=by, **kwargs)

    return acted  # type: ignore[return-value] # it takes and returns just what the action does
