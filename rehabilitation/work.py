"""Work and training as a kind of record: what it says, when it is asked about, and how many lasted."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter.clock import baku_today, months_after
from aidcenter.statistics import Table, counted
from cases.kinds import Errors, Kind
from rehabilitation.models import Goal, Work
from rehabilitation.models.plan import IN_FORCE
from rehabilitation.models.work import CHECKS, MOST_HOURS

ON_THE_DAY = timedelta(0)


def _kept(record: Work, months: int) -> bool:
    return bool(getattr(record, f"kept_{months}"))


def due(record: Work) -> tuple[date, timedelta] | None:
    """The day of the first check that nobody has made yet."""
    if record.ended_on or not record.started_on:
        return None
    open_ones = [months for months in CHECKS if not _kept(record, months)]
    return (months_after(record.started_on, open_ones[0]), ON_THE_DAY) if open_ones else None


def check(record: Work) -> Errors:
    """What cannot be so, by field."""
    found = _check_days(record) | _check_kept(record)
    if record.hours and record.hours > MOST_HOURS:
        found["hours"] = _("At most %(most)s hours a week.") % {"most": MOST_HOURS}
    if bool(record.ended_on) != bool(record.end_reason):
        found["end_reason" if record.ended_on else "ended_on"] = _("Say when it ended, and why.")
    return found


def _check_days(record: Work) -> Errors:
    today, found = baku_today(), {}
    for name in ("found_on", "started_on", "ended_on"):
        if (getattr(record, name) or today) > today:
            found[name] = _("This day has not come yet.")
    if record.started_on and record.started_on < record.found_on:
        found["started_on"] = _("It cannot start before it was found.")
    if record.ended_on and record.ended_on < (record.started_on or record.found_on):
        found["ended_on"] = _("The end lies before the beginning.")
    return found


def _check_kept(record: Work) -> Errors:
    """A check is made from its day on, and each after the one before it."""
    found, last = {}, record.ended_on or baku_today()
    for place, months in enumerate(CHECKS):
        if not _kept(record, months):
            continue
        if not record.started_on or months_after(record.started_on, months) > last:
            found[f"kept_{months}"] = _("It has not lasted so long yet.")
        elif not all(_kept(record, earlier) for earlier in CHECKS[:place]):
            found[f"kept_{months}"] = _("Tick the earlier checks, too.")
    return found


def goals_for(record: Work) -> Any:
    """The goals that it may serve: of the plan in force, and the one that it serves already."""
    rows = Goal.objects.filter(case=record.case).select_related("victim")
    return rows.filter(Q(plan__state__in=IN_FORCE) | Q(pk=record.goal_id))


KIND = Kind(
    "work", Work,
    ("kind", "place", "occupation", "hours", "pay", "goal", "found_on", "started_on", "kept_1", "kept_3",
     "kept_6", "ended_on", "end_reason"),
    hints={"kept_1": gettext_lazy("You are reminded on the day: ask the person, not only the employer."),
           "started_on": gettext_lazy("Leave it empty until the first day.")},
    check=check, due=due, asks=gettext_lazy("Work or training: is it kept?"),
    rows={"goal": goals_for},
)  # fmt: skip


def statistics(year: int) -> Iterator[Table]:
    """What was found in `year`, what started, and what was kept for 3 and 6 months."""
    labels = {
        "found": _("Found"),
        "started": _("Started"),
        "kept_3": _("Kept for 3 months"),
        "kept_6": _("Kept for 6 months"),
    }
    found = dict(counted("work_counted", year))
    rows = {label: found[code] for code, label in labels.items() if code in found}
    yield Table(_("Work and training"), rows, whole=False)
