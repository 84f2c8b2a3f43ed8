"""Who is asking, carried in the transaction: `aidcenter.context` in PostgreSQL (not yet signed)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)


def request_id() -> uuid.UUID:
    """One id for everything that this request or task writes."""
    return _request_id.get() or uuid.uuid4()


def set_context(person_id: int | None) -> None:
    """Name the asking person to the database until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("A context lives in a transaction; open one first.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('aidcenter.context', %s, true)", [str(person_id or "")])


@contextmanager
def acting_as(person_id: int | None) -> Iterator[None]:
    """A transaction in which `person_id` is asking; nests, and gives back what was before."""
    token = _request_id.set(uuid.uuid4())
    outer = _current() if connection.in_atomic_block else None
    try:
        with transaction.atomic():
            set_context(person_id)
            yield
            if outer is not None and not connection.needs_rollback:
                set_context(int(outer) if outer else None)
    finally:
        _request_id.reset(token)


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('aidcenter.context', true), '')")
        return str(cursor.fetchone()[0])
