"""The houses: on shift the list of who lives there and the log, and who has duty when."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from aidcenter import audit
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Rows
from aidcenter.roles import Verb, may
from cases import incidents
from cases.incident_views import IncidentForm
from cases.models import Incident, SafetySheet
from rehabilitation import extensions, house, stays
from rehabilitation.house_forms import LogForm, ShiftForm
from rehabilitation.house_views import lives_here
from rehabilitation.models import House, LogEntry, Shift, Stay, StayExtension
from rehabilitation.stay_forms import LongerForm


class SafetySheetShown(Shown):
    """What keeps a person safe."""

    class Meta:
        model = SafetySheet
        fields = ("id", *SafetySheet.FACTS, "written_at")


class ResidentShown(Shown):
    """Who lives in the house, or is to come by today; nothing of the case."""

    house_name = serializers.CharField(read_only=True, source="house.name")
    bed_label = serializers.CharField(read_only=True, source="bed.label")
    safety_sheet = SafetySheetShown(read_only=True, allow_null=True, source="sheet")

    class Meta:
        model = Stay
        fields = (
            "id", "house", "house_name", "bed", "bed_label", "starts_on", "ends_on", "came_on", "out_since",
            "name_to_use", "visitors", "call_whom", "safety_sheet",
        )  # fmt: skip


class Residents(Rows):
    """Who lives in the houses where the person has duty now, who came first before the others."""

    verbs = {"GET": Verb.VIEW_HOUSE}
    shows = ResidentShown
    order = ("starts_on", "pk")

    def rows(self) -> QuerySet[Stay]:
        """None off duty."""
        return house.living(house.in_charge(self.person)).select_related("house", "bed")

    def opened(self, rows: list[Any]) -> list[Any]:
        """With the safety sheets in force."""
        return house.with_sheets(rows)

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("house.view", by=self.person, ids=[row.pk for row in rows])


class ResidentDeed(Deed):
    """What the duty officer does; the answer shows who lives there, and that is on record as well."""

    verbs = {"POST": Verb.VIEW_HOUSE}
    shows = ResidentShown

    def do(self, pk: uuid.UUID) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Stay:
        """The stay, after it."""
        self.do(pk)
        stay = reached_or_404(house.living(house.in_charge(self.person)), pk=pk)
        audit.record("house.view", by=self.person, ids=[pk])
        return house.with_sheets([stay])[0]


class Arrive(ResidentDeed):
    """Somebody for whom a bed was reserved has come."""

    def do(self, pk: uuid.UUID) -> None:
        """As on the screen."""
        stays.come(lives_here(self.request, pk, came=False), by=self.person)


class OutForm(forms.Form):
    """Whether the person went out; else they came back."""

    out = forms.BooleanField(required=False)


class Out(ResidentDeed):
    """Somebody went out, or came back."""

    takes = {"POST": OutForm}

    def do(self, pk: uuid.UUID) -> None:
        """As on the screen."""
        stay = lives_here(self.request, pk)
        house.say_out(stay, out=self.form().cleaned_data["out"], by=self.person)


class ReportedShown(serializers.Serializer):
    """The id of what was reported or asked; the house reads no more of it."""

    id = serializers.UUIDField(read_only=True)


class Incidents(Rows):
    """Report an incident of somebody who lives in the house, without reading the case."""

    verbs = {"POST": Verb.VIEW_HOUSE}
    takes = {"POST": IncidentForm}
    shows = ReportedShown
    address = "/api/v1/residents/"

    def made(self, pk: uuid.UUID) -> Incident:
        """As on the screen."""
        stay = lives_here(self.request, pk)
        return incidents.report(stay.case_id, stay.victim_id, self.form().cleaned_data, by=self.person)

    def of_key(self, made: str, **ids: Any) -> Incident:
        """The id of what was reported before."""
        return Incident(pk=uuid.UUID(made))


class Longer(Rows):
    """Ask that somebody who lives in the house stays longer; a supervisor decides."""

    verbs = {"POST": Verb.VIEW_HOUSE}
    takes = {"POST": LongerForm}
    shows = ReportedShown
    address = "/api/v1/residents/"

    def made(self, pk: uuid.UUID) -> StayExtension:
        """As on the screen."""
        return extensions.ask(lives_here(self.request, pk), self.form().cleaned_data, by=self.person)

    def of_key(self, made: str, **ids: Any) -> StayExtension:
        """The id of what was asked before."""
        return StayExtension(pk=uuid.UUID(made))


class LogShown(Shown):
    """What a shift wrote down for the next."""

    text = serializers.CharField(read_only=True, source="words")

    class Meta:
        model = LogEntry
        fields = ("id", "house", "text", "author", "written_at")


class Log(Rows):
    """The log of the shifts, the newest first: of the houses where one has duty, to supervisors of all."""

    verbs = {"GET": (Verb.VIEW_HOUSE, Verb.PLAN_ROSTER), "POST": Verb.VIEW_HOUSE}
    takes = {"POST": LogForm}
    shows = LogShown
    address = "{here}"
    order = ("-written_at", "pk")

    @property
    def houses(self) -> QuerySet[House]:
        """Those whose log the person reads."""
        if may(self.person, Verb.PLAN_ROSTER):
            return House.objects.all()
        return house.in_charge(self.person)

    def rows(self) -> QuerySet[LogEntry]:
        """All entries."""
        return LogEntry.objects.filter(house__in=self.houses)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With their words."""
        for row, words in zip(rows, house.words_of(rows), strict=True):
            row.words = words
        return rows

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("house.view", by=self.person, ids=[row.pk for row in rows])

    def made(self) -> LogEntry:
        """As on the screen."""
        said = self.form(houses=house.in_charge(self.person)).cleaned_data
        return self.opened([house.write_log(said["house"], said["text"], by=self.person)])[0]  # type: ignore[no-any-return]


class ShiftShown(Shown):
    """From when to when somebody has duty in a house."""

    class Meta:
        model = Shift
        fields = ("id", "house", "person", "starts", "ends", "set_by")


class Shifts(Rows):
    """The shifts under way and ahead, the next first; to a duty officer their own. With POST, a new one."""

    verbs = {"GET": (Verb.VIEW_HOUSE, Verb.PLAN_ROSTER), "POST": Verb.PLAN_ROSTER}
    takes = {"POST": ShiftForm}
    shows = ShiftShown
    address = "{here}"
    order = ("starts", "pk")

    def rows(self) -> QuerySet[Shift]:
        """As on the screens."""
        rows = house.to_come()
        return rows if may(self.person, Verb.PLAN_ROSTER) else rows.filter(person=self.person)

    def looked(self, rows: list[Any]) -> None:
        """The look is on record."""
        audit.record("house.roster", by=self.person)

    def made(self) -> Shift:
        """As on the screen."""
        form = self.form()
        (starts, ends), said = form.period(), form.cleaned_data
        return house.plan_shift(said["house"], said["person"], starts=starts, ends=ends, by=self.person)


class DropShift(Deed):
    """Take a shift off the roster; the answer is what it was."""

    verbs = {"POST": Verb.PLAN_ROSTER}
    shows = ShiftShown

    def done(self, pk: int) -> Shift:
        """As on the screen."""
        shift: Shift = reached_or_404(house.to_come(), pk=pk)
        house.drop_shift(shift, by=self.person)
        return shift
