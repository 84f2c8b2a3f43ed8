"""A mail server as good and as bad as mail servers are: `python -m tests.faults.sink HOME PORT`.

It keeps how often each Message-ID came; `HOME/mode` is ok, 451, abort (takes the mail and hangs up), tarpit.
"""

import asyncio
import sqlite3
import sys
import threading
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

TARPIT_SECONDS = 29


class Sink:
    """What aiosmtpd calls for each mail."""

    def __init__(self, place: Path) -> None:
        self.place = place
        with closing(self.rows()) as rows, rows:
            rows.execute("CREATE TABLE IF NOT EXISTS mail (id TEXT PRIMARY KEY, times INTEGER)")

    def rows(self) -> sqlite3.Connection:
        """A connection to what was kept."""
        return sqlite3.connect(self.place / "mails.sqlite", timeout=30)

    def mails(self) -> dict[str, int]:
        """How often each Message-ID came."""
        with closing(self.rows()) as rows:
            return dict(rows.execute("SELECT id, times FROM mail").fetchall())

    async def handle_DATA(self, server: Any, _session: object, envelope: Any) -> str:  # noqa: N802 - its name there
        """Keep the mail, or not, and say so, or not."""
        file = self.place / "mode"
        mode = file.read_text().strip() if file.exists() else "ok"
        if mode == "451":
            return "451 later"
        if mode == "tarpit":
            await asyncio.sleep(TARPIT_SECONDS)
        mail = message_from_bytes(envelope.original_content)
        with closing(self.rows()) as rows, rows:
            rows.execute(
                "INSERT INTO mail VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1",
                [mail["Message-ID"]],
            )
        if mode == "abort":
            server.transport.abort()
        return "250 kept"


def main() -> None:
    """Listen until killed."""
    server = Controller(Sink(Path(sys.argv[1])), hostname="127.0.0.1", port=int(sys.argv[2]))
    server.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
