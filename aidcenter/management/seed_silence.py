"""A body of the demo that does not work today: somebody had to telephone, and nobody has acknowledged yet."""

import time
from datetime import timedelta

from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from aidcenter.roles import Role
from referrals import calls
from referrals.models import Notification

CLOSED = ("ganja", "guardianship")  # district, body
WAIT_SECONDS = 20.0


def office_days(district: str, body: str) -> list[int]:
    """Monday to Friday; without today for the body that is closed."""
    return [day for day in range(1, 6) if (district, body) != CLOSED or day != baku_today().isoweekday()]


def telephone() -> bool:
    """The caseworker telephones as soon as the first rung says so; whether there was one in time."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        for worker in Staff.objects.filter(role=Role.CASEWORKER):
            if _called(worker):
                return True
        time.sleep(0.2)
    return False


def _called(worker: Staff) -> bool:
    district, body = CLOSED
    with acting_as(worker.pk):
        rows = Notification.objects.visible_to(worker).waiting()
        row = (
            rows.filter(district=district, body=body, steps__step="night")
            .select_related("commission")
            .first()
        )
        if row is None or row.case.owner_id != worker.pk:
            return False
        said = {
            "reached": True,
            "spoken_with": "Rəşad Həsənov",
            "position": "növbətçi",
            "number": "012 555 01 03",
        }
        note = "Səhər portala baxacaqlarını dedilər."
        spoken_at = timezone.now() - timedelta(seconds=1)
        calls.record(calls.about(row), said | {"note": note, "spoken_at": spoken_at}, by=worker)
    return True
