"""Where a person stays: a place, coming and leaving, and staying longer when somebody else approves."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from aidcenter import audit, codelists, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.said import Code, Day, String, body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.forms import Text
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.api.reached import held
from cases.api.written import OfCase
from cases.reached import changeable
from rehabilitation import extensions, stays
from rehabilitation.models import Stay, StayExtension
from rehabilitation.stay_forms import LONGEST, LeaveForm, LongerForm, PlaceForm


class StayShown(Shown):
    """A stay in a house of the centre, and what the house knows of the person."""

    class Meta:
        model = Stay
        fields = (
            "id", "case", "house", "bed", "starts_on", "ends_on", "came_on", "out_since", "left_on",
            "why_late", "name_to_use", "visitors", "call_whom", "decision_body", "decision", "decision_on",
            "placed_by",
        )  # fmt: skip


class PlaceSaid(body_of(PlaceForm)):  # type: ignore[misc] # made from the form
    """A place; of a child also the decision of the body that placed it, which the centre never is."""

    decision_body = Code(choices=codelists.codes("placement_body"), required=False)
    decision = String(required=False, max_length=50)
    decision_on = Day(required=False)


class Stays(OfCase):
    """The stays of a case, the last first; with POST, a place from a day on."""

    verbs = {"GET": Verb.RECORD_SERVICE, "POST": Verb.RECORD_SERVICE}
    takes = {"POST": PlaceForm}
    bodies = {"POST": PlaceSaid}
    shows = StayShown
    order = ("-starts_on", "pk")
    look = "house.view"

    def rows(self, pk: uuid.UUID) -> QuerySet[Stay]:
        """All of the case, to whoever may change it."""
        self.asked()
        return Stay.objects.filter(case=changeable(self.request, pk))

    def made(self, pk: uuid.UUID) -> Stay:
        """As on the screen."""
        case = held(self.request, pk)
        return stays.place(case, self.form(case=case, stay=None).cleaned_data, by=self.person)

    def address_of(self, row: Any) -> str:
        """Where it is read."""
        return f"/api/v1/stays/{row.pk}/"


def _stay(person: Staff, pk: uuid.UUID, *, hold: bool = False) -> Stay:
    """The stay of a case that the person may change; on `hold`, one that goes on, with nobody else at it."""
    rows = Stay.objects.changeable_by(person).select_related("case__victim")
    stay = reached_or_404(rows.select_for_update(of=("self",)) if hold else rows, pk=pk)
    if hold and stay.left_on:
        raise ValidationError(_("This stay has ended."))
    stay.victim = stay.case.victim  # whose keys are there already
    return stay


class StayRow(Row):
    """One stay; with PATCH, what the house knows."""

    verbs = {"GET": Verb.RECORD_SERVICE, "PATCH": Verb.RECORD_SERVICE}
    takes = {"PATCH": PlaceForm}
    shows = StayShown

    def row(self, pk: uuid.UUID) -> Stay:
        """The stay."""
        return _stay(self.person, pk)

    def looked(self, row: Stay) -> None:
        """The look is on record."""
        audit.record("house.view", by=self.person, case=row.case_id, ids=[row.pk])

    def to_change(self, pk: uuid.UUID) -> Stay:
        """The stay, with nobody else at it."""
        return _stay(self.person, pk, hold=True)

    def change(self, row: Stay) -> Stay:
        """As on the screen."""
        now = {name: getattr(row, "bed_id" if name == "bed" else name) for name in stays.KNOWN}
        said = self.form(now, case=row.case, stay=row).cleaned_data
        stays.change(row, said, by=self.person)
        return row


class StayDeed(Deed):
    """What happens in a stay that is reserved or goes on."""

    verbs = {"POST": Verb.RECORD_SERVICE}
    shows = StayShown

    def do(self, stay: Stay) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Stay:
        """The stay, after it."""
        stay = _stay(self.person, pk, hold=True)
        self.do(stay)
        return _stay(self.person, pk)


class Come(StayDeed):
    """Whoever the bed was reserved for has come."""

    def do(self, stay: Stay) -> None:
        """As on the screen."""
        stays.come(stay, by=self.person)


class Leave(StayDeed):
    """The person has left the house, or does not come."""

    takes = {"POST": LeaveForm}

    def do(self, stay: Stay) -> None:
        """As on the screen."""
        said = self.form().cleaned_data
        stays.leave(stay, on=said["left_on"], why_late=said["why_late"], by=self.person)


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
    order = ("-asked_at", "pk")

    @property
    def stay(self) -> Stay:
        """The stay of the address."""
        if not hasattr(self, "_of"):
            self._of = _stay(self.person, self.kwargs["pk"])
        return self._of

    def rows(self, pk: uuid.UUID) -> QuerySet[StayExtension]:
        """All of the stay."""
        self.asked()
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
        return extensions.ask(_stay(self.person, pk, hold=True), self.form().cleaned_data, by=self.person)

    def of_key(self, made: str, **ids: Any) -> Any:
        """What was asked before."""
        return self.opened([self.rows(**ids).get(pk=made)])[0]

    def address_of(self, row: Any) -> str:
        """It is read in its list."""
        return self.request.path


class Extensions(Rows):
    """What waits for a decision of the person, the nearest end first."""

    verbs = {"GET": Verb.APPROVE_STAY}
    shows = ExtensionShown
    order = ("until_then", "pk")

    def rows(self) -> QuerySet[StayExtension]:
        """As on the home page."""
        self.asked()
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
