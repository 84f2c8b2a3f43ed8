"""The demo's mail server: it delivers nothing and keeps every mail in a file, for the mail page to show."""

import os
import signal
import threading
import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import time_ns
from typing import Any


def directory() -> Path:
    """Where the mails lie."""
    return Path(os.environ["AIDCENTER_HOME"]) / "mail"


def mails() -> list[EmailMessage]:
    """Every mail caught, the newest first."""
    files = sorted(directory().glob("*.eml"), reverse=True)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


class Keeper:
    """What aiosmtpd calls for each mail."""

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - its name there
        """Keep the mail: first under another name, so that `mails` never reads half of it."""
        name = f"{time_ns():020}-{uuid.uuid4().hex[:8]}"
        unfinished = directory() / f"{name}.new"
        unfinished.write_bytes(envelope.original_content)
        unfinished.rename(directory() / f"{name}.eml")
        return "250 kept"


def main() -> None:
    """Listen on EMAIL_PORT of this machine until told to stop."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 - production reads this module without the package

    directory().mkdir(mode=0o700, parents=True, exist_ok=True)
    over = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: over.set())
    server = Controller(Keeper(), hostname="127.0.0.1", port=int(os.environ["EMAIL_PORT"]))
    server.start()
    over.wait()
    server.stop()


if __name__ == "__main__":
    main()
