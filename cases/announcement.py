"""What a page says before a child is saved: the age understood, why, and the two bodies by name."""

from datetime import date
from typing import Any

from aidcenter import codelists, registry
from cases.childhood import ADULT, Age


def child_notice(age: Age, district: str, on: date) -> dict[str, Any] | None:
    """What is said of somebody of that age on the day `on`; None of an adult."""
    status = age.status(on)
    if status == ADULT:
        return None
    return {
        "status": status,
        "label": codelists.label("child_status", status),
        "age": age.understood(on),
        "reason": age.reason,
        "bodies": child_bodies(district),
    }


def child_bodies(district: str) -> list[str]:
    """The bodies of `district` that are told of a child, by name."""
    return [body for answer in registry.ask("child_bodies", district) for body in answer]
