"""Staying longer: one person asks, another decides."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from aidcenter import audit, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.forms import Text
from aidcenter.roles import Verb
from rehabilitation import extensions
from rehabilitation.api.stays import reached_stay
from rehabilitation.models import Stay, StayExtension
from rehabilitation.stay_forms import LONGEST, LongerForm


class ExtensionShown(Shown):
    """Somebody asks that a stay ends later; who decides it reads nothing else of the case."""

    would_end = serializers.DateField(read_only=True)

    class Meta:
        model = StayExtension
        fields = (
            "id", "stay", "case", "number", "until_then", "asked_for_by", "days", "would_end", "reason",
            "author", "asked_at", "decided_by", "decided_at", "approved", "answer",
        )  # fmt: skip


class Longer(Rows):
    """What was asked for a stay, the newest first; with POST, that it ends later."""

    verbs = {"GET": Verb.RECORD_SERVICE, "POST": Verb.RECORD_SERVICE}
    takes = {"POST": LongerForm}
    shows = ExtensionShown
    address = "{here}"
    order = ("-asked_at", "pk")

    @property
    def stay(self) -> Stay:
        """The stay of the address."""
        if not hasattr(self, "_of"):
            self._of = reached_stay(self.person, self.kwargs["pk"])
        return self._of

    def rows(self, pk: uuid.UUID) -> QuerySet[StayExtension]:
        """All of the stay."""
        return extensions.asked_for(self.stay)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With the keys of the person, in one question."""
        for row in rows:
            row.victim = self.stay.victim
        crypto.load_keys(rows)
        return rows

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        audit.record("house.view", by=self.person, case=self.stay.case_id, ids=[pk])

    def made(self, pk: uuid.UUID) -> StayExtension:
        """As on the screen; somebody else decides."""
        stay = reached_stay(self.person, pk, hold=True)
        return extensions.ask(stay, self.form().cleaned_data, by=self.person)


class Extensions(Rows):
    """What waits for a decision of the person, the nearest end first."""

    verbs = {"GET": Verb.APPROVE_STAY}
    shows = ExtensionShown
    order = ("until_then", "pk")

    def rows(self) -> QuerySet[StayExtension]:
        """As on the home page."""
        return extensions.to_decide(self.person)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With their keys in one question."""
        crypto.load_keys(rows)
        return rows

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("stay.view", by=self.person, ids=[row.pk for row in rows])


class ExtensionRow(Row):
    """What was asked, to whom it is to decide."""

    verbs = {"GET": Verb.APPROVE_STAY}
    shows = ExtensionShown

    def row(self, pk: uuid.UUID) -> StayExtension:
        """The request."""
        asked: StayExtension = reached_or_404(StayExtension.objects.decided_by(self.person), pk=pk)
        return asked

    def looked(self, row: StayExtension) -> None:
        """Opening it is on record."""
        audit.record("stay.view", by=self.person, case=row.case_id, ids=[row.pk])


class VerdictForm(forms.Form):
    """Whether the stay ends later; if not, why."""

    verdict = forms.ChoiceField(
        choices=[("approve", gettext_lazy("Approve")), ("refuse", gettext_lazy("Refuse"))]
    )
    answer = Text(label=gettext_lazy("Why not"), max_length=LONGEST, widget=forms.Textarea)


class Decide(Deed):
    """Approve, and the planned end moves; or refuse, saying why."""

    verbs = {"POST": Verb.APPROVE_STAY}
    takes = {"POST": VerdictForm}
    shows = ExtensionShown

    def done(self, pk: uuid.UUID) -> StayExtension:
        """As on the screen; two at once: one decides."""
        rows = StayExtension.objects.decided_by(self.person).select_for_update(of=("self",))
        asked: StayExtension = reached_or_404(rows, pk=pk)
        if asked.decided_at:
            raise ValidationError(_("Somebody has decided this meanwhile."))
        said = self.form().cleaned_data
        extensions.decide(asked, approved=said["verdict"] == "approve", answer=said["answer"], by=self.person)
        return asked
