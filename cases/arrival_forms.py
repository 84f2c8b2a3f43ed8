"""The form of an arrival: what is the same of all, once, and a short row for each person."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter.clock import baku_today
from aidcenter.forms import PickMany, Text, day, pick
from cases.actions import Registration
from cases.arrival import MOST, ids_of
from cases.forms import AGE_FIELDS, AgeForm, BirthDate, CircumstancesForm, PersonForm, WrittenAgeForm

SHORT = 6  # rows that are shown at once


class SharedForm(CircumstancesForm):
    """What is the same of all who arrive."""

    citizenship = phone = None  # type: ignore[assignment] # of one person, not of all
    district = pick("district", label=_("District where the people are now"))
    languages = PickMany("language", label=_("Languages"), boxes=True)
    opened_on = day(label=_("Day of arrival"), initial=baku_today)
    reason = Text(
        label=_("Why it is entered later"),
        max_length=200,
        help_text=_("Needed only when the day has passed."),
    )

    of_victim = ("languages", "needs_interpreter", "safe_contact")
    of_case = ("district", "home_district", "referral_source", "exploitation_country")


class PersonRow(WrittenAgeForm, PersonForm):
    """One person, as short as it can be; a row in which nothing is said is nobody."""

    father_name = name_to_use = age_basis = None  # type: ignore[assignment] # asked later
    sex = pick("sex", label=_("Sex"), required=False)
    birth_date = BirthDate(
        label=_("Birth date or age"),
        required=False,
        widget=forms.TextInput(attrs={"class": "in-10", "autocomplete": "off"}),
    )
    could_be_minor = forms.ChoiceField(
        label=_("Could be under 18?"),
        required=False,
        choices=[("", "–"), *AgeForm.base_fields["could_be_minor"].choices],  # type: ignore[attr-defined]
    )

    of_victim = ("given_name", "family_name", *AGE_FIELDS)
    where = ""  # what the summary of errors calls the row


class BaseRows(forms.BaseFormSet):
    """The rows of the people."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Say which row it is."""
        super().add_fields(form, index)
        form.where = gettext("Person %(number)s") % {"number": (index or 0) + 1}

    def clean(self) -> None:
        """Somebody has arrived."""
        if not self.filled:
            raise ValidationError(gettext("Nobody is named: fill in one row at least."))

    @property
    def filled(self) -> list[tuple[int, Any]]:
        """(row, form) of the rows in which something is said."""
        return [(row, form) for row, form in enumerate(self.forms) if form.has_changed()]

    @property
    def shown(self) -> list[Any]:
        """The rows that are shown at once."""
        return self.forms[:SHORT]

    @property
    def folded(self) -> list[Any]:
        """Those that are folded away."""
        return self.forms[SHORT:]

    @property
    def long(self) -> bool:
        """Whether one of the rows that are folded away is filled in."""
        return any(row >= SHORT for row, _form in self.filled)


PersonRows = forms.formset_factory(PersonRow, BaseRows, extra=MOST, max_num=MOST, absolute_max=MOST)


def born_by(rows: Any, shared: SharedForm) -> bool:
    """Whether everybody was born by the day of arrival; what is wrong stands beside the row."""
    wrong = [form for _row, form in rows.filled if form.age.begins_after(shared.cleaned_data["opened_on"])]
    for form in wrong:
        form.add_error("birth_date", gettext("This lies after the day of arrival."))
    return not wrong


def registrations(rows: Any, shared: SharedForm, key: uuid.UUID) -> dict[uuid.UUID, Registration]:
    """What to register, by the id of the case."""
    ids, all_say = ids_of(key), shared.cleaned_data
    return {
        ids[row]: Registration(
            victim={name: form.cleaned_data[name] for name in form.of_victim}
            | {"sex": form.cleaned_data["sex"] or "unknown"}
            | {name: all_say[name] for name in shared.of_victim},
            case={name: all_say[name] for name in shared.of_case},
        )
        for row, form in rows.filled
    }
