"""The forms of sharing a case, handing it on, and opening one urgently."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists, folding
from aidcenter.forms import Text, day
from aidcenter.models import Staff
from cases import absence, care_team, sharing


def _label(back: dict[int, date]) -> Callable[[Staff], str]:
    """The name of a colleague, and until when they are away."""

    def label(person: Staff) -> str:
        what = person.get_profession_display() if person.profession else person.get_role_display()  # type: ignore[attr-defined] # of CodeField
        if person.pk not in back:
            return f"{person.display_name}, {what}"
        said = {"name": f"{person.display_name}, {what}", "day": back[person.pk].strftime("%d.%m.%Y")}
        return gettext("%(name)s, away until %(day)s") % said

    return label


class ShareForm(forms.Form):
    """With whom, which sections, until when, and why."""

    to = forms.ModelChoiceField(Staff.objects.none(), label=_("Colleague"), empty_label=_("Choose…"))
    sections = forms.MultipleChoiceField(
        choices=codelists.choices("section"),
        required=False,
        label=_("Sections, besides the case itself"),
        widget=forms.CheckboxSelectMultiple,
    )
    until = day(label=_("Last day"))
    reason = Text(label=_("Why"), max_length=200, required=True)

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["to"]
        people.queryset = sharing.colleagues(by)
        people.label_from_instance = _label(absence.back())


class CareTeamForm(forms.Form):
    """Who is in the care team, by profession; why, when the person does not agree any more."""

    def __init__(self, *args: Any, withdrawn: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for profession in care_team.SECTION:
            self.fields[profession] = forms.ModelChoiceField(
                care_team.able(profession),
                required=False,
                label=folding.capital(codelists.label("profession", profession)),
                empty_label=_("Nobody"),
            )
            field: Any = self.fields[profession]
            field.label_from_instance = lambda person: person.display_name
        if withdrawn:
            self.fields["why"] = Text(label=_("Why without consent"), max_length=200)

    @property
    def chosen(self) -> dict[str, Any]:
        """Who is chosen, by profession."""
        return {profession: self.cleaned_data[profession] for profession in care_team.SECTION}


class HandOnForm(forms.Form):
    """To which caseworker, and why."""

    to = forms.ModelChoiceField(Staff.objects.none(), label=_("Caseworker"), empty_label=_("Choose…"))
    reason = Text(label=_("Why"), max_length=500)

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["to"]
        people.queryset = sharing.colleagues(by).filter(role="caseworker")
        people.label_from_instance = _label(absence.back())


class AssignForm(forms.Form):
    """To which caseworker of the team several cases go."""

    to = forms.ModelChoiceField(
        Staff.objects.none(),
        label=_("Give the ticked cases to"),
        empty_label=_("Choose…"),
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["to"]
        people.queryset = sharing.caseworkers_of(by)
        people.label_from_instance = _label(absence.back())


class UrgentForm(forms.Form):
    """Which case, and why now."""

    text = Text(
        label=_("Number of the case, phone, or full name with birth year"),
        help_text=_("For example AC-2026-0001, +994 50 123 45 67, or Leyla Quliyeva 1990."),
        max_length=200,
        required=True,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = Text(
        label=_("Why you need it now"),
        max_length=500,
        required=True,
        widget=forms.Textarea({"rows": 3}),
    )
