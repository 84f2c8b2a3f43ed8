"""Mails about the reviews of plans that are due: numbers of cases, and no name."""

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit
from aidcenter.clock import baku_today
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff

BEFORE = (7, 1, 0)  # days
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
    """Mail each caseworker once a day about the reviews that are due; returns how many."""
    today, sent = baku_today(), 0
    for person, numbers in due_on(today).items():
        if _reminded(person, today):
            continue
        with override(person.language):
            EmailMessage(
                subject=_("Aid Centre: plans to review"),
                body=_("Plans of these cases are to be reviewed: %(numbers)s. Sign in: %(address)s\n")
                % {"numbers": ", ".join(numbers), "address": f"{settings.SITE_URL}{reverse('home')}"},
                to=[person.email],
            ).send()
        audit.record("plan.remind", by=person, number=len(numbers))
        sent += 1
    return sent


def _reminded(person: Staff, today: date) -> bool:
    rows = AuditEvent.objects.filter(actor_id=person.pk, action="plan.remind", at__gte=at_start_of(today))
    return rows.exists()
