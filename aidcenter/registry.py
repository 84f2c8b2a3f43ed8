"""Named slots through which a lower package shows what a higher one knows.

An app fills a slot in its `AppConfig.ready`; nobody imports upward.
"""

from collections.abc import Callable, Iterator
from typing import Any

SLOTS = (
    "navigation",
    "home",
    "home_panels",
    "duties",
    "statistics",
    "timeline",
    "case_panels",
    "case_badges",
    "child_bodies",
    "child_told",
    "plan_ends",
    "told_on_paper",
    "on_duty",
    "sheets",
    "banners",
    "personal",
    "notices",
    "case_numbers",
    "hears",
    "still_open",
    "case_of_number",
)

_filled: dict[str, list[Callable[..., Any]]] = {slot: [] for slot in SLOTS}


def fill(slot: str, provider: Callable[..., Any]) -> None:
    """Let `provider` answer for `slot`; the same provider once only."""
    if provider not in _filled[slot]:
        _filled[slot].append(provider)


def ask(slot: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """What each provider of `slot` answers, in the order they were filled in."""
    return (provider(*args, **kwargs) for provider in _filled[slot])
