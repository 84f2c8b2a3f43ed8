"""The forms of consent: the sheet with a tick for each purpose, the scan, withdrawal, and the texts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import codelists, folding
from aidcenter.clock import baku_today
from aidcenter.forms import PickMany, Text, day, pick
from cases.consent_sheet import Signed
from cases.consents import NAMED
from cases.models import ConsentText

LASTS = timedelta(days=365)
LONGEST = 3000  # characters of a part of the text
MOST_NAMES = 20
FORMS = [row for row in codelists.choices("consent_form") if row[0].startswith("informed_consent")]


def _last_day() -> date:
    return baku_today() + LASTS


def scan_field(**given: Any) -> forms.FileField:
    """A file with the signed sheet."""
    return forms.FileField(
        label=gettext_lazy("Signed sheet, scanned or photographed"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.webp", "class": "form-control"}),
        **given,
    )


class ConsentForm(forms.Form):
    """What the person ticked on the sheet, with whom it may be shared, and how it was given."""

    text = forms.ModelChoiceField(ConsentText.objects.all(), widget=forms.HiddenInput)
    purposes = PickMany("consent_scope", boxes=True, label=gettext_lazy("Agrees to"), required=True)
    to_share_provider = Text(
        label=gettext_lazy("With which providers"), help_text=gettext_lazy("One a line."),
        max_length=LONGEST, widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    to_share_police = Text(
        label=gettext_lazy("With which bodies"), help_text=gettext_lazy("One a line."), max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    leaflet = forms.BooleanField(
        label=gettext_lazy("The leaflet on rights was given and explained"), required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )  # fmt: skip
    giver = pick("consent_giver", label=gettext_lazy("Who agrees"), initial="person")
    why_alone = Text(
        label=gettext_lazy("Why not as the age asks for"), max_length=300,
        help_text=gettext_lazy("When somebody else agreed than the age asks for, or nobody."),
    )  # fmt: skip
    form = forms.ChoiceField(
        label=gettext_lazy("How"), choices=FORMS, widget=forms.RadioSelect, initial=FORMS[0][0]
    )
    interpreter = forms.BooleanField(label=gettext_lazy("With an interpreter"), required=False)
    given_on = day(label=gettext_lazy("Given on"), initial=baku_today)
    ends_on = day(
        label=gettext_lazy("Ends on"), required=False, initial=_last_day,
        help_text=gettext_lazy("You are reminded two weeks before."),
    )  # fmt: skip
    scan = scan_field(required=False, help_text=gettext_lazy("It can be added later, too."))

    @property
    def ticks(self) -> Iterator[tuple[Any, forms.BoundField | None]]:
        """(box, field of the recipients) of each purpose."""
        for box in self["purposes"]:
            box.data["attrs"]["class"] = "form-check-input"
            code = str(box.data["value"])
            yield box, self[f"to_{code}"] if code in NAMED else None

    def clean(self) -> dict[str, Any]:
        """A tick to share names somebody, and a name has its tick."""
        said = super().clean() or self.cleaned_data
        for purpose in NAMED:
            ticked, names = purpose in said.get("purposes", ()), self._names(purpose)
            if ticked != bool(names) or len(names) > MOST_NAMES:
                self.add_error(f"to_{purpose}", _("A tick to share needs a name, and a name its tick."))
        return said

    def _names(self, purpose: str) -> list[str]:
        lines = self.cleaned_data.get(f"to_{purpose}", "").split("\n")
        return list(dict.fromkeys(filter(None, map(folding.clean, lines))))

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """(purpose, recipient) of each consent that the sheet makes."""
        ticked = self.cleaned_data["purposes"]
        return [(each, name) for each in ticked for name in (self._names(each) if each in NAMED else [""])]

    @property
    def how(self) -> dict[str, Any]:
        """How it was given, as the record keeps it."""
        names = ("giver", "why_alone", "form", "interpreter", "leaflet", "given_on", "ends_on")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def signed(self) -> Signed:
        """The sheet as it is kept."""
        scan = self.cleaned_data["scan"]
        return Signed(self.cleaned_data["text"], self.agreed, self.how, scan.read() if scan else b"")


class ScanForm(forms.Form):
    """The signed sheet, added later."""

    file = scan_field(allow_empty_file=True)  # refused with a reason of its own


class WithdrawForm(forms.Form):
    """On which day the person took it back."""

    on = day(label=gettext_lazy("Withdrawn on"), initial=baku_today)


class ConsentTextForm(forms.Form):
    """Every part of the sheet in one language, each beside what it says in the reader's."""

    @property
    def changed(self) -> list[tuple[Any, str]]:
        """(label, text now) of each part that was typed differently."""
        return [(self.fields[part].label, str(self.initial.get(part, ""))) for part in self.changed_data]

    def __init__(self, *args: Any, beside: ConsentText | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes, wording = codelists.choices("consent_scope"), codelists.choices("consent_wording")
        long = {"introduction", "leaflet", "withdrawal", *codelists.codes("consent_scope")}
        for part, label in [*wording[:2], *purposes, *wording[2:]]:
            area = forms.Textarea({"rows": 3}) if part in long else forms.TextInput()
            area.attrs["dir"] = "auto"
            hint = beside.said.get(part, "") if beside else ""
            self.fields[part] = Text(
                label=label, help_text=hint, required=True, max_length=LONGEST, widget=area
            )
