"""A referral to a partner in each state, reached by living it."""

from types import SimpleNamespace
from typing import Any

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases.models import Case, Provider
from referrals import partner_sheet, partners
from referrals.models import PartnerMember, PartnerSheet, Referral
from tests.test_providers import provider

TODAY = baku_today()
CLINIC = "Clinic 5"
ASKED = "A general check-up"
SAID: dict[str, Any] = {
    "service_type": "medical", "asked": ASKED, "why": "She has not seen a doctor for years.", "urgency": "high",
    "wished_on": TODAY, "provider_why": "She asked for it by phone and signs tomorrow.",
}  # fmt: skip
SHEET: dict[str, Any] = {
    "name": "Lale", "real_name": False, "why_real": "", "age": "group", "safe_contact": "SMS after six",
    "with_phone": False, "must_know": "A woman doctor, please", "language": "en", "way": "portal", "told_to": "",
    "told_how": "",
}  # fmt: skip
REPORT = {"text": "Examined, all is well", "outcome": "helped", "starts_on": TODAY, "ends_on": None}


def a_partner(cast: SimpleNamespace, *members: Staff, name: str = CLINIC) -> Provider:
    """A partner of the directory, whose `members` sign in."""
    made = provider(cast, name=name)
    with acting_as(cast.administrator.pk):
        for member in members:
            PartnerMember.objects.create(staff=member, provider=made)
    return made


def prepared(case: Case, partner: Provider, by: Staff, **said: Any) -> Referral:
    """A referral that is not sent yet."""
    with acting_as(by.pk):
        made = partners.prepare(case, SAID | {"provider": partner} | said, by=by)
        made.refresh_from_db()
        made.victim = made.case.victim = case.victim
    return made


def sent(referral: Referral, by: Staff, **said: Any) -> PartnerSheet:
    """The sheet of the referral, sent."""
    told = SHEET | said
    with acting_as(by.pk):
        sheet = partner_sheet.sheet_of(referral.case, referral, told, TODAY)
        made = partners.send(referral, sheet, told, by=by)
        made.refresh_from_db()
        referral.refresh_from_db(fields=["state", "sent_at", "moved_at", "asks"])
    return made


def said(sheet: PartnerSheet, kind: str, by: Staff, **told: Any) -> PartnerSheet:
    """The same, after the partner said something."""
    with acting_as(by.pk):
        row = PartnerSheet.objects.get(pk=sheet.pk)
        partners.say(row, kind, told, by=by)
        row.refresh_from_db()
    return row
