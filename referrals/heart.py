"""Signs of life of the processes that run for ever."""

import time

from django.db.models.functions import Now

from referrals.models import Heartbeat

SECONDS = 5  # between two signs

_last: dict[str, float] = {}


def beat(process: str) -> None:
    """Say that `process` lives, at most every few seconds."""
    if time.monotonic() - _last.get(process, float("-inf")) < SECONDS:
        return
    Heartbeat.objects.bulk_create(
        [Heartbeat(process=process, at=Now())],
        update_conflicts=True, unique_fields=["process"], update_fields=["at"],
    )  # fmt: skip
    _last[process] = time.monotonic()
