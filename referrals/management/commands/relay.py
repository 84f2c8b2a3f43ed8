"""The certain way: a small loop without Redis. It delivers, climbs the ladder, and seals the record."""

import logging
import select
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from aidcenter.seal import seal
from referrals import alerts, ladder

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
            self._turn()
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

    def _turn(self) -> None:
        alerts.deliver_due()
        ladder.turn()
        seal()

    def _work(self) -> None:
        while not self.stopping:
            self._turn()
            raw = connection.connection
            select.select([raw], [], [], POLL_SECONDS)
            raw.poll()
            raw.notifies.clear()
