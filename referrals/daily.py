"""The mail of each day, with numbers alone: a body that counts notices what did not reach it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_time

from aidcenter.models import Staff
from aidcenter.roles import Role
from referrals.models import Commission, Notification, OwedMail

# The day that has begun to be told, by the clock of the database; nothing before the minute, or when owed.
_DAY = """
    SELECT t.here::date FROM (SELECT now() AT TIME ZONE 'Asia/Baku') AS t(here)
     WHERE t.here::time >= %s AND NOT EXISTS (SELECT FROM referrals_owedmail m WHERE m.day = t.here::date)"""


def owe() -> int:
    """Owe the mail of today to each body and each director, once; returns how many mails."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_DAY, [settings.DAILY_MAIL_AT])
            found = cursor.fetchone()
        return _owe(found[0]) if found else 0


def _owe(day: date) -> int:
    until = _moment(day)
    told, everywhere = _counted(until - timedelta(days=1), until)
    about: dict[str, Any] = {"kind": "daily", "day": day}
    bodies = Commission.objects.in_force(day).exclude(email="")
    mails = [OwedMail(**about, commission=body, **told.get(body.pk, _NONE)) for body in bodies]
    directors = Staff.objects.filter(role=Role.DIRECTOR, is_active=True).exclude(email="")
    mails += [OwedMail(**about, person=person, **everywhere) for person in directors]
    return len(OwedMail.objects.bulk_create(mails, ignore_conflicts=True))


_NONE = {"count": 0, "waiting": 0}


def _counted(since: datetime, until: datetime) -> tuple[dict[Any, dict[str, int]], dict[str, int]]:
    """By body, and in all: the notifications between two moments, and those that wait for a word."""
    at = Coalesce("released_at", "triggered_at")
    rows = Notification.objects.filter(held=False).exclude(state="cancelled").annotate(at=at)
    counts = {
        "count": Count("pk", filter=Q(at__gt=since, at__lte=until)),
        "waiting": Count("pk", filter=Q(state__in=("owed", "sent"))),
    }
    by_body = rows.order_by().values("commission").annotate(**counts).values_list("commission", *counts)
    told = {body: {"count": count, "waiting": waiting} for body, count, waiting in by_body}
    return told, rows.aggregate(**counts)


def _moment(day: date) -> datetime:
    at = parse_time(settings.DAILY_MAIL_AT)
    return timezone.make_aware(datetime.combine(day, at))  # type: ignore[arg-type] # checked at the start
