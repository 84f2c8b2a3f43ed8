"""A row of the spreadsheet of old cases: a registration with its day, its caseworker and its letters."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text
from aidcenter.models import Staff
from cases.actions import OLDEST_OPENING
from cases.childhood import ADULT
from cases.forms import BirthDate, RegistrationForm, WrittenAgeForm

BODIES = codelists.codes("mandatory_recipient")
NUMBER, DAY = "{}_number", "{}_on"  # the columns of the letter to a body
YES_NO = [("yes", _("yes")), ("no", _("no"))]

_letter_label = lazy(lambda text, body: f"{text}: {codelists.label('mandatory_recipient', body)}", str)


class Day(BirthDate):
    """An exact day, written as a birth date is; a year or an age is not one."""

    def clean(self, value: Any) -> date | None:
        """The day, or None."""
        found = super().clean(value)
        if found and not isinstance(found, date):
            raise forms.ValidationError(gettext("Write the whole date, for example 03.04.2010."))
        return found


def _letters() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for body in BODIES:
        found[NUMBER.format(body)] = Text(label=_letter_label(_("Number of the letter"), body), max_length=50)
        found[DAY.format(body)] = Day(label=_letter_label(_("Date of the letter"), body), required=False)
    return found


LettersForm = type("LettersForm", (forms.Form,), _letters())


class ImportRow(RegistrationForm, WrittenAgeForm, LettersForm):  # type: ignore[misc,valid-type]
    """What a row says. `people` are those whose cases it may be, by user name."""

    opened_on = Day(label=_("Opened on"))
    caseworker = Text(label=_("Caseworker (user name)"), max_length=150)
    needs_interpreter = forms.ChoiceField(  # type: ignore[assignment] # a cell has a word, not a tick
        label=_("Needs an interpreter"), required=False, choices=YES_NO
    )

    columns = (
        "opened_on", "caseworker", "given_name", "family_name", "father_name", "name_to_use", "sex",
        "birth_date", "age_basis", "could_be_minor", "district", "home_district", "citizenship", "languages",
        "needs_interpreter", "phone", "safe_contact", "victim_status", "decided_by", "document_number",
        "referral_source", "exploitation_country", "risk_level", *_letters(),
    )  # fmt: skip

    def __init__(self, data: Any, *, people: dict[str, Staff], by: Staff) -> None:
        super().__init__(data)
        self.people, self.by = people, by
        for field in self.fields.values():
            if "invalid_choice" in field.error_messages:  # Django's repeats what was typed
                field.error_messages["invalid_choice"] = gettext("Use one of the codes of the second sheet.")

    def clean_caseworker(self) -> Staff:
        """Who works on the case; nobody named: whoever imports."""
        name = self.cleaned_data["caseworker"]
        if name and name not in self.people:
            raise forms.ValidationError(gettext("No caseworker of your team has this user name."))
        return self.people[name] if name else self.by

    def clean_needs_interpreter(self) -> bool:
        """Yes is yes."""
        return bool(self.cleaned_data["needs_interpreter"] == "yes")

    def clean_opened_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["opened_on"]
        if not OLDEST_OPENING <= day <= baku_today():
            raise forms.ValidationError(gettext("The day of opening must be between 2005 and today."))
        return day

    def clean(self) -> dict[str, Any]:
        """Age and letters fit the day of opening."""
        cleaned = super().clean()
        if not self.errors:
            if self.age.begins_after(cleaned["opened_on"]):
                self.add_error("birth_date", gettext("The person was not born yet when the case was opened."))
            for body in BODIES:
                self._check_letter(NUMBER.format(body), DAY.format(body))
        return cleaned

    def _check_letter(self, number: str, day: str) -> None:
        said, today = self.cleaned_data, baku_today()
        if not (said[number] or said[day]):
            return
        if self.status == ADULT:
            self.add_error(number, gettext("No body is notified of an adult: look at the age again."))
        elif said["opened_on"] == today:
            self.add_error(number, gettext("Of a case opened today the bodies are notified now: no letter."))
        elif not (said[number] and said[day]):
            missing = day if said[number] else number
            self.add_error(missing, gettext("A letter has a number and a date."))
        elif not said["opened_on"] <= said[day] <= today:
            self.add_error(day, gettext("The letter is dated between the day of opening and today."))

    @property
    def status(self) -> str:
        """child, presumed_child or adult on the day of opening."""
        return self.age.status(self.cleaned_data["opened_on"])

    @property
    def letters(self) -> dict[str, tuple[str, date]]:
        """(number, day) of the letter to each body that had one."""
        pairs = {body: (NUMBER.format(body), DAY.format(body)) for body in BODIES}
        said = self.cleaned_data
        return {body: (said[number], said[day]) for body, (number, day) in pairs.items() if said[number]}


class UploadForm(forms.Form):
    """The spreadsheet."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        allow_empty_file=True,  # refused with a reason of its own
        widget=forms.FileInput({"accept": ".xlsx", "class": "form-control"}),
        help_text=_("The filled-in template, as .xlsx. Nothing is saved before you have seen what it says."),
    )
