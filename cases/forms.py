"""The forms about a person and a case; their fields are named as the models' fields."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from aidcenter import codelists, folding
from aidcenter.clock import baku_today
from aidcenter.forms import PickMany, Text, pick
from cases.actions import Registration
from cases.childhood import Age
from cases.models import NAME_LENGTH

OLDEST = 120
YEAR_ONLY = re.compile(r"\d{4}")
ABOUT = re.compile(
    r"(?:about|approx\.?|təxminən|təqribən|около|примерно|прибл\.?|~|≈)\s*(\d{1,3})\D*", re.IGNORECASE
)
MINOR_CHOICES = [("yes", _("Yes")), ("unsure", _("Not sure")), ("no", _("No"))]
AGE_FIELDS = ("birth_date", "birth_year", "estimated_age", "could_be_minor")


class BirthDate(forms.CharField):
    """A date as dd.mm.yyyy or yyyy-mm-dd; also understands "2009" and "about 16" (see AgeForm)."""

    def clean(self, value: Any) -> Any:
        """A date, a year (int), ("about", age), or None; anything ambiguous is asked again."""
        text = folding.az_lower(folding.clean(str(super().clean(value) or "")[:40]))
        if not text:
            return None
        if YEAR_ONLY.fullmatch(text):
            return int(text)
        if about := ABOUT.fullmatch(text):
            return ("about", int(about[1]))
        return _exact(text)


def _exact(text: str) -> date:
    parts = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        if parts:
            return date(int(parts[3]), int(parts[2]), int(parts[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        raise forms.ValidationError(gettext("There is no such day in the calendar.")) from None
    raise forms.ValidationError(
        gettext(
            "Write the date as day.month.year, for example 03.04.2010; a year alone or “about 16” is enough."
        )
    )


class AgeForm(forms.Form):
    """What is known of the age: a date, a year, an estimate, or whether the person could be under 18."""

    birth_date = BirthDate(
        label=_("Birth date"),
        required=False,
        help_text=_("For example 03.04.2010. Only the year, or “about 16”, is enough."),
        widget=forms.TextInput(attrs={"class": "in-10", "autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label=_("or birth year"), required=False, widget=forms.NumberInput(attrs={"class": "in-4"})
    )
    estimated_age = forms.IntegerField(
        label=_("or estimated age"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.NumberInput(attrs={"class": "in-4"}),
    )
    age_basis = pick("age_basis", label=_("How the age is known"), required=False)
    could_be_minor = forms.ChoiceField(
        label=_("Could the person be under 18?"),
        required=False,
        choices=MINOR_CHOICES,
        widget=forms.RadioSelect,
        help_text=_("Needed only when nothing is known of the age."),
    )

    def clean_birth_date(self) -> date | None:
        """An exact date that can be; a year or an estimate moves to its own field."""
        found, today = self.cleaned_data["birth_date"], baku_today()
        if isinstance(found, int):
            self._move_to("birth_year", found)
            return None
        if isinstance(found, tuple):
            self._move_to("estimated_age", found[1])
            return None
        if found and found > today:
            raise forms.ValidationError(gettext("A birth date cannot lie in the future."))
        if found and found.year < today.year - OLDEST:
            raise forms.ValidationError(gettext("Nobody of that age is alive; check the year."))
        return found

    def _move_to(self, name: str, number: int) -> None:
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix(name)] = str(number)

    def clean_birth_year(self) -> int | None:
        """A year in which somebody alive may have been born."""
        year, today = self.cleaned_data["birth_year"], baku_today()
        if year is not None and not today.year - OLDEST <= year <= today.year:
            raise forms.ValidationError(
                gettext("The birth year must be between %(first)s and %(last)s.")
                % {"first": today.year - OLDEST, "last": today.year}
            )
        return year

    def clean(self) -> dict[str, Any]:
        """The date, the year and the estimate agree; without any of them the question must be answered."""
        cleaned = super().clean() or self.cleaned_data
        born, year = cleaned.get("birth_date"), cleaned.get("birth_year")
        if born and year and born.year != year:
            self.add_error("birth_year", gettext("The year differs from that of the birth date."))
        if not self.errors and not self.age.known and not cleaned.get("could_be_minor"):
            self.add_error(
                "could_be_minor", gettext("Nothing is known of the age: could the person be under 18?")
            )
        return cleaned

    @property
    def age(self) -> Age:
        """What the answers say of the age."""
        said = {name: self.cleaned_data.get(name) for name in AGE_FIELDS}
        return Age(**{name: value for name, value in said.items() if value not in (None, "")})


class WrittenAgeForm(AgeForm):
    """The same where only the first field is shown: what is wrong with a year or an estimate stands there."""

    def clean(self) -> dict[str, Any]:
        """Move what is wrong."""
        cleaned = super().clean()
        for name in ("birth_year", "estimated_age"):
            if name in self.errors:
                self.add_error("birth_date", self.errors.pop(name).as_data())
        return cleaned


class PersonForm(forms.Form):
    """Who the person is; a name is never required."""

    given_name = Text(label=_("Given name"), max_length=NAME_LENGTH)
    family_name = Text(label=_("Family name"), max_length=NAME_LENGTH)
    father_name = Text(label=_("Father's name"), max_length=NAME_LENGTH)
    name_to_use = Text(
        label=_("Name to use"),
        max_length=NAME_LENGTH,
        help_text=_("What to call the person, if the name is not given."),
    )
    sex = pick("sex", label=_("Sex"), required=False, radio=True, initial="unknown")


class CircumstancesForm(forms.Form):
    """What helps from the first day, as far as it is known."""

    citizenship = PickMany("country", label=_("Citizenship"))
    languages = PickMany("language", label=_("Languages"), boxes=True)
    needs_interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    phone = PhoneNumberField(
        label=_("Phone"), required=False, widget=forms.TextInput(attrs={"class": "in-20", "type": "tel"})
    )
    safe_contact = Text(
        label=_("Safe way of contact"),
        max_length=300,
        help_text=_("When and how to call, whom to ask for, what never to say."),
    )
    referral_source = pick("referral_source", label=_("Who referred"), required=False)
    exploitation_country = pick("country", label=_("Country of exploitation"), required=False)
    home_district = pick(
        "district",
        label=_("Home district"),
        required=False,
        help_text=_("Nobody there is told: an authority at home may know the family."),
    )

    def clean_phone(self) -> str:
        """The number in its international form, or ""."""
        phone = self.cleaned_data["phone"]
        return phone.as_e164 if phone else ""


class StatusForm(forms.Form):
    """Potential or confirmed; a confirmed victim has a deciding body and a document."""

    victim_status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        initial="potential",
        choices=[row for row in codelists.choices("victim_status") if row[0] != "not_victim"],
        widget=forms.RadioSelect,
    )
    decided_by = pick("status_decided_by", label=_("Deciding body"), required=False)
    document_number = Text(label=_("Number of the decision"), max_length=50)

    def clean(self) -> dict[str, Any]:
        """Confirmed needs both."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["victim_status"] = cleaned.get("victim_status") or "potential"
        if cleaned["victim_status"] == "confirmed":
            for name in ("decided_by", "document_number"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(
                        name, gettext("A confirmed victim needs the deciding body and its document.")
                    )
        return cleaned


VICTIM_FIELDS = (
    *PersonForm.base_fields,
    *AGE_FIELDS,
    "age_basis",
    "citizenship",
    "languages",
    "needs_interpreter",
    "phone",
    "safe_contact",
)
CASE_FIELDS = (
    "victim_status",
    "referral_source",
    "exploitation_country",
    "district",
    "home_district",
    "risk_level",
)
DECISION_FIELDS = ("decided_by", "document_number")


class RegistrationForm(CircumstancesForm, StatusForm, AgeForm, PersonForm):
    """What the law asks first (who, age, district), and what else is known already."""

    district = pick("district", label=_("District where the person is now"))
    risk_level = pick("risk_level", label=_("Risk"), required=False, initial="medium")

    first = ("given_name", "family_name", "father_name", "name_to_use", "sex", *AGE_FIELDS[:3], "age_basis",
             AGE_FIELDS[3], "district")  # fmt: skip

    def registration(self) -> Registration:
        """The answers, by model."""
        said = {**self.cleaned_data, "sex": self.cleaned_data["sex"] or "unknown"}
        said["risk_level"] = said["risk_level"] or "medium"
        return Registration(
            victim={name: said[name] for name in VICTIM_FIELDS},
            case={name: said[name] for name in CASE_FIELDS},
            decision={name: said[name] for name in DECISION_FIELDS},
        )


class DetailsForm(CircumstancesForm, PersonForm):
    """Completing a registration: everything but age and status, which have acts of their own."""

    risk_level = pick("risk_level", label=_("Risk"))


class ChangeDistrictForm(forms.Form):
    """Where the person is now."""

    district = pick("district", label=_("District where the person is now"))


class CorrectAgeForm(AgeForm):
    """A corrected age, with the reason."""

    reason = Text(label=_("Reason for the correction"), max_length=300, required=True)
