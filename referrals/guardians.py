"""A body has appointed a guardian or representative: entered in the case as it decided, with one click."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import records
from cases.kinds import KINDS
from cases.models import Guardianship
from referrals import actions
from referrals.models import Notification

APPOINTS = ("guardian_appointed", "representative_appointed")
TRUSTEE_FROM = 14  # years: below it a guardian, from it a trustee


@act
def enter(notification: Notification, *, by: Staff) -> Guardianship:
    """The record of who was appointed, with body, number and day; the name is still to come."""
    row = actions.locked(notification, by, Verb.ANSWER_BODY)
    if row.guardianship_id:
        raise ValidationError(_("The guardian is entered already."))
    if row.decision not in APPOINTS:
        raise ValidationError(_("This body has appointed nobody."))
    case = notification.case
    made = Guardianship(
        case=case, victim=case.victim, kind=_kind(row), body=notification.addressee,
        document_number=row.decision_number, decided_on=row.decided_on,
    )  # fmt: skip
    records.add(KINDS["guardian"], made, by=by)
    Notification.objects.filter(pk=row.pk).update(guardianship=made)
    audit.record("notification.guardian", by=by, case=row.case_id, ids=[row.pk, made.pk])
    return made


def _kind(row: Notification) -> str:
    if row.decision == "representative_appointed":
        return "representative"
    years = row.case.victim.age.years(row.decided_on or baku_today())
    return "trustee" if years is not None and years >= TRUSTEE_FROM else "guardian"
