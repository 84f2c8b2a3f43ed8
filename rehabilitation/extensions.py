"""Staying longer: one person asks, another decides."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from rehabilitation.models import Stay, StayExtension
from rehabilitation.stays import refused


def asked_for(stay: Stay) -> QuerySet[StayExtension]:
    """What was asked for the stay, the newest first."""
    return StayExtension.objects.filter(stay=stay).select_related("author", "decided_by")


def to_decide(person: Staff) -> QuerySet[StayExtension]:
    """What waits for `person`, the nearest end first."""
    rows = StayExtension.objects.decided_by(person).filter(decided_at__isnull=True)
    return rows.select_related("author").order_by("until_then")


@act
def ask(stay: Stay, said: dict[str, Any], *, by: Staff) -> StayExtension:
    """Ask that the stay ends later: `said` has asked_for_by, days and reason. On shift, the house may ask."""
    require(by, Verb.RECORD_SERVICE, Verb.VIEW_HOUSE)
    asked = StayExtension(stay=stay, case_id=stay.case_id, victim_id=stay.victim_id, author=by, **said)
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError as refusal:
        raise refused(refusal) from None
    audit.record("stay.ask", by=by, case=stay.case_id, ids=[asked.pk], days=asked.days)
    return asked


@act
def decide(asked: StayExtension, *, approved: bool, answer: str = "", by: Staff) -> None:
    """Approve, and the planned end moves; or refuse, saying why."""
    require(by, Verb.APPROVE_STAY)
    if asked.author_id == by.pk:
        raise ValidationError(_("You asked for it yourself: somebody else decides."))
    if not approved and not answer:
        raise ValidationError(_("Say why not."))
    asked.approved, asked.answer, asked.decided_by = approved, answer, by
    asked.decided_at = timezone.now()
    try:
        with transaction.atomic():
            asked.save(update_fields=["approved", "answer", "decided_by", "decided_at"])
    except IntegrityError as refusal:
        raise ValidationError(refused(refusal).messages) from None
    audit.record("stay.decide", by=by, case=asked.case_id, ids=[asked.pk], approved=approved)
