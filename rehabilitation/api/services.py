"""Services of a case: recorded, booked, and what happens to one that is there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers

from aidcenter import audit
from aidcenter.api.said import body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.forms import pick
from aidcenter.roles import Verb
from cases.api.written import NoteShown, OfCase
from cases.reached import changeable
from rehabilitation import actions, bookings, service_acts
from rehabilitation.forms import BookForm, ServiceForm
from rehabilitation.models import Service
from rehabilitation.services_reached import note_read, readable_service, recordable_case, recordable_service


class ServiceShown(Shown):
    """A service, without what was written about it; `given_by` and `provider` are empty for the centre."""

    class Meta:
        model = Service
        fields: tuple[str, ...] = (
            "id", "case", "type", "state", "provider", "given_by", "room", "starts_at", "minutes",
            "delivered_on", "quantity", "unit", "outcome", "goal", "action", "series", "recorded_by",
            "recorded_at", "struck_at",
        )  # fmt: skip


class WholeServiceShown(ServiceShown):
    """A service, whole; its note where the person reads the section that it is for."""

    note = NoteShown(read_only=True, allow_null=True, source="note_read")

    class Meta:
        model = Service
        fields = (
            *ServiceShown.Meta.fields, "provider_why", "consent", "cost_azn", "why_not", "struck_by",
            "struck_why", "note",
        )  # fmt: skip


class StateForm(forms.Form):
    """Which services."""

    state = pick("service_state", required=False)


class Services(OfCase):
    """The services of a case, those recorded last first; with POST, one that was delivered."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.RECORD_SERVICE}
    takes = {"POST": ServiceForm}
    asks = StateForm
    shows = ServiceShown
    address = "/api/v1/services/{pk}/"
    order = ("-recorded_at", "pk")
    look = "service.list"

    def rows(self, pk: uuid.UUID) -> QuerySet[Service]:
        """All of the case, or those in one state."""
        state = self.asked()["state"] if self.request.method != "POST" else ""
        rows = Service.objects.visible_to(self.person).filter(case=self.case)
        return rows.filter(state=state) if state else rows

    def made(self, pk: uuid.UUID) -> Service:
        """As on the screen."""
        case = recordable_case(self.request, pk)
        form = self.form(case=case, by=self.person, on=baku_today())
        said = {"service_type": form.cleaned_data["type"], "delivered_on": form.cleaned_data["delivered_on"]}
        return actions.record_service(case, **said, facts=form.facts, by=self.person)


@dataclass(frozen=True)
class Booked:
    """What was booked in one act; `pk` is that of the first."""

    services: Sequence[Service]

    @property
    def pk(self) -> uuid.UUID:
        """By it the act is found again."""
        return self.services[0].pk


class BookedShown(serializers.Serializer):
    """What was booked in one act: one service, or the whole series."""

    services = ServiceShown(many=True, read_only=True)


class Bookings(Rows):
    """Plan or book a service, or a series of them."""

    verbs = {"POST": Verb.RECORD_SERVICE}
    takes = {"POST": BookForm}
    shows = BookedShown

    def made(self, pk: uuid.UUID) -> Booked:
        """As on the screen."""
        case = changeable(self.request, pk)
        form = self.form(case=case, by=self.person, on=baku_today())
        said = form.cleaned_data
        when = bookings.When(said["starts_at"], said["state"], said["times"], said["every"])
        rows = bookings.book(case, when, service_type=said["type"], facts=form.facts, by=self.person)
        return Booked(rows)

    def of_key(self, first: str, **ids: Any) -> Booked:
        """What was booked before."""
        row = readable_service(self.request, uuid.UUID(first))
        series = Service.objects.visible_to(self.person).filter(case=row.case_id, series=row.series)
        return Booked(list(series.order_by("starts_at")) if row.series else [row])

    @property
    def address(self) -> str:  # type: ignore[override] # by the address that was asked
        """The services of the case."""
        return str(self.request.path).removesuffix("book/")


def _whole(request: Any, pk: uuid.UUID) -> Any:
    row: Any = readable_service(request, pk)
    row.note_read = note_read(request, row)
    return row


class ServiceRow(Row):
    """One service."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = WholeServiceShown

    def row(self, pk: uuid.UUID) -> Service:
        """The service."""
        return _whole(self.request, pk)

    def looked(self, row: Service) -> None:
        """Opening it is on record."""
        audit.record("service.view", by=self.person, case=row.case_id, ids=[row.pk])


class ServiceDeed(Deed):
    """Something happens to a service; `act` is its name in rehabilitation/service_acts.py."""

    verbs = {"POST": Verb.RECORD_SERVICE}
    shows = WholeServiceShown
    act: str

    def done(self, pk: uuid.UUID) -> Service:
        """The service then; whoever reads the case no more gets it as they have read it last."""
        row: Any = recordable_service(self.request, pk)
        row.note_read = note_read(self.request, row)
        if self.act not in service_acts.offered(row, self.person):
            raise ValidationError(_("This is not possible any more; this is how it stands now."))
        service_acts.ACTS[self.act](row, self.form().cleaned_data, self.person)
        try:
            return _whole(self.request, pk)
        except Http404:
            return row


def _deed(name: str, said: str) -> type[ServiceDeed]:
    """The address of the act `name`."""
    form, called = service_acts.FORMS[name], f"Service{name.title()}"
    body = type(f"{called}Body", (body_of(form),), {"__doc__": form.__doc__})
    about = {"act": name, "takes": {"POST": form}, "bodies": {"POST": body}, "__doc__": said}
    return type(called, (ServiceDeed,), about)


Deliver = _deed("deliver", "It was delivered.")
Move = _deed("move", "It is given at another time, or in another room.")
NotGiven = _deed("end", "It was missed, refused by the person, or cancelled.")
Rest = _deed("rest", "Cancel it and all that is left of its series.")
WriteNote = _deed("note", "Write the note of a service that was delivered.")
Strike = _deed("strike", "Strike out what was recorded in error; it stays to be read.")
