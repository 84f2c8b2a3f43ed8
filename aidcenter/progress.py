"""How far a long act is, while its transaction is still open and nobody else sees what it writes.

PostgreSQL shows the name of a connection to other connections at once; the name is given back when the
transaction ends.
"""

import re
import uuid

from django.db import connection

SAID = re.compile(r"doing \S+ (\d+)/(\d+)")


def say(what: uuid.UUID, done: int, of: int) -> None:
    """`done` parts `of` so many of `what` are done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"doing {what} {done}/{of}"])


def of(what: uuid.UUID) -> tuple[int, int] | None:
    """(done, of how many) of `what`, when it is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE %s LIMIT 1",
            [f"doing {what} %"],
        )
        row = cursor.fetchone()
    found = SAID.fullmatch(row[0]) if row else None
    return (int(found[1]), int(found[2])) if found else None
