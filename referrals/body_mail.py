"""Mails to the bodies beside the bell, a reference only: a decision is missing, a member stepped aside."""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter.context import acting_as
from cases.models import Case
from referrals import aside
from referrals.models import BodyReminder, Notification, Recusal

DAYS = {"days_3": 3, "days_30": 30}  # after the receipt, without a decision

logger = logging.getLogger(__name__)


def undecided(days: int) -> QuerySet[Notification]:
    """Received so many days ago, of a case that goes on, and not decided; not what was old when it came."""
    rows = Notification.objects.filter(state="acknowledged", held=False)
    rows = rows.filter(acknowledged_at__lte=Now() - timedelta(days=days))
    return rows.exclude(case__state__in=Case.CLOSED)


def _unreminded(kind: str) -> QuerySet[Notification]:
    return undecided(DAYS[kind]).exclude(reminders__kind=kind)


def send() -> int:
    """Mail each body once for each kind, and once for each member who stepped aside; how many were mailed."""
    with acting_as(None):
        late = [(kind, list(_unreminded(kind).values_list("pk", flat=True))) for kind in DAYS]
        aside_now = list(Recusal.objects.filter(told_at__isnull=True).values_list("pk", flat=True))
    mails = [partial(_remind, kind, pk) for kind, ids in late for pk in ids]
    return sum(map(_tried, [*mails, *(partial(_hand_over, pk) for pk in aside_now)]))


def _tried(mail: Callable[[], bool]) -> bool:
    """Whether the mail was taken; one that was not is tried again at the next turn, and holds up no other."""
    try:
        with acting_as(None), override("az"):
            return mail()
    except OSError as error:
        logger.warning("A mail to a state body was not taken (%s).", type(error).__name__)
        return False


def _remind(kind: str, pk: uuid.UUID) -> bool:
    rows = _unreminded(kind)
    row = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    BodyReminder.objects.create(notification=row, kind=kind)
    _mail(row, *_reminder())
    return True


def _hand_over(pk: uuid.UUID) -> bool:
    rows = Recusal.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at__isnull=True)
    row = rows.select_related("notification").filter(pk=pk).first()
    if row is None:
        return False
    Recusal.objects.filter(pk=row.pk).update(told_at=Now())
    _mail(row.notification, *_handed())
    return True


def _reminder() -> tuple[str, str]:
    return (
        _("Aid Centre: a decision is awaited"),
        _("Your decision on the notification %(reference)s is awaited. Sign in: %(address)s\n"),
    )


def _handed() -> tuple[str, str]:
    return (
        _("Aid Centre: a notification needs another member"),
        _("The notification %(reference)s needs another member of your body. Sign in: %(address)s\n"),
    )


def _mail(row: Notification, subject: str, body: str) -> None:
    """To the address of the body and to the members who may read it."""
    people = aside.others(row).exclude(staff__email="").values_list("staff__email", flat=True)
    to = [*filter(None, [row.commission.email if row.commission else ""]), *people]
    if not to:
        return
    said = {"reference": row.reference, "address": f"{settings.SITE_URL}/referrals/"}
    EmailMessage(subject=subject, body=body % said, to=to).send()
