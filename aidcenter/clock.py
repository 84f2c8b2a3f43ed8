"""The day in Baku. Rules never read the clock themselves: they are given the day."""

from datetime import date, timedelta

from django.db.models import DateTimeField, Func
from django.utils import timezone

DB_TODAY = "(now() AT TIME ZONE 'Asia/Baku')::date"  # the same day, to the database


class Midnight(Func):
    """The moment at which the day of a column begins in Baku."""

    template = "(%(expressions)s::timestamp AT TIME ZONE 'Asia/Baku')"
    output_field = DateTimeField()


def baku_today() -> date:
    """The date on the wall of the centre (Asia/Baku, settings.TIME_ZONE)."""
    return timezone.localdate()


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
