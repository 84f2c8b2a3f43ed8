"""Cases, the persons they are about, and what moves a case on."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet

from aidcenter import audit, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.forms import pick
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import actions, closing, detailed
from cases.api.reached import held
from cases.case_forms import ClosingForm
from cases.forms import ChangeDistrictForm, CorrectAgeForm, DetailsForm, RegistrationForm
from cases.listing import Asked, ListForm
from cases.models import Case, Victim
from cases.reached import readable

API_ORDER = {"number": ("-number",), "opened": ("-opened_on", "-number"), "quiet": ("active_on", "number")}


class CaseShown(Shown):
    """A case, without who the person is."""

    class Meta:
        model = Case
        fields = (
            "id", "number", "victim", "owner", "team", "state", "victim_status", "child_status", "birth_year",
            "risk_level", "district", "home_district", "referral_source", "exploitation_country", "opened_on",
            "active_on", "next_due",
        )  # fmt: skip


class VictimShown(Shown):
    """Who the person is."""

    class Meta:
        model = Victim
        fields = (
            "id", "given_name", "family_name", "father_name", "name_to_use", "sex", "birth_date",
            "birth_year", "estimated_age", "could_be_minor", "age_basis", "citizenship", "languages",
            "needs_interpreter", "phone", "safe_contact",
        )  # fmt: skip


class WholeCaseShown(CaseShown):
    """A case with the person it is about."""

    victim = VictimShown()

    class Meta:
        model = Case
        fields = CaseShown.Meta.fields


class AskedForm(ListForm):
    """Which cases; closed ones too only when they are asked for."""

    sort = forms.ChoiceField(choices=[(name, name) for name in API_ORDER], required=False)


class Cases(Rows):
    """The cases that the person may read, those that are open first of all; with POST, register a victim."""

    verbs = {"GET": Verb.LIST_CASES, "POST": Verb.REGISTER_VICTIM}
    takes = {"POST": RegistrationForm}
    asks = AskedForm
    shows = CaseShown

    @property
    def order(self) -> tuple[str, ...]:  # type: ignore[override] # what the query asks for
        """The newest number first, if nothing else is asked for."""
        return API_ORDER[self.asked()["sort"] or "number"]

    def rows(self) -> QuerySet[Case]:
        """The cases that are asked for."""
        asked = {name: self.asked()[name] for name in ListForm.base_fields}
        return Asked(**asked | {"state": asked["state"] or "open", "sort": "number"}).rows(
            self.person, baku_today()
        )

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("case.list", by=self.person, ids=[case.pk for case in rows], names=False)

    def made(self) -> Case:
        """Register; a child's notifications are owed at once."""
        return actions.register_victim(self.form().registration(), by=self.person)

    def of_key(self, pk: str) -> Case:
        """The case that was opened before, open or closed now."""
        return readable(self.request, uuid.UUID(pk))


class CaseRow(Row):
    """One case with its person; with PATCH, what is known is completed."""

    verbs = {"GET": Verb.VIEW_CASE, "PATCH": Verb.CHANGE_CASE}
    takes = {"PATCH": DetailsForm}
    shows = WholeCaseShown

    def row(self, pk: uuid.UUID) -> Case:
        """The case."""
        return readable(self.request, pk)

    def to_change(self, pk: uuid.UUID) -> Case:
        """The case, with nobody else at it."""
        return held(self.request, pk)

    def looked(self, row: Case) -> None:
        """Opening it is on record."""
        audit.record("case.view", by=self.person, case=row.pk)

    def change(self, row: Case) -> Case:
        """Age, district and state have addresses of their own."""
        detailed.change(row, self.form(detailed.now(row)), by=self.person)
        return row


def _cases_of(person: Staff, victims: list[Victim]) -> list[uuid.UUID]:
    """The cases of `victims` that `person` reads."""
    return list(Case.objects.visible_to(person).filter(victim__in=victims).values_list("pk", flat=True))


class Persons(Rows):
    """The persons whose cases are read, the last registered first."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = VictimShown
    order = ("-created_at", "pk")

    def rows(self) -> QuerySet[Victim]:
        """Each once, however many episodes there were."""
        cases = Case.objects.visible_to(self.person).values("victim")
        return Victim.objects.filter(pk__in=cases)

    def opened(self, rows: list[Victim]) -> list[Victim]:
        """With their keys in one question."""
        crypto.load_keys(rows)
        return rows

    def looked(self, rows: list[Any]) -> None:
        """The cases of whoever is shown are on record, as in a list with names."""
        audit.record("case.list", by=self.person, ids=_cases_of(self.person, rows), names=True)


class PersonRow(Row):
    """Who a person is."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = VictimShown

    def row(self, pk: uuid.UUID) -> Victim:
        """The person."""
        return reached_or_404(Victim.objects.visible_to(self.person).distinct(), pk=pk)

    def looked(self, row: Victim) -> None:
        """It is a look at each of the person's cases, and stands among those who opened it."""
        for case in _cases_of(self.person, [row]):
            audit.record("case.view", by=self.person, case=case, ids=[row.pk])


class CaseDeed(Deed):
    """What moves a case on; a key that is not for reading learns no name from the answer."""

    shows = CaseShown

    def do(self, case: Case) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Case:
        """The case, after it."""
        case = held(self.request, pk)
        self.do(case)
        return readable(self.request, pk)


class Age(CaseDeed):
    """Correct the age; what the law then asks for a child is owed at once."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": CorrectAgeForm}

    def do(self, case: Case) -> None:
        """As on the screen."""
        form = self.form()
        said = {"basis": form.cleaned_data["age_basis"], "reason": form.cleaned_data["reason"]}
        actions.correct_age(case, age=form.age, **said, by=self.person)


class District(CaseDeed):
    """The person is in another district now."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": ChangeDistrictForm}

    def do(self, case: Case) -> None:
        """As on the screen."""
        actions.change_district(case, district=self.form().cleaned_data["district"], by=self.person)


class HomeConfirmed(CaseDeed):
    """Telling the home district is safe."""

    verbs = {"POST": Verb.CONFIRM_HOME}

    def do(self, case: Case) -> None:
        """As on the screen."""
        actions.confirm_home(case, by=self.person)


class MoveForm(forms.Form):
    """The next state."""

    to = pick("case_state")


class State(CaseDeed):
    """Move the case on; it is closed with the approval of another."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": MoveForm}

    def do(self, case: Case) -> None:
        """As on the screen."""
        actions.move_case(case, to=self.form().cleaned_data["to"], by=self.person)


class Close(CaseDeed):
    """Ask that the case is closed; a supervisor decides."""

    verbs = {"POST": Verb.CHANGE_CASE}
    takes = {"POST": ClosingForm}

    def do(self, case: Case) -> None:
        """As on the screen."""
        closing.ask(case, self.form().cleaned_data, by=self.person)
