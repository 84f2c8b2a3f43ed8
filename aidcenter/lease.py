"""Rows that leave the centre: claimed with a lease, tried without a transaction, written back by the fence.

Several processes may do so at once. A row is claimed with SKIP LOCKED and a lease on the database's clock;
who comes back after the lease was taken over is refused by the fence. The rows have `state` ("due",
"sending", or an end), `due_at`, `lease_until`, `fence` and `tries`.
"""

from datetime import timedelta
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Now

from aidcenter.posting import wait_after

LEASE = timedelta(seconds=60)
FAILURES = 3  # in a row, after which a destination rests


def claim(rows: "QuerySet[Any]") -> Any | None:
    """Take what has waited longest of `rows`, or what somebody's lease ran out on; None: nothing is due.

    Within a transaction. The row has its new fence.
    """
    due = Q(state="due", due_at__lte=Now()) | Q(state="sending", lease_until__lt=Now())
    row = rows.filter(due).order_by("due_at").select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.fence += 1
        ours = type(row)._default_manager.filter(pk=row.pk)
        ours.update(state="sending", fence=row.fence, tries=F("tries") + 1, lease_until=Now() + LEASE)
    return row


def write_back(kind: type[Model], pk: Any, fence: int, state: str, **values: object) -> bool:
    """Note the end of a try, unless the lease was taken over; whether it was kept."""
    ours = kind._default_manager.filter(pk=pk, fence=fence, state="sending")
    return bool(ours.update(state=state, lease_until=None, **values))


def rests_until(failures: int) -> Any:
    """Until when a destination rests after so many failures in a row, longer each time; None: it does not."""
    return Now() + wait_after(failures) if failures >= FAILURES else None
