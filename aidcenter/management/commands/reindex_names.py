"""`manage.py reindex_names`: mark the people whom the search does not know yet (after an upgrade)."""

from typing import Any

from django.core.management.base import BaseCommand

from aidcenter import crypto
from cases.models import DataKey, Victim

BATCH = 500


class Command(BaseCommand):
    """Runs as the owner; who has neither name nor phone stays without marks."""

    help = __doc__

    def handle(self, *_: Any, **__: Any) -> None:
        """In batches, each row for itself."""
        waiting = Victim.objects.filter(marks=[], pk__in=DataKey.objects.values("victim_id")).order_by("pk")
        done, last = 0, None
        while rows := list(waiting.filter(pk__gt=last)[:BATCH] if last else waiting[:BATCH]):
            crypto.load_keys(rows)
            for victim in rows:
                victim.save(update_fields=["marks"])
            done, last = done + len(rows), rows[-1].pk
        self.stdout.write(f"{done} people looked at.")
