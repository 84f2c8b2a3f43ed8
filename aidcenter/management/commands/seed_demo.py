"""Fill the demo centre once; `--list` prints who can sign in."""

import os
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aidcenter.management import seed, seed_money, seed_silence
from aidcenter.models import Staff

WAIT_SECONDS = 20.0


class Command(BaseCommand):
    """Idempotent: a centre that has people is left alone."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`--list`."""
        parser.add_argument("--list", action="store_true", help="print the people and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, with a line of progress now and then."""
        if not settings.DEMO:
            raise CommandError("Only a demo centre (AIDCENTER_DEMO=1) is seeded.")
        if options["list"]:
            self.stdout.write("Sign in with one click as:")
            for line in seed.listing():
                self.stdout.write(line)
        elif not Staff.objects.exists():
            self._seed()
        else:
            seed.answers_of_2016()

    def _seed(self) -> None:
        seed.people(self.stdout.write)
        seed.year_2016(self.stdout.write)
        self._deliver()
        seed.answers_of_2016()
        seed.close_2016()
        seed_money.report_2016()
        seed.this_year(self.stdout.write)
        self._deliver()
        if not seed_silence.telephone():
            self.stdout.write("No relay climbs the ladder; the demo shows no call to a body.")

    def _deliver(self) -> None:
        """Have the notifications sent: by a relay of our own, or by the one that runs."""
        if url := os.environ.get("DATABASE_RELAY_URL"):
            command = [sys.executable, "manage.py", "relay", "--once"]
            environment = {**os.environ, "DATABASE_URL": url}
            # The bells cannot ring yet (no mail server); the running relay tries them again.
            subprocess.run(command, check=True, cwd=settings.BASE_DIR, env=environment, capture_output=True)
        end = time.monotonic() + WAIT_SECONDS
        while seed.is_owed():
            if time.monotonic() > end:
                raise CommandError("No relay sends the notifications; start one, then seed again.")
            time.sleep(0.2)
