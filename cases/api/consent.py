"""The consent sheet through the API: its texts, what is agreed to now, signing, the scan, withdrawal."""

import uuid
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit
from aidcenter.api.parsing import WITH_FILE
from aidcenter.api.said import body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Endpoint, Rows
from aidcenter.clock import baku_today
from aidcenter.roles import Verb
from cases import consent_sheet, consents
from cases.api.records import OfKind, shown_of
from cases.consent_forms import ConsentForm, ScanForm, WithdrawForm
from cases.kinds import KINDS
from cases.models import Case, Consent, ConsentText
from cases.reached import changeable, readable

ConsentShown: Any = shown_of("consent")


class ConsentTextShown(Shown):
    """What the sheet says in one language, by purpose and part."""

    said = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ConsentText
        fields = ("id", "language", "said", "made_at")


class ConsentTextsShown(serializers.Serializer):
    """The newest text of each language."""

    texts = ConsentTextShown(many=True)


class Texts(Endpoint):
    """What is read to the person before they agree, in every language in which a sheet can be signed."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = ConsentTextsShown

    def get(self, request: Request) -> Response:
        """The newest of each language."""
        self.check_query()
        return self.shown({"texts": consent_sheet.texts().values()})


class StandingShown(serializers.Serializer):
    """The newest consent for one purpose and recipient, and whether it is in force today."""

    record = ConsentShown()
    holds = serializers.BooleanField()


class AgreedShown(serializers.Serializer):
    """What the person has agreed to; `rule` says who has to agree, `trouble` why no guardian can."""

    rule = serializers.CharField()
    trouble = serializers.CharField(allow_blank=True)
    standing = StandingShown(many=True)


@dataclass(frozen=True)
class Agreed:
    """The consent of a case today."""

    pk: uuid.UUID
    rule: str
    trouble: str
    standing: list[consent_sheet.Standing]


def _agreed(case: Case) -> Agreed:
    today = baku_today()
    rule, trouble = str(consents.rule_of(case, today).said), consents.guardian_trouble(case, today)
    return Agreed(case.pk, rule, trouble, consent_sheet.standing(case))


class CaseConsent(Endpoint):
    """What the person agrees to today, by purpose and recipient."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = AgreedShown

    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """The look is on record."""
        self.check_query()
        agreed = _agreed(readable(self.request, pk))
        audit.record("record.view", by=self.person, case=pk, ids=[row.record.pk for row in agreed.standing])
        return self.shown(agreed)


class ConsentSheetBody(body_of(ConsentForm)):  # type: ignore[misc] # made from the form
    """The purposes that were ticked, with whom it may be shared (one a line), how it was given, the scan."""


class Sheet(Rows):
    """Keep what was agreed to on a sheet, one consent for each purpose and recipient, with its scan."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": ConsentForm}
    bodies = {"POST": ConsentSheetBody}
    shows = AgreedShown
    most_bytes = WITH_FILE
    address = "/api/v1/cases/{pk}/consent/"

    def made(self, pk: uuid.UUID) -> Agreed:
        """As on the screen."""
        case = changeable(self.request, pk)
        consent_sheet.sign(case, self.form().signed, by=self.person)
        return _agreed(case)

    def of_key(self, *_of_case: Any, pk: uuid.UUID) -> Agreed:
        """What is agreed to now."""
        return _agreed(readable(self.request, pk))


class _OfConsent(OfKind, Deed):
    """Something is done to a consent."""

    kind = KINDS["consent"]
    verbs = {"POST": Verb.CHANGE_CASE}
    shows = ConsentShown

    def record(self, pk: uuid.UUID) -> Consent:
        """The consent `pk`, not struck out; raises Http404."""
        rows = Consent.objects.changeable_by(self.person).filter(struck_at__isnull=True)
        found: Any = self.one(rows, pk)
        return found


class Scan(_OfConsent):
    """Add the signed sheet, in base64, to what was agreed to on it."""

    takes = {"POST": ScanForm}
    most_bytes = WITH_FILE

    def done(self, pk: uuid.UUID) -> Consent:
        """As on the screen."""
        record = self.record(pk)
        consent_sheet.attach(record, self.form().cleaned_data["file"].read(), by=self.person)
        return self.record(pk)


class ConsentWithdrawalBody(body_of(WithdrawForm)):  # type: ignore[misc] # made from the form
    """On which day the person took it back."""


class Withdraw(_OfConsent):
    """The person takes it back: every consent to the same ends, and what rests on it."""

    takes = {"POST": WithdrawForm}
    bodies = {"POST": ConsentWithdrawalBody}

    def done(self, pk: uuid.UUID) -> Consent:
        """As on the screen."""
        record = self.record(pk)
        consent_sheet.withdraw(record, on=self.form().cleaned_data["on"], by=self.person)
        return self.record(pk)
