"""The day in Baku. Rules never read the clock themselves: they are given the day."""

from datetime import date

from django.utils import timezone


def baku_today() -> date:
    """The date on the wall of the centre (Asia/Baku, settings.TIME_ZONE)."""
    return timezone.localdate()
