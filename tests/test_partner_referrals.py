"""Referrals to partners inside the centre: consent, the minimal sheet, states, and what ends them."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction

from aidcenter.context import acting_as
from cases import closing, records
from cases.kinds import KINDS
from cases.models import Case, Consent
from referrals import partner_sheet, partners
from referrals.models import PartnerSheet, PartnerWord, Referral
from tests.partners import REPORT, SAID, SHEET, TODAY, a_partner, prepared, said, sent
from tests.test_consent import given
from tests.test_providers import provider

pytestmark = pytest.mark.django_db
LIST = "/referrals/partners/"


@pytest.fixture
def clinic(cast):
    return a_partner(cast, cast.partner)


@pytest.fixture
def waits(cast, adult_case, clinic):
    """A referral that is not sent."""
    return prepared(adult_case, clinic, cast.worker)


def test_it(cast, waits):
    sheet = sent(waits, cast.worker)
    assert (sheet.state, waits.state, sheet.reference) == ("sent", "sent", waits.reference)
    assert waits.reference.startswith("R-")
    for kind, state in (("received", "delivered"), ("accepted", "accepted")):
        sheet = said(sheet, kind, cast.partner)
        assert sheet.state == state
    sheet = said(sheet, "report", cast.partner, **REPORT)
    waits.refresh_from_db()
    assert (sheet.state, waits.state) == ("completed", "completed")
    assert sheet.open_until is not None
