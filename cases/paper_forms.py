"""The forms of the papers about a case: each says all that its paper needs before somebody types."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day
from cases import case_papers, providers
from cases.case_papers import Paper
from cases.models import Case, Provider
from cases.models.provider import OWN

LONGEST = 1500  # characters
HEADS = [
    ("neutral", gettext_lazy("neutral: it does not say what the centre is for")),
    ("full", gettext_lazy("the full name of the centre")),
]


def _clock(label: Any) -> forms.TimeField:
    control = forms.TimeInput({"type": "time", "class": "in-4"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=control)


def _text(label: Any, **kwargs: Any) -> Text:
    return Text(label=label, max_length=LONGEST, widget=forms.Textarea({"rows": 4}), **kwargs)


class PaperForm(forms.Form):
    """What every paper asks: its language and its letterhead."""

    kind = ""
    language = forms.ChoiceField(label=gettext_lazy("Language of the paper"), choices=settings.LANGUAGES)
    head = forms.ChoiceField(
        label=gettext_lazy("Letterhead"), choices=HEADS, initial="neutral", widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        language = case_papers.language_of(case, (get_language() or "az")[:2])
        initial = {"language": language, **self.first(case, language)}
        super().__init__(data, prefix=self.kind, initial=initial)
        self.case = case

    def first(self, case: Case, language: str) -> dict[str, Any]:
        """What the form says before somebody types."""
        return {}

    def clean(self) -> dict[str, Any]:
        """The usual text follows the language that was chosen."""
        said = super().clean() or self.cleaned_data
        usual = self.initial.get("text")
        if usual and said.get("text") == usual and "language" in said:
            said["text"] = self.first(self.case, said["language"])["text"]
        return said

    @property
    def said(self) -> Paper:
        """The paper that the form describes."""
        clean = self.cleaned_data
        return Paper(self.kind, clean["language"], neutral=clean["head"] == "neutral", **self.rest())

    def rest(self) -> dict[str, Any]:
        """What the paper says beside its kind, language and letterhead."""
        return {"text": self.cleaned_data["text"]}


class AttendanceForm(PaperForm):
    """That the person was here."""

    kind = "attendance"
    on = day(label=gettext_lazy("Day"), initial=baku_today)
    starts = _clock(gettext_lazy("From"))
    ends = _clock(gettext_lazy("Until"))
    field_order = ("on", "starts", "ends", "language", "head")

    def clean(self) -> dict[str, Any]:
        """A day that has come, and an end after the beginning."""
        said = super().clean() or self.cleaned_data
        if (on := said.get("on")) and on > baku_today():
            self.add_error("on", _("This day has not come yet."))
        if said.get("starts") and said.get("ends") and said["ends"] <= said["starts"]:
            self.add_error("ends", _("The end lies before the beginning."))
        return said

    def rest(self) -> dict[str, Any]:
        """When the person was here."""
        clean = self.cleaned_data
        times = {name: f"{clean[name]:%H:%M}" if clean[name] else "" for name in ("starts", "ends")}
        return {"on": clean["on"], **times}


class _Clinic(forms.ModelChoiceField):
    """A provider of medical help, by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name."""
        return str(obj.name)


class ClinicForm(PaperForm):
    """What a clinic is asked."""

    kind = "clinic"
    provider = _Clinic(
        Provider.objects.none(), label=gettext_lazy("Clinic"), empty_label=gettext_lazy("Choose…"),
        help_text=gettext_lazy("Who gives medical help in the district and in a language of the person."),
    )  # fmt: skip
    text = _text(
        gettext_lazy("What is asked"), required=True,
        help_text=gettext_lazy("Nothing of what happened to the person."),
    )  # fmt: skip
    provider_why = Text(
        label=gettext_lazy("Why without consent"), max_length=300,
        help_text=gettext_lazy("Only when the person has not agreed to this clinic. It stays on record."),
    )  # fmt: skip
    field_order = ("provider", "text", "provider_why", "language", "head")

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        field: Any = self.fields["provider"]
        field.queryset = providers.fitting(case, baku_today(), "medical").exclude(kind=OWN)
        field.initial = field.queryset.first()

    def first(self, case: Case, language: str) -> dict[str, Any]:
        """The usual request."""
        with override(language):
            asked = codelists.text("paper_text", "clinic")
            interpreter = codelists.text("paper_text", "interpreter") if case.victim.needs_interpreter else ""
        return {"text": f"{asked} {interpreter}".strip()}

    def rest(self) -> dict[str, Any]:
        """The clinic, the request, and why without consent."""
        clean = self.cleaned_data
        return {"provider": clean["provider"], "why": clean["provider_why"], **super().rest()}


class CoverForm(PaperForm):
    """What goes with papers to somebody."""

    kind = "cover"
    to = Text(label=gettext_lazy("To"), max_length=200, required=True)
    text = _text(gettext_lazy("Text"), required=True)
    field_order = ("to", "text", "language", "head")

    def first(self, case: Case, language: str) -> dict[str, Any]:
        """The usual sentence."""
        with override(language):
            return {"text": codelists.text("paper_text", "cover")}

    def rest(self) -> dict[str, Any]:
        """To whom, and the text."""
        return {"to": self.cleaned_data["to"], **super().rest()}


FORMS: dict[str, type[Any]] = {form.kind: form for form in (AttendanceForm, ClinicForm, CoverForm)}
