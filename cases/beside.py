"""What may stand beside a case, asked along with the case itself: what is not there costs no query more."""

from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from aidcenter import prepared
from cases.models import AccessOrder


def marks() -> dict[str, Any]:
    """To annotate cases with: whether there is an order, a linked case, and each of what its page shows."""
    of_case = {"case": OuterRef("pk")}
    orders = AccessOrder.objects.filter(Q(decided_at__isnull=True) | Q(in_force=True), **of_case)
    return {
        "has_order": Exists(orders),
        "has_link": Func(F("pk"), function="has_links", output_field=BooleanField()),
        **prepared.marks(),
    }
