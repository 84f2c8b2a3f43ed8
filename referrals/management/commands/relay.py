"""The certain way: a small loop that delivers what is owed without Redis, and seals the record."""

import logging
import select
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from aidcenter.seal import seal
from referrals import alerts

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
RECONNECT_SECONDS = 1.0


class Command(BaseCommand):
    """Wakes on NOTIFY, polls at least once a second, and outlives restarts of the database."""

    help = __doc__
    stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`."""
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver until SIGTERM or SIGINT."""
        if options["once"]:
            alerts.deliver_due()
            seal()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            try:
                alerts.listen()
                self._work()
            except (OperationalError, InterfaceError):
                log.warning("the database does not answer; trying again")
                connection.close()
                time.sleep(RECONNECT_SECONDS)

    def _stop(self, *_: Any) -> None:
        self.stopping = True

    def _work(self) -> None:
        while not self.stopping:
            alerts.deliver_due()
            seal()
            raw = connection.connection
            select.select([raw], [], [], POLL_SECONDS)
            raw.poll()
            raw.notifies.clear()
