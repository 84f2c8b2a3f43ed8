"""Where a person stays: a place, coming and leaving."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit, codelists
from aidcenter.access import reached_or_404
from aidcenter.api.said import Code, Day, String, body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.api.reached import held
from cases.api.written import OfCase
from cases.reached import changeable
from rehabilitation import stays
from rehabilitation.models import Stay
from rehabilitation.stay_forms import LeaveForm, PlaceForm


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
    address = "/api/v1/stays/{pk}/"
    order = ("-starts_on", "pk")
    look = "house.view"

    def rows(self, pk: uuid.UUID) -> QuerySet[Stay]:
        """All of the case, to whoever may change it."""
        return Stay.objects.filter(case=changeable(self.request, pk))

    def made(self, pk: uuid.UUID) -> Stay:
        """As on the screen."""
        case = held(self.request, pk)
        return stays.place(case, self.form(case=case, stay=None).cleaned_data, by=self.person)


def reached_stay(person: Staff, pk: uuid.UUID, *, hold: bool = False) -> Stay:
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
        return reached_stay(self.person, pk)

    def looked(self, row: Stay) -> None:
        """The look is on record."""
        audit.record("house.view", by=self.person, case=row.case_id, ids=[row.pk])

    def to_change(self, pk: uuid.UUID) -> Stay:
        """The stay, with nobody else at it."""
        return reached_stay(self.person, pk, hold=True)

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
        stay = reached_stay(self.person, pk, hold=True)
        self.do(stay)
        return reached_stay(self.person, pk)


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
