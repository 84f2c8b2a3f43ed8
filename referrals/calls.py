"""Calls to a body: who may make one about what, and what a recorded call does. It never acknowledges."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit, sealedtext
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import centre
from referrals.models import Call, Commission, Notification
from referrals.owed import Addressed


@dataclass(frozen=True)
class ToCall(Addressed):
    """All that somebody needs to telephone a body: no case, no name, no extract."""

    pk: uuid.UUID
    reference: str
    body: str
    district: str
    commission: Commission | None
    triggered_at: datetime
    telephone: bool


def to_call(person: Staff) -> list[ToCall]:
    """What `person`, who reads no case, is told of: on duty by night, or as the director."""
    if may(person, Verb.VIEW_NOTIFICATION) or not may(person, Verb.RECORD_CALL):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_to_call()")
        rows = cursor.fetchall()
    bodies = Commission.objects.in_bulk([row[4] for row in rows if row[4]])
    return [
        ToCall(pk, reference, body, district, bodies.get(commission), since, telephone)
        for pk, reference, body, district, commission, since, telephone in rows
    ]


def one(person: Staff, pk: uuid.UUID) -> ToCall:
    """The notification `pk`, if it waits and `person` may call about it; hidden and absent are one 404."""
    if not may(person, Verb.VIEW_NOTIFICATION):
        found = next((each for each in to_call(person) if each.pk == pk), None)
    else:
        rows = Notification.objects.visible_to(person).waiting().select_related("commission")
        row = rows.filter(pk=pk).first()
        found = about(row) if row else None
    if found is None:
        raise Http404
    return found


def about(row: Notification) -> ToCall:
    """The same, of a notification at hand."""
    return ToCall(row.pk, row.reference, row.body, row.district, row.commission, row.triggered_at, True)


def words_of(rows: list[Call]) -> list[tuple[str, str]]:
    """(who was spoken with, what was said) of each call, with one question for the key."""
    sealed = [(text, row.context) for row in rows for text in (row.spoken_with, row.note) if text]
    opened = iter(sealedtext.unseal_all(sealed))
    return [(next(opened) if row.spoken_with else "", next(opened) if row.note else "") for row in rows]


@act
def record(about: ToCall, said: dict[str, Any], *, by: Staff) -> Call:
    """Record a call: `said` has reached, spoken_with, position, number, spoken_at and note."""
    require(by, Verb.RECORD_CALL)
    spoken_at: datetime = said["spoken_at"]
    if spoken_at > timezone.now():
        raise ValidationError({"spoken_at": _("This is in the future.")})
    if spoken_at < timezone.now() - timedelta(days=7):
        raise ValidationError({"spoken_at": _("A call is recorded within a week.")})
    if said["reached"] and not said["spoken_with"]:
        raise ValidationError({"spoken_with": _("Say with whom you spoke.")})
    call = Call(
        notification_id=about.pk,
        reached=said["reached"],
        position=said["position"],
        number=said["number"],
        spoken_at=spoken_at,
        quiet_until=_quiet_until(about, spoken_at, reached=said["reached"]),
        recorded_by=by,
    )
    call.spoken_with, call.note = call.sealed(said["spoken_with"]), call.sealed(said["note"])
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_("The body has confirmed the receipt meanwhile.")) from None
    audit.record("notification.call", by=by, ids=[about.pk, call.pk], reached=call.reached)
    return call


def _quiet_until(about: ToCall, spoken_at: datetime, *, reached: bool) -> datetime:
    """Until the next working morning when somebody was reached; else until one should try again."""
    if not reached:
        return spoken_at + centre.after("CALL_AGAIN_MINUTES")
    return about.commission.next_opening(spoken_at) if about.commission else spoken_at
