"""Mails to the people of a partner: that something waits in the portal. A reference, and nothing personal."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, mails
from aidcenter.context import acting_as
from aidcenter.models import Staff
from referrals.models import PartnerSheet

SOON = timedelta(hours=1)


def send() -> int:
    """Mail what was sent since, and again every `PARTNER_REMIND_DAYS` until it is answered; how many sheets.

    A row is marked in the transaction that mails it, so two workers do not mail it twice.
    """
    sent = 0
    while _next():
        sent += 1
    return sent


def _next() -> bool:
    """Mail the people of one partner about one sheet; False when none is left."""
    again = Now() - timedelta(days=settings.PARTNER_REMIND_DAYS)
    with acting_as(None), transaction.atomic():
        rows = PartnerSheet.objects.unanswered().filter(Q(reminded_at=None) | Q(reminded_at__lte=again))
        sheet = rows.select_for_update(skip_locked=True, of=("self",)).order_by("sent_at").first()
        if sheet is None:
            return False
        people = Staff.objects.filter(partnership__provider=sheet.provider_id, is_active=True)
        taken = [mails.taken(_mail(person, sheet)) for person in people.exclude(email="")]
        audit.record("partner.remind", by=None, case=sheet.case_id, ids=[sheet.pk], number=len(taken))
        PartnerSheet.objects.filter(pk=sheet.pk).update(reminded_at=Now() if all(taken) else again + SOON)
    return True


def _mail(person: Staff, sheet: PartnerSheet) -> EmailMessage:
    with override(person.language):
        said = {"reference": sheet.reference, "address": settings.SITE_URL}
        return EmailMessage(
            subject=_("Something waits for your answer"),
            body=_("Referral %(reference)s waits for your answer. Sign in: %(address)s\n") % said,
            to=[person.email],
        )
