"""Deadlines and amounts that the centre sets for itself, without a developer; nothing else reads them.

What nobody has changed is what the installation says (aidcenter/settings.py). A value holds from a day on;
what was decided before keeps what held then. To undo is to set again what was.
"""

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from aidcenter.clock import baku_today
from aidcenter.context import asked_now
from cases.models import CentreValue

DAYS, HOURS, MINUTES, AZN = "days", "hours", "minutes", "AZN"


@dataclass(frozen=True)
class Setting:
    """Something that an administrator may set, between `least` and `most`; `group` is its table."""

    key: str
    group: str
    unit: str
    label: object
    least: Decimal
    most: Decimal


def _setting(key: str, group: str, unit: str, label: object, least: float, most: int) -> Setting:
    return Setting(key, group, unit, label, Decimal(str(least)), Decimal(most))


# The steps while a body is silent, in their order: each comes after the one before.
LADDER = ("LADDER_WARN_HOURS", "LADDER_SUPERVISOR_HOURS", "LADDER_DIRECTOR_HOURS", "LADDER_TELEPHONE_HOURS")
ALL = {
    one.key: one
    for one in (
        _setting("LADDER_WARN_HOURS", "ladder", HOURS, gettext_lazy("The notification is late"), 0.25, 12),
        _setting("LADDER_SUPERVISOR_HOURS", "ladder", HOURS, gettext_lazy("The supervisor is told"), 1, 24),
        _setting("LADDER_DIRECTOR_HOURS", "ladder", HOURS, gettext_lazy("The director is told"), 2, 48),
        _setting("LADDER_TELEPHONE_HOURS", "ladder", HOURS, gettext_lazy("“Telephone now”"), 4, 72),
        _setting("CALL_AGAIN_MINUTES", "ladder", MINUTES,
                 gettext_lazy("Call again after a call that reached nobody"), 5, 240),
        _setting("ASSESSMENT_DAYS", "deadlines", DAYS,
                 gettext_lazy("First assessment, after the case was opened"), 1, 30),
        _setting("PLAN_DAYS", "deadlines", DAYS, gettext_lazy("Plan, after the assessment"), 1, 60),
        _setting("PLAN_REVIEW_DAYS", "deadlines", DAYS,
                 gettext_lazy("Between two reviews of a plan"), 7, 180),
        _setting("PLAN_REVIEW_DAYS_HIGH", "deadlines", DAYS,
                 gettext_lazy("Between two reviews at high risk"), 1, 90),
        _setting("PARTNER_ANSWER_DAYS", "deadlines", DAYS,
                 gettext_lazy("A partner without an answer: the author is told"), 1, 60),
        _setting("DRILL_DAYS", "deadlines", DAYS,
                 gettext_lazy("Between two tests of the state bodies"), 7, 365),
        _setting("DRILL_ANSWER_DAYS", "deadlines", DAYS,
                 gettext_lazy("A test without an answer is to be repaired"), 1, 14),
        _setting("STAY_DAYS_ADULT", "limits", DAYS,
                 gettext_lazy("A stay in a house, of an adult, until it is extended"), 1, 180),
        _setting("STAY_DAYS_CHILD", "limits", DAYS,
                 gettext_lazy("A stay in a house, of a child, until it is extended"), 1, 365),
        _setting("ALLOWANCE_AZN", "limits", AZN, gettext_lazy("The one-time allowance"), 1, 10_000),
    )
}  # fmt: skip

_found: ContextVar[tuple[uuid.UUID | None, list[CentreValue]]] = ContextVar("found", default=(None, []))


def _rows() -> list[CentreValue]:
    """Every value that was set, the earliest day first; asked once for each request."""
    asked, rows = asked_now(), _found.get()
    if asked is None or rows[0] != asked:
        rows = (asked, list(CentreValue.objects.all()))
        _found.set(rows)
    return rows[1]


def forget() -> None:
    """Ask again: something was set."""
    _found.set((None, []))


def installed(key: str) -> Decimal:
    """What the installation says of `key`, before somebody set it here."""
    if key in LADDER:
        return Decimal(str(settings.LADDER_HOURS[key.split("_")[1].lower()]))
    return Decimal(str(getattr(settings, key)))


def value(key: str, on: date | None = None) -> Decimal:
    """What `key` is on a day, today unless said otherwise."""
    on = on or baku_today()
    said = [row.value for row in _rows() if row.key == key and row.since <= on]
    return said[-1] if said else installed(key)


def days(key: str, on: date | None = None) -> int:
    """The same as a whole number."""
    return int(value(key, on))


def after(key: str, on: date | None = None) -> timedelta:
    """The same as a stretch of time."""
    return timedelta(**{ALL[key].unit: float(value(key, on))})


def ladder(on: date | None = None) -> dict[str, timedelta]:
    """When each step is taken while a body is silent, by its name; by night it begins at once."""
    night = {"night": timedelta(hours=settings.LADDER_HOURS["night"])}
    return night | {key.split("_")[1].lower(): after(key, on) for key in LADDER}


def history(key: str) -> QuerySet[CentreValue]:
    """What was set of `key`, the latest first."""
    return CentreValue.objects.filter(key=key).select_related("set_by").order_by("-set_at", "-pk")


def planned(key: str) -> list[CentreValue]:
    """What will hold from a later day on, the next first."""
    return [row for row in _rows() if row.key == key and row.since > baku_today()]
