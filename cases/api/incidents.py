"""Incidents: reported by who reads the case, told to the director without their words, ended once."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Endpoint, Row
from aidcenter.forms import pick
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases import incidents
from cases.api.written import OfCase
from cases.incident_views import IncidentForm
from cases.models import Incident, IncidentStep
from cases.reached import readable


class IncidentShown(Shown):
    """An incident; `text` and `done` are empty to the director."""

    class Meta:
        model = Incident
        fields: tuple[str, ...] = (
            "id", "case", "number", "kind", "severity", "happened_at", "text", "done", "author", "written_at",
            "outcome", "ended_at", "ended_by",
        )  # fmt: skip


class IncidentStepShown(Shown):
    """A step of the checklist of a missing person that was done."""

    class Meta:
        model = IncidentStep
        fields = ("step", "done_at", "person")


class WholeIncidentShown(IncidentShown):
    """An incident; of a missing person, with the steps that were done."""

    steps = IncidentStepShown(many=True, read_only=True)

    class Meta:
        model = Incident
        fields = (*IncidentShown.Meta.fields, "steps")


class OpenIncidentsShown(serializers.Serializer):
    """The serious incidents that have not ended."""

    incidents = IncidentShown(many=True)


def _told(rows: list[Incident], person: Staff) -> list[Incident]:
    """The rows as `person` is told of them, with the keys in one question."""
    if person.role != Role.DIRECTOR:
        crypto.load_keys(rows)
        return rows
    for row in rows:
        row.text = row.done = None
    return rows


class CaseIncidents(OfCase):
    """The incidents of a case, the last first; with POST, report one."""

    verbs = {"GET": Verb.VIEW_INCIDENT, "POST": Verb.VIEW_INCIDENT}
    takes = {"POST": IncidentForm}
    shows = IncidentShown
    address = "/api/v1/incidents/{pk}/"
    order = ("-happened_at", "pk")
    look = "incident.view"

    def made(self, pk: uuid.UUID) -> Incident:
        """As on the screen; a serious one is told at once."""
        case = readable(self.request, pk)
        made = incidents.report(case.pk, case.victim_id, self.form().cleaned_data, by=self.person)
        told: Incident = self.of_key(made.pk, pk=pk)
        return told


class Serious(Endpoint):
    """The serious incidents that have not ended, the oldest first: of one's cases, to the director all."""

    verbs = {"GET": Verb.VIEW_INCIDENT}
    shows = OpenIncidentsShown

    def get(self, request: Request) -> Response:
        """As on the home page; the ids shown are on record."""
        self.check_query()
        rows = _told(incidents.open_serious(self.person), self.person)
        audit.record("incident.view", by=self.person, ids=[row.pk for row in rows])
        return self.shown({"incidents": rows})


class IncidentRow(Row):
    """One incident as far as the person is told of it."""

    verbs = {"GET": Verb.VIEW_INCIDENT}
    shows = WholeIncidentShown

    def row(self, pk: uuid.UUID) -> Incident:
        """The incident."""
        return _told([incidents.one(self.person, pk)], self.person)[0]

    def looked(self, row: Incident) -> None:
        """Opening it is on record."""
        audit.record("incident.view", by=self.person, case=row.case_id, ids=[row.pk])


class MissingStepForm(forms.Form):
    """What was done for a missing person."""

    step = pick("missing_step", label=gettext_lazy("Step"))


class Step(Deed):
    """A step of the checklist of a missing person is done now."""

    verbs = {"POST": Verb.VIEW_INCIDENT}
    takes = {"POST": MissingStepForm}
    shows = WholeIncidentShown

    def done(self, pk: uuid.UUID) -> Incident:
        """As on the screen."""
        incident = reached_or_404(Incident.objects.visible_to(self.person), pk=pk)
        incidents.step(incident, self.form().cleaned_data["step"], by=self.person)
        return incident


class IncidentEndForm(forms.Form):
    """How it ended."""

    outcome = pick("incident_outcome", label=gettext_lazy("Outcome"))


class End(Deed):
    """End an incident with an outcome."""

    verbs = {"POST": Verb.END_INCIDENT}
    takes = {"POST": IncidentEndForm}
    shows = WholeIncidentShown

    def done(self, pk: uuid.UUID) -> Incident:
        """As on the screen."""
        rows = Incident.objects.changeable_by(self.person)
        incident = reached_or_404(rows, pk=pk)
        incidents.end(incident, outcome=self.form().cleaned_data["outcome"], by=self.person)
        return reached_or_404(rows, pk=pk)
