"""What people do with notifications: the body acknowledges and decides; the centre cancels unsent ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import documents
from cases.actions import broken
from cases.models import Case, Document, Victim
from referrals.models import Notification


def locked(notification: Notification, by: Staff, verb: Verb) -> Notification:
    """The row itself, locked, so that two people at once decide once."""
    require(by, verb)
    return Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)


def change(row: Notification, **values: Any) -> None:
    """Write `values`; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            Notification.objects.filter(pk=row.pk).update(**values)
    except IntegrityError as refusal:
        said = {
            "notification_decided_day": {
                "decided_on": _("A decision cannot be dated in the future, or before the notification.")
            },
            "notification_paper": {
                "on": _(
                    "A letter is not older than the notification; one of old records a supervisor records."
                )
            },
            "notification_decided_says_what": {"decision_number": _("A decision has a number and a date.")},
        }
        raise ValidationError(said.get(broken(refusal)) or _("This is not possible now.")) from None


def last_arrived(row: Notification) -> int:
    """The number of the last message in the body's inbox; 0 before there is any."""
    return row.messages.filter(inbox__isnull=False).aggregate(last=Max("number"))["last"] or 0


@act
def acknowledge(notification: Notification, *, by: Staff, seen: int = 1) -> bool:
    """The body says "We have received this"; False when a colleague had said so before.

    It confirms the messages up to number `seen`, which were on the page: a correction that arrived
    meanwhile was not read, and waits for a confirmation of its own. The first stops the clock.
    """
    row = locked(notification, by, Verb.RECEIVE_NOTIFICATION)
    number = min(seen, last_arrived(row))
    if row.state not in ("acknowledged", "decided"):
        workflow.NOTIFICATION.check(row.state, "acknowledged")
        change(
            row, state="acknowledged", acknowledged_at=Now(), acknowledged_by=by, acknowledged_number=number
        )
    elif number > row.acknowledged_number:
        change(row, acknowledged_number=number)
    else:
        return False
    audit.record("notification.acknowledge", by=by, case=row.case_id, ids=[row.pk], message=number)
    return True


@act
def open_letters(notification: Notification, *, by: Staff) -> None:
    """Open the whole letters to another member of the body, on record."""
    row = locked(notification, by, Verb.RECEIVE_NOTIFICATION)
    if row.state == "sent":
        raise ValidationError(_("Confirm the receipt first."))
    audit.record("notification.open", by=by, case=row.case_id, ids=[row.pk])


@dataclass(frozen=True)
class Decision:
    """What a body decided, under which number, on which day; `scan` is the paper, b"" without one."""

    decision: str
    decision_number: str
    decided_on: date
    scan: bytes = b""


@act
def decide(notification: Notification, said: Decision, *, by: Staff) -> None:
    """Record the body's decision; the centre records it and never makes it."""
    row = locked(notification, by, Verb.RECEIVE_NOTIFICATION)
    if row.state == "decided":
        raise ValidationError(_("A colleague has recorded a decision already; it stands."))
    workflow.NOTIFICATION.check(row.state, "decided")
    paper = None
    if said.scan:
        about = Case(pk=row.case_id, victim=Victim(pk=row.victim_id))  # for the key; the case stays closed
        paper = documents.keep(about, documents.Upload("decision", said.scan), by=by)
    write_decision(row, said, paper, by=by)


def write_decision(row: Notification, said: Decision, paper: Document | None, *, by: Staff) -> None:
    """Write what was decided into the locked `row`."""
    change(row, state="decided", decision=said.decision, decision_number=said.decision_number,
           decided_on=said.decided_on, decided_by=by, decision_scan=paper)  # fmt: skip
    audit.record("notification.decide", by=by, case=row.case_id, ids=[row.pk], decision=said.decision)


@act
def cancel(notification: Notification, *, reason: str, by: Staff) -> None:
    """Cancel what was not sent yet, by a supervisor and with a reason; it stays on record."""
    row = locked(notification, by, Verb.CANCEL_NOTIFICATION)
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
    require(by, Verb.IMPORT_CASES)
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
    require(by, Verb.RELEASE_NOTIFICATION)
    waiting = Notification.objects.waiting_for_release(by).select_for_update(of=("self",))
    rows = list(waiting.filter(pk__in=[each.pk for each in notifications]).order_by("pk"))
    for row in rows:
        Notification.objects.filter(pk=row.pk).update(held=False, released_at=Now(), released_by=by)
        audit.record("notification.release", by=by, case=row.case_id, ids=[row.pk])
    if rows:
        transaction.on_commit(lambda: enqueue("referrals.deliver_due"))
    return len(rows)
