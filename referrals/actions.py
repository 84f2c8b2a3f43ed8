"""What people do with notifications: the body acknowledges and decides; the centre cancels unsent ones."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases.models import Case
from referrals.models import Notification


def _locked(notification: Notification, by: Staff, verb: Verb) -> Notification:
    """The row itself, locked, so that two people at once decide once."""
    if not may(by, verb):
        raise PermissionDenied
    return Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)


@act
def acknowledge(notification: Notification, *, by: Staff) -> Notification:
    """The body says "We have received this"; the second click of two says nothing new."""
    row = _locked(notification, by, Verb.RECEIVE_NOTIFICATION)
    if row.state in ("acknowledged", "decided"):
        return row
    workflow.NOTIFICATION.check(row.state, "acknowledged")
    Notification.objects.filter(pk=row.pk).update(
        state="acknowledged", acknowledged_at=Now(), acknowledged_by=by
    )
    audit.record("notification.acknowledge", by=by, case=row.case_id, ids=[row.pk])
    row.refresh_from_db()
    return row


@act
def decide(notification: Notification, *, decision: str, number: str, decided_on: date, by: Staff) -> None:
    """Record the body's decision; the centre records it and never makes it."""
    row = _locked(notification, by, Verb.RECEIVE_NOTIFICATION)
    workflow.NOTIFICATION.check(row.state, "decided")
    if decided_on > baku_today():
        raise ValidationError({"decided_on": _("A decision cannot be dated in the future.")})
    Notification.objects.filter(pk=row.pk).update(
        state="decided", decision=decision, decision_number=number, decided_on=decided_on, decided_by=by
    )
    audit.record("notification.decide", by=by, case=row.case_id, ids=[row.pk], decision=decision)


@act
def cancel(notification: Notification, *, reason: str, by: Staff) -> None:
    """Cancel what was not sent yet, by a supervisor and with a reason; it stays on record."""
    row = _locked(notification, by, Verb.CANCEL_NOTIFICATION)
    workflow.NOTIFICATION.check(row.state, "cancelled")
    if not reason:
        raise ValidationError({"reason": _("Say why the notification is cancelled.")})
    if row.messages.filter(frozen_at__isnull=False).exists():
        raise ValidationError(_("The message is on its way already; send a correction instead."))
    Notification.objects.filter(pk=row.pk).update(state="cancelled", cancelled_reason=reason)
    audit.record("notification.cancel", by=by, case=row.case_id, ids=[row.pk])


@act
def told_on_paper(case: Case, letters: Mapping[str, tuple[str, date]], *, by: Staff) -> None:
    """Record which bodies had been notified of a child from old records: by body, number and day.

    It counts as acknowledged, entered by `by`; nothing is sent. Another body is still owed.
    """
    if not may(by, Verb.IMPORT_CASES):
        raise PermissionDenied
    held = Notification.objects.select_for_update(of=("self",)).filter(case=case, held=True, body__in=letters)
    for row in held.order_by("pk"):
        number, day = letters[row.body]
        workflow.NOTIFICATION.check(row.state, "acknowledged")
        if day > baku_today():
            raise ValidationError(_("A letter cannot be dated in the future."))
        Notification.objects.filter(pk=row.pk).update(
            state="acknowledged", acknowledged_at=Now(), acknowledged_by=by, paper_number=number, paper_on=day
        )
        audit.record("notification.paper", by=by, case=case.pk, ids=[row.pk], body=row.body)


@act
def release(notifications: Iterable[Notification], *, by: Staff) -> int:
    """Let notifications of children from old records be delivered now; returns how many waited for it."""
    if not may(by, Verb.RELEASE_NOTIFICATION):
        raise PermissionDenied
    waiting = Notification.objects.waiting_for_release(by).select_for_update(of=("self",))
    rows = list(waiting.filter(pk__in=[each.pk for each in notifications]).order_by("pk"))
    for row in rows:
        Notification.objects.filter(pk=row.pk).update(held=False, released_at=Now(), released_by=by)
        audit.record("notification.release", by=by, case=row.case_id, ids=[row.pk])
    if rows:
        transaction.on_commit(lambda: enqueue("referrals.deliver_due"))
    return len(rows)
