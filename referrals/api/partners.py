"""Referrals to partners, inside the centre: prepared, read as they will leave, sent, and what came of it."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet

from aidcenter import audit, codelists, workflow
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.roles import Verb
from cases import records
from cases.api.written import OfCase
from cases.reached import changeable
from referrals import partner_sheet, partners
from referrals.api.partners_shown import PreviewShown, ReferralShown, WholeReferralShown
from referrals.models import Referral
from referrals.partner_forms import AgainForm, AnswerForm, EnterForm, ReferForm, SheetForm, WithdrawForm
from referrals.partner_reached import changeable_referral, readable_referral
from referrals.partner_sheet import Sheet


class AskedForm(forms.Form):
    """Which referrals: those in one state, `all`, or those that are not finished."""

    state = forms.ChoiceField(
        choices=lambda: [*codelists.choices("referral_state"), ("all", "all")], required=False
    )


class Referrals(Rows):
    """The referrals of the cases that the person reads, the newest first."""

    verbs = {"GET": Verb.REFER}
    asks = AskedForm
    shows = ReferralShown
    order = ("-made_at", "pk")

    def rows(self) -> QuerySet[Referral]:
        """Those that are not finished, if nothing else is asked for."""
        state, rows = self.asked()["state"], Referral.objects.visible_to(self.person)
        if state == "all":
            return rows
        return rows.filter(state=state) if state else rows.unfinished()

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("referral.list", by=self.person, ids=[row.pk for row in rows])


class CaseReferrals(OfCase):
    """The referrals of a case, the newest first; with POST, a new one, of which nothing leaves yet."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.REFER}
    takes = {"POST": ReferForm}
    shows = ReferralShown
    address = "/api/v1/referrals/{pk}/"
    order = ("-made_at", "pk")
    look = "referral.list"

    def made(self, pk: uuid.UUID) -> Referral:
        """As on the screen; next comes the sheet."""
        return partners.prepare(changeable(self.request, pk), self.form().cleaned_data, by=self.person)


def _whole(request: Any, pk: uuid.UUID) -> Any:
    row: Any = readable_referral(request, pk)
    row.sheets_told, row.words_told = partners.told_of(row)
    return row


class ReferralRow(Row):
    """One referral: what was asked, what left, what was said."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = WholeReferralShown

    def row(self, pk: uuid.UUID) -> Referral:
        """The referral."""
        return _whole(self.request, pk)

    def looked(self, row: Referral) -> None:
        """Opening it is on record."""
        audit.record("referral.view", by=self.person, case=row.case_id, ids=[row.pk])


class ReferralDeed(Deed):
    """What the centre does with a referral."""

    verbs = {"POST": Verb.REFER}
    shows = WholeReferralShown

    def do(self, referral: Referral) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Referral:
        """The referral, after it."""
        self.do(changeable_referral(self.request, pk))
        return _whole(self.request, pk)


def _sheet(view: Deed, referral: Referral) -> tuple[Sheet, dict[str, Any]]:
    """The sheet as it would leave, and what was said for it."""
    said = view.form(portal=partners.signs_in(referral.provider)).cleaned_data
    return partner_sheet.sheet_of(referral.case, referral, said, baku_today()), said


class Preview(Deed):
    """Read the sheet as it will leave; nothing leaves yet."""

    verbs = {"POST": Verb.REFER}
    takes = {"POST": SheetForm}
    shows = PreviewShown

    def done(self, pk: uuid.UUID) -> Any:
        """As on the screen."""
        row = changeable_referral(self.request, pk)
        sheet, said = _sheet(self, row)
        workflow.REFERRAL.check(row.state, "sent")
        partners.check_sheet(row.case, sheet, said)
        audit.record("referral.form", by=self.person, case=row.case_id, ids=[row.pk])
        told = dict(sheet)
        return {"said": told, "withheld": partner_sheet.withheld(told), "seen": records.stamp(told)}


class SendForm(SheetForm):
    """What of the person leaves, and the mark of the sheet that was read."""

    seen = forms.CharField(max_length=64)


class Send(ReferralDeed):
    """Send just the sheet that was read."""

    takes = {"POST": SendForm}

    def do(self, referral: Referral) -> None:
        """As on the screen."""
        sheet, said = _sheet(self, referral)
        partners.check_seen(sheet, said.pop("seen"))
        partners.send(referral, sheet, said, by=self.person)


class Withdraw(ReferralDeed):
    """Take it back."""

    takes = {"POST": WithdrawForm}

    def do(self, referral: Referral) -> None:
        """As on the screen."""
        partners.withdraw(referral, **self.form().cleaned_data, by=self.person)


class Again(ReferralDeed):
    """Ask another partner, or the same again; a new sheet has to be sent."""

    takes = {"POST": AgainForm}

    def do(self, referral: Referral) -> None:
        """As on the screen."""
        partners.try_again(referral, self.form(referral=referral).cleaned_data, by=self.person)


class Answer(ReferralDeed):
    """Answer the question of the partner."""

    takes = {"POST": AnswerForm}

    def do(self, referral: Referral) -> None:
        """As on the screen."""
        partners.answer(referral, **self.form().cleaned_data, by=self.person)


class Enter(ReferralDeed):
    """Enter what a partner said outside of the portal."""

    takes = {"POST": EnterForm}

    def do(self, referral: Referral) -> None:
        """As on the screen."""
        said = self.form().cleaned_data
        partners.enter(referral, said.pop("kind"), said, by=self.person)
