"""Mails about the reviews of plans that are due: numbers of cases, and no name."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, notices
from aidcenter.clock import baku_today
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff

BEFORE = (7, 1, 0)  # days
REVIEWS = "reviews"  # the kind of notice
AGAIN = 7  # days between two mails about a review that is overdue


def due_on(today: date) -> dict[Staff, list[str]]:
    """The numbers of the cases that each caseworker is to be reminded of on that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_id, number, review_due FROM reviews_due_by(%s)",
            [today + timedelta(days=max(BEFORE))],
        )
        rows = cursor.fetchall()
    found: dict[int, list[str]] = defaultdict(list)
    for owner, number, day in rows:
        left = (day - today).days
        if left in BEFORE or (left < 0 and left % AGAIN == 0):
            found[owner].append(number)
    people = Staff.objects.filter(pk__in=found, is_active=True).exclude(email="")
    return {person: found[person.pk] for person in people}


def send() -> int:
    """Tell each caseworker once a day about the reviews that are due; returns how many."""
    today, sent = baku_today(), 0
    for person, numbers in due_on(today).items():
        if _reminded(person, today):
            continue
        if not notices.tell(person, REVIEWS, *told(person, numbers)):
            continue
        audit.record("plan.remind", by=person, number=len(numbers))
        sent += 1
    return sent


def told(person: Staff, numbers: list[str]) -> tuple[str, str]:
    """Subject and text, in the person's language."""
    with override(person.language):
        said = _("Plans of these cases are to be reviewed: %(numbers)s. Sign in: %(address)s\n")
        return _("Reviews that are due"), said % {
            "numbers": ", ".join(numbers),
            "address": notices.signed_in_at("home"),
        }


def _reminded(person: Staff, today: date) -> bool:
    rows = AuditEvent.objects.filter(actor_id=person.pk, action="plan.remind", at__gte=at_start_of(today))
    return rows.exists()
