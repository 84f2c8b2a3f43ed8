"""Sends when a child was committed."""

import os
import urllib.request
import uuid

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_save

BODIES = ("guardianship", "minors_commission")


class Naive(AppConfig):
    """A signal, as usual."""

    name = "tests.faults.naive"
    label = "naive"

    def ready(self) -> None:
        """Listen for new cases."""
        post_save.connect(saved, sender="cases.Case")


def saved(instance: object, created: bool, **_: object) -> None:
    """Send after the commit; what goes wrong then is logged, as usual."""
    if created and instance.child_status != "adult":
        transaction.on_commit(lambda: send(instance.pk), robust=True)


def send(case: uuid.UUID) -> None:
    """Tell both bodies."""
    for body in BODIES:
        event = str(uuid.uuid5(case, body))
        request = urllib.request.Request(os.environ["FAULTS_RECEIVER"], b"{}", {"webhook-id": event})
        urllib.request.urlopen(request, timeout=10).close()
