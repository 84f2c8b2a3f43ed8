"""The certain way: a small loop without Redis. It delivers, climbs the ladder, and seals the record.

Bells and webhooks have a thread of their own: a mail server that answers slowly holds up no inbox. So have
the events for the programs of people, whose addresses they choose: a slow one holds up no bell.
"""

import logging
import select
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from aidcenter import wording
from aidcenter.middleware import is_gone
from aidcenter.seal import seal
from cases import hook_sender
from referrals import alerts, daily, heart, ladder, owed_mails
from referrals.outside import deliver_outside

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
RECONNECT_SECONDS = 1.0


class Command(BaseCommand):
    """Wakes on NOTIFY, polls at least once a second, and outlives restarts of the database."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`."""
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver until SIGTERM or SIGINT."""
        if options["once"]:
            alerts.deliver_due()
            ladder.turn()
            seal()
            hook_sender.send_due()
            return
        self.over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.over.set())
        for work in (self._outside, self._events):
            threading.Thread(target=self._keep, args=[work], daemon=True).start()
        self._keep(self._inside)

    def _keep(self, work: Callable[[], None]) -> None:
        """Work until it is over, whatever goes wrong: the next try is a second away."""
        while not self.over.is_set():
            try:
                work()
            except Exception as problem:
                if is_gone(problem):
                    log.warning("the database does not answer; trying again")
                else:
                    log.exception("the relay goes on")
                self._rest()
        connection.close()

    def _rest(self) -> None:
        connection.close()
        self.over.wait(RECONNECT_SECONDS)

    def _inside(self) -> None:
        alerts.listen()
        while not self.over.is_set():
            wording.refresh()
            alerts.deliver_inside()
            ladder.climb()
            daily.owe()
            seal()
            heart.beat("relay")
            raw = connection.connection
            select.select([raw], [], [], POLL_SECONDS)
            raw.poll()
            raw.notifies.clear()

    def _outside(self) -> None:
        while not self.over.wait(POLL_SECONDS):
            deliver_outside()
            owed_mails.send()

    def _events(self) -> None:
        while not self.over.wait(POLL_SECONDS):
            hook_sender.send_due()
