"""`manage.py alerts status` and `requeue`: what is on its way to state bodies, what waits for a person."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Min
from django.db.models.functions import Now

from referrals.models import Circuit, Delivery, Message, Notification


class Command(BaseCommand):
    """For who runs the system, with the login of the worker or the relay; ids and numbers, no person."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`status [--json]`, `requeue [id ...]`."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("status", help="what is due, what rests, what needs a person").add_argument(
            "--json", action="store_true"
        )
        requeue = acts.add_parser("requeue", help="try again what needed a person, after the repair")
        requeue.add_argument("ids", nargs="*", help="deliveries or messages as status names them; none: all")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        """Print what is there, or put it back."""
        if act == "requeue":
            self.stdout.write(f"{requeue(options['ids'])} put back.")
            return
        said = status()
        if options["json"]:
            self.stdout.write(json.dumps(said, default=str))
            return
        for name, value in said.items():
            self.stdout.write(f"{name}: {json.dumps(value, default=str)}")


def status() -> dict[str, Any]:
    """Notifications and deliveries by state, the oldest of each, and by id what waits for a person."""
    stuck = Delivery.objects.filter(state="needs_human").select_related("message__notification")
    unfrozen = Message.objects.filter(frozen_at=None, needs_human=True).select_related("notification")
    return {
        "notifications": _by_state(Notification.objects.values("state"), "triggered_at"),
        "deliveries": _by_state(Delivery.objects.values("state"), "due_at"),
        "without_a_body": Notification.objects.filter(commission=None, state="owed").count(),
        "resting": list(Circuit.objects.filter(rests_until__gt=Now()).values_list("destination", flat=True)),
        "needs_human": [
            *(_stuck(row.pk, row.message.notification.reference, row.channel) for row in stuck),
            *(_stuck(row.pk, row.notification.reference, "message") for row in unfrozen),
        ],
    }


def _by_state(rows: Any, moment: str) -> dict[str, dict[str, Any]]:
    counted = rows.annotate(count=Count("pk"), oldest=Min(moment)).order_by("state")
    return {row["state"]: {"count": row["count"], "oldest": row["oldest"]} for row in counted}


def _stuck(pk: Any, reference: str, way: str) -> dict[str, str]:
    return {"id": str(pk), "reference": reference, "way": way}


def requeue(ids: list[str]) -> int:
    """Put back what needs a person (of `ids`, or all), and let what rests be tried at once; how many."""
    stuck = Delivery.objects.filter(state="needs_human")
    unfrozen = Message.objects.filter(frozen_at=None, needs_human=True)
    if ids:
        stuck, unfrozen = stuck.filter(pk__in=ids), unfrozen.filter(pk__in=ids)
    Circuit.objects.update(failures=0, rests_until=None)
    return stuck.update(state="due", due_at=Now()) + unfrozen.update(needs_human=False, due_at=Now())
