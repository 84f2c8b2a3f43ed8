"""The referral or sheet that an address names, as far as the person reaches it; else the same 404."""

import uuid

from django.db.models import QuerySet

from aidcenter.access import StaffRequest, reached_or_404
from aidcenter.models import AuditEvent, Staff
from referrals.models import PartnerSheet, Referral

WITH = ("case__victim", "case__owner", "provider", "author", "consent")


def _one(rows: QuerySet[Referral], pk: uuid.UUID) -> Referral:
    row = reached_or_404(rows.select_related(*WITH), pk=pk)
    row.victim = row.case.victim  # whose keys are there already
    return row


def readable_referral(request: StaffRequest, pk: uuid.UUID) -> Referral:
    """The referral `pk`, if the person of the request may read its case."""
    return _one(Referral.objects.visible_to(request.user), pk)


def changeable_referral(request: StaffRequest, pk: uuid.UUID) -> Referral:
    """The same, if they may change it."""
    return _one(Referral.objects.changeable_by(request.user), pk)


def sheet_to(request: StaffRequest, pk: uuid.UUID) -> PartnerSheet:
    """The sheet `pk`, if it was sent to the partner of the person."""
    return reached_or_404(PartnerSheet.objects.sent_to(request.user), pk=pk)


def opened_by(row: PartnerSheet, person: Staff) -> bool:
    """Whether this member has opened the sheet; who has not reads what is asked, and no name."""
    events = AuditEvent.objects.filter(actor_id=person.pk, action="partner.open")
    return events.filter(ids__contains=[row.pk]).exists()
