"""Closes the record of who looked, block by block; what a block says is in aidcenter/verify_audit.py.

A block takes the events of all transactions that had ended when it was made: from the last block's
`until_xid` up to the oldest transaction still running. So no event is ever updated, and none that
commits late is missed.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from aidcenter.models import AuditBlock
from aidcenter.verify_audit import (
    BLOCK_COLUMNS,
    BLOCKS,
    EVENT_COLUMNS,
    EVENTS,
    NOTHING,
    Row,
    hash_of,
    leaf,
    root_of,
)

LOCK = 741_852  # one sealer at a time
AS_TEXT = ", ".join(f"{name}::text" for name in EVENT_COLUMNS)


def seal() -> AuditBlock | None:
    """Make the next block and tell the witness; None when nothing happened since the last."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        until = cursor.fetchone()[0]
        last = AuditBlock.objects.order_by("-number").first()
        since, begin = _range(last, until)
        cursor.execute(
            f"SELECT {AS_TEXT} FROM aidcenter_auditevent"  # noqa: S608 - names of our own columns
            " WHERE xid >= %s AND xid < %s AND id >= %s ORDER BY id",
            [begin, until, since],
        )
        events: list[Row] = [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
        if not events:
            return None
        figures = {
            "number": last.number + 1 if last else 1,
            "since_id": since,
            "from_xid": begin,
            "until_xid": until,
            "events": len(events),
        }
        root = root_of([leaf(event) for event in events])
        previous = last.hash if last else NOTHING
        said: Row = {name: str(figure) for name, figure in figures.items()}
        digest = hash_of(said | {"root": root, "previous": previous})
        made = AuditBlock.objects.create(**figures, root=root, previous=previous, hash=digest)
    _tell_witness(f"{made.number} {made.hash}")
    return made


def _range(last: AuditBlock | None, until: int) -> tuple[int, int]:
    """(the first id, the first transaction) of the next block.

    A restored database counts transactions anew: there a new stretch begins after the last sealed event.
    """
    if last is None:
        return 0, 0
    if until >= last.until_xid:
        return last.since_id, last.until_xid
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM aidcenter_auditevent WHERE xid >= %s", [until])
        return cursor.fetchone()[0], 0


def _tell_witness(line: str) -> None:
    """Append a head to the file that is kept away from the database."""
    with Path(settings.AUDIT_WITNESS).open("a") as witness:
        witness.write(f"{line}\n")


def sealed() -> dict[str, list[Row]]:
    """Both tables as the verifier reads them from a dump."""
    found: dict[str, list[Row]] = {}
    with connection.cursor() as cursor:
        for table, columns in ((EVENTS, EVENT_COLUMNS), (BLOCKS, BLOCK_COLUMNS)):
            names = ", ".join(f"{name}::text" for name in columns)
            cursor.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - names of our own
            found[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return found
