"""The forms of services: delivered, planned or booked, and what happens to one that is there."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, moment, pick
from aidcenter.models import Staff
from cases import notes, providers
from cases.models import Case, Provider
from cases.record_forms import NamedField
from rehabilitation import catalogue, plans, rooms
from rehabilitation.actions import Facts, givers
from rehabilitation.bookings import MOST
from rehabilitation.models.catalogue import LONGEST
from rehabilitation.models.service import DEAREST, NOT_GIVEN, section_of
from rehabilitation.models.service import MOST as MOST_UNITS
from rehabilitation.plan_content import content

WORDS = 5000  # characters of a note
SHORT = 300
TIMES: list[Any] = [row for row in codelists.choices("service_state") if row[0] in ("booked", "planned")]
ENDS: list[Any] = [row for row in codelists.choices("service_state") if row[0] in NOT_GIVEN]


def _number(label: Any, least: Any, most: Any, **more: Any) -> forms.IntegerField:
    control = forms.NumberInput({"class": "in-4"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=control, **more)


def _decimal(label: Any, least: Any, most: Any, **more: Any) -> forms.DecimalField:
    control = forms.NumberInput({"class": "in-10"})
    return forms.DecimalField(
        label=label, min_value=least, max_value=most, decimal_places=2, widget=control, **more
    )


class RoomField(forms.ModelChoiceField):
    """A room that is in use, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rooms.in_use(), label=_("Room"), required=False, empty_label=_("no room"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Its name."""
        return str(obj.name)


def _note() -> Text:
    return Text(label=_("Note"), max_length=WORDS, widget=forms.Textarea({"rows": 4}))


class ServiceForm(forms.Form):
    """A service that was delivered: which, when, and what else is known of it."""

    type = forms.ChoiceField(label=_("Service"))
    delivered_on = day(label=_("Delivered on"), initial=baku_today)
    given_by = NamedField(
        Staff.objects.none(), label=_("Who gives it"), required=False, empty_label=_("nobody of the centre")
    )
    note = _note()
    serves = forms.ChoiceField(label=_("For the goal"), required=False)
    minutes = _number(_("Minutes"), 1, LONGEST, required=False)
    quantity = _decimal(_("Quantity"), Decimal("0.01"), MOST_UNITS, initial=Decimal(1))
    unit = pick("service_unit", label=_("Unit"), required=False)
    provider = forms.ChoiceField(
        label=_("Provider"), required=False,
        help_text=_("Who fits the district, the language and the day; by service."),
    )  # fmt: skip
    provider_why = Text(
        label=_("Why without consent"), max_length=SHORT,
        help_text=_("Only for a provider outside of the centre to which the person has not agreed."),
    )  # fmt: skip
    outcome = pick("service_outcome", label=_("Outcome"), required=False)
    cost_azn = _decimal(_("Cost in AZN"), 0, DEAREST, required=False)

    FIRST = ("type", "delivered_on", "given_by", "note")

    def __init__(self, *args: Any, case: Case, by: Staff, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        names = catalogue.choices(on, since=self.since(case))
        fields["type"].choices = [("", _("Choose…")), *names]
        fields["given_by"].queryset = givers(case, by)
        fields["given_by"].initial = by.pk
        fields["unit"].choices = [("", _("as in the catalogue")), *codelists.choices("service_unit")]
        self.goals = _goals(case)
        fields["serves"].choices = [
            ("", _("no goal")),
            *((key, text) for key, (_g, _a, text) in self.goals.items()),
        ]
        if not self.goals:
            del fields["serves"]
        chosen = self["type"].value()
        self.providers = _providers(case, on, dict([row for row in names if row[0] == chosen] or names))
        fields["provider"].choices = [("", _("the centre")), *self.providers]
        if "note" in fields:
            read = notes.sections_of(case, by)
            fields["note"].help_text = _(
                "A note of legal, medical or psychological help is for that section only."
            )
            if chosen and section_of(chosen) and section_of(chosen) not in read:
                fields["note"].help_text = _("You do not read the section of this service: leave it empty.")

    @staticmethod
    def since(case: Case) -> date | None:
        """The first day that may be meant: what has ended may be recorded for the days before."""
        return case.opened_on

    @property
    def first(self) -> list[Any]:
        """What is asked of every service."""
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def more(self) -> list[Any]:
        """What is asked of some."""
        return [bound for bound in self.visible_fields() if bound.name not in self.FIRST]

    @property
    def facts(self) -> Facts:
        """What was said beside type and day."""
        said = self.cleaned_data
        goal, action, _text = self.goals.get(said.get("serves", ""), (None, None, ""))
        provider = Provider.objects.get(pk=said["provider"]) if said.get("provider") else None
        same = {name: said[name] for name in ("given_by", "minutes", "quantity", "unit", "provider_why")}
        late = {name: said[name] for name in ("outcome", "cost_azn", "note") if name in said}
        room = said.get("room")
        return Facts(provider=provider, room=room, goal=goal, action=action, **same, **late)


class BookForm(ServiceForm):
    """A service that lies ahead; `times` of them make a series."""

    state = forms.ChoiceField(label=_("State"), choices=TIMES, initial="booked", widget=forms.RadioSelect)
    starts_at = moment(label=_("When"), required=False)
    room = RoomField()
    times = _number(_("How many times"), 1, MOST, initial=1)
    every = _number(_("Every how many days"), 1, 366, initial=7)
    delivered_on = outcome = cost_azn = note = None  # type: ignore[assignment]
    field_order = ("type", "state", "starts_at", "minutes", "room", "times", "every", "given_by")

    FIRST = field_order  # type: ignore[assignment]

    @staticmethod
    def since(case: Case) -> date | None:
        """Nothing that has ended lies ahead."""
        return None


class GroupForm(forms.Form):
    """A session for several people."""

    type = forms.ChoiceField(label=_("Service"))
    delivered_on = day(label=_("Delivered on"), initial=baku_today)
    minutes = _number(_("Minutes"), 1, LONGEST, required=False)
    cases = forms.MultipleChoiceField(label=_("Who took part"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["type"].choices = [("", _("Choose…")), *catalogue.choices(baku_today())]
        fields["cases"].choices = [
            (str(case.pk), f"{case.number} · {case.victim.full_name}") for case in people
        ]
        if self.is_bound:
            self._allow([each for each in self.data.getlist("cases") if _is_id(each)])  # type: ignore[attr-defined]

    def _allow(self, ids: list[str]) -> None:
        """Let ids through that are not offered: a foreign one is refused as absent, not as wrong."""
        field: Any = self.fields["cases"]
        field.choices = [*field.choices, *((each, "") for each in ids if each not in dict(field.choices))]

    @property
    def ids(self) -> list[uuid.UUID]:
        """The cases that are ticked."""
        return [uuid.UUID(each) for each in self.cleaned_data["cases"]]

    def facts(self, by: Staff) -> Facts:
        """What was said beside people, type and time."""
        said = self.cleaned_data
        return Facts(given_by=by, minutes=said["minutes"], room=said.get("room"))


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


class GroupBookForm(GroupForm):
    """The same, ahead."""

    starts_at = moment(label=_("When"))
    room = RoomField()
    cases = forms.MultipleChoiceField(label=_("Who is to come"), widget=forms.CheckboxSelectMultiple)
    delivered_on = None  # type: ignore[assignment]
    field_order = ("type", "starts_at", "minutes", "room", "cases")


class DeliverForm(forms.Form):
    """That a planned or booked service was delivered."""

    delivered_on = day(label=_("Delivered on"))
    quantity = _decimal(_("Quantity"), Decimal("0.01"), MOST_UNITS)
    minutes = _number(_("Minutes"), 1, LONGEST, required=False)
    outcome = pick("service_outcome", label=_("Outcome"), required=False)
    cost_azn = _decimal(_("Cost in AZN"), 0, DEAREST, required=False)
    note = _note()


class MoveForm(forms.Form):
    """Another time, or another room."""

    starts_at = moment(label=_("When"))
    room = RoomField()


class NotGivenForm(forms.Form):
    """Why it was not given."""

    state = forms.ChoiceField(label=_("What happened"), choices=ENDS, widget=forms.RadioSelect)
    why = Text(label=_("Why"), max_length=SHORT, help_text=_("Not needed when the person just did not come."))


class WhyForm(forms.Form):
    """A reason."""

    why = Text(label=_("Why"), max_length=SHORT, required=True)


class NoteForm(forms.Form):
    """The note of a service."""

    note = Text(label=_("Note"), max_length=WORDS, required=True, widget=forms.Textarea({"rows": 6}))


def _goals(case: Case) -> dict[str, tuple[Any, Any, str]]:
    """What a service may serve: the goals of the plan in force and their actions, by a key of the form."""
    plan, found = plans.in_force(case), {}
    for goal in content(plan).goals if plan else []:
        found[str(goal.pk)] = (goal, None, f"{goal.get_domain_display()}: {goal.text}")
        for step in goal.steps:
            found[str(step.pk)] = (goal, step, f"— {step.get_service_type_display()}: {step.text or ''}")
    return found


def _providers(case: Case, on: date, types: dict[str, str]) -> list[Any]:
    """Those that fit, by service."""
    rows = list(providers.fitting(case, on, *types))
    groups = [
        (label, [(str(row.pk), row.name) for row in rows if code in row.service_types])
        for code, label in types.items()
    ]
    return [group for group in groups if group[1]]
