"""What a partner was asked, and its answers: the portal through the API, and nothing else."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from aidcenter import audit, crypto
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.models import Staff
from aidcenter.roles import Verb
from referrals import partners
from referrals.api.partners_shown import SaidShown
from referrals.models import PartnerSheet, PartnerWord
from referrals.partner_forms import DeclineForm, QuestionForm, ReportForm
from referrals.partner_reached import opened_by, sheet_to
from referrals.partner_sheet import SAID_BEFORE_RECEIPT


class SheetShown(Shown):
    """What was asked of the own organisation."""

    class Meta:
        model = PartnerSheet
        fields: tuple[str, ...] = (
            "id", "reference", "service_type", "urgency", "wished_on", "sent_at", "state", "open_until",
        )  # fmt: skip


class PartnerWordShown(Shown):
    """Something that was said, by the partner or, as an answer, by the centre."""

    class Meta:
        model = PartnerWord
        fields = ("id", "kind", "text", "outcome", "starts_on", "ends_on", "at")


class WholeSheetShown(SheetShown):
    """A sheet; `open` is whether the member has opened the whole of it. A withdrawn one says nothing more."""

    open = serializers.BooleanField(read_only=True)
    said = SaidShown(read_only=True, allow_null=True, source="told")
    words = PartnerWordShown(many=True, read_only=True, source="words_told")

    class Meta:
        model = PartnerSheet
        fields = (*SheetShown.Meta.fields, "open", "said", "words")


def _whole(row: Any, person: Staff) -> Any:
    row.open, row.told, row.words_told = False, None, []
    if row.state != "cancelled":
        row.words_told = list(row.words.all())
        crypto.load_keys([row, *row.words_told])
        row.open, said = opened_by(row, person), row.said
        row.told = said if row.open else {name: said[name] for name in SAID_BEFORE_RECEIPT if name in said}
    return row


class Sheets(Rows):
    """What was sent to the own organisation, the newest first."""

    verbs = {"GET": Verb.ANSWER_REFERRAL}
    shows = SheetShown
    order = ("-sent_at", "pk")

    def rows(self) -> QuerySet[PartnerSheet]:
        """Until its access ends."""
        return PartnerSheet.objects.sent_to(self.person).defer("said")

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("partner.list", by=self.person, ids=[row.pk for row in rows])


class SheetRow(Row):
    """One sheet; the name opens to each member by an act on record."""

    verbs = {"GET": Verb.ANSWER_REFERRAL}
    shows = WholeSheetShown

    def row(self, pk: uuid.UUID) -> PartnerSheet:
        """The sheet."""
        return _whole(sheet_to(self.request, pk), self.person)

    def looked(self, row: PartnerSheet) -> None:
        """Opening it is on record."""
        audit.record("partner.view", by=self.person, case=row.case_id, ids=[row.pk])


class SheetDeed(Deed):
    """What a member says; `kind` is the word of it. The answer shows the sheet, and that is on record."""

    verbs = {"POST": Verb.ANSWER_REFERRAL}
    shows = WholeSheetShown
    kind = ""

    def do(self, sheet: PartnerSheet) -> None:
        """Say it, with what the form of the screen asks for."""
        said = self.form().cleaned_data if self.takes else {}
        partners.say(sheet, self.kind, said, by=self.person)

    def done(self, pk: uuid.UUID) -> PartnerSheet:
        """The sheet, after it."""
        self.do(sheet_to(self.request, pk))
        row: PartnerSheet = _whole(sheet_to(self.request, pk), self.person)
        audit.record("partner.view", by=self.person, case=row.case_id, ids=[row.pk])
        return row


class Open(SheetDeed):
    """Open the whole sheet to the member, on record."""

    def do(self, sheet: PartnerSheet) -> None:
        """As on the screen."""
        if sheet.state == "cancelled":
            raise ValidationError(_("The centre has withdrawn this; there is nothing left to do."))
        partners.open_sheet(sheet, by=self.person)


class Receive(SheetDeed):
    """We have received this; who says so reads the name."""

    kind = "received"


class Accept(SheetDeed):
    """We will help."""

    kind = "accepted"


class Decline(SheetDeed):
    """We cannot help, and why."""

    kind = "declined"
    takes = {"POST": DeclineForm}


class Ask(SheetDeed):
    """A question to the centre."""

    kind = "question"
    takes = {"POST": QuestionForm}


class Report(SheetDeed):
    """What was done, when, and what came of it: the referral is completed."""

    kind = "report"
    takes = {"POST": ReportForm}
