"""The watch over notifications: a process of its own, so that a relay that stands still is noticed."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from referrals import watch

log = logging.getLogger(__name__)

SILENCE = 60.0  # seconds without the database, after which the second channel says so


class Command(BaseCommand):
    """Looks every few seconds, keeps what it finds, and tells who does not look at a page."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`."""
        parser.add_argument("--once", action="store_true", help="look and tell, then end")

    def handle(self, *_: Any, once: bool, **__: Any) -> None:
        """Watch until SIGTERM or SIGINT."""
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        self.answered, self.told, self.mails = time.monotonic(), False, list[str]()
        self._round()
        while not once and not over.wait(watch.SECONDS):
            self._round()

    def _round(self) -> None:
        try:
            watch.look()
            watch.tell()
            self.mails = watch.addresses()
            self.answered, self.told = time.monotonic(), False
        except Error:
            connection.close()
            log.warning("the database does not answer")
            if not self.told and time.monotonic() - self.answered > SILENCE:
                self.told = watch.tell_of(["database"], self.mails)
