"""The forms of a stay: a place, leaving, staying longer, and the beds of a house."""

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick
from cases.models import Case
from rehabilitation import stays
from rehabilitation.models import Bed, Stay
from rehabilitation.models.stay import LONGEST_EXTENSION

LONGEST = 5000  # characters of a text


class PlaceForm(forms.Form):
    """Where somebody lives, from when to when, and what the duty officer needs to know."""

    bed = forms.IntegerField(label=gettext_lazy("Room and bed"), widget=forms.Select)
    starts_on = day(label=gettext_lazy("From"), help_text=gettext_lazy("A later day reserves the bed."))
    ends_on = day(label=gettext_lazy("Planned until"))
    name_to_use = Text(
        label=gettext_lazy("Name to use"),
        help_text=gettext_lazy("The house calls the person by this name and knows no other."),
        max_length=60,
        required=True,
    )
    visitors = Text(label=gettext_lazy("Who may visit"), max_length=500, widget=forms.Textarea({"rows": 2}))
    call_whom = Text(
        label=gettext_lazy("Whom to call"),
        help_text=gettext_lazy("Caseworker, doctor, and at night whom."),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
    decision_body = pick(
        "placement_body",
        label=gettext_lazy("Who decided on the child's placement"),
        help_text=gettext_lazy("The centre never places a child by its own decision."),
    )
    decision = Text(label=gettext_lazy("Number of the decision"), max_length=50, required=True)
    decision_on = day(label=gettext_lazy("Date of the decision"))

    def __init__(self, *args: Any, case: Case, stay: Stay | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = ["starts_on", "ends_on", *stays.DECISION] if stay else [] if case.is_child else stays.DECISION
        for name in gone:
            del self.fields[name]
        if not stay:
            days = {"days": stays.longest(case).days}
            self.fields["ends_on"].help_text = _("%(days)s days at most; later it can be extended.") % days
        widget: Any = self.fields["bed"].widget
        widget.choices = [("", _("Choose…")), *_beds(case, stay)]

    def clean_bed(self) -> Bed:
        """The bed that the number names."""
        bed = Bed.objects.filter(pk=self.cleaned_data["bed"]).first()
        if bed is None:
            raise forms.ValidationError(_("Choose a bed of the list."))
        return bed


def _beds(case: Case, stay: Stay | None) -> list[tuple[str, list[tuple[int, str]]]]:
    """The beds that fit the person, by house; those that somebody has say so."""
    today, sex = baku_today(), case.victim.sex
    fit = ["anybody", *(["women"] if sex == "female" else ["men"] if sex == "male" else [])]
    if case.is_child:
        fit.append("children")
    rows = Bed.objects.filter(Q(active_until__isnull=True) | Q(active_until__gt=today), for_whom__in=fit)
    if stay:
        rows = rows.filter(house=stay.house_id)
    until = max(stay.ends_on, today + stays.SOON) if stay else today + stays.longest(case)
    taken = stays.beds_taken(today, until)
    taken.discard(stay.bed_id if stay else 0)
    beds = rows.select_related("house").order_by("house__name", "label")
    return [
        (house.name, [(bed.pk, _about(bed, bed.pk in taken)) for bed in group])
        for house, group in groupby(beds, key=lambda bed: bed.house)
    ]


def _about(bed: Bed, taken: bool) -> str:
    whom = bed.get_for_whom_display()  # type: ignore[attr-defined]
    said = [bed.label, whom, _("without steps") if bed.accessible else "", _("taken") if taken else ""]
    return " · ".join(word for word in said if word)


class LeaveForm(forms.Form):
    """When somebody left, and why so late."""

    left_on = day(label=gettext_lazy("Left on"))
    why_late = Text(
        label=gettext_lazy("Why later than planned"),
        help_text=gettext_lazy("Needed only when the planned day has passed."),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
    )


class LongerForm(forms.Form):
    """On whose request somebody stays longer, by how much, and why."""

    asked_for_by = pick("extension_asked_by", label=gettext_lazy("On whose request"), radio=True)
    days = forms.IntegerField(
        label=gettext_lazy("How many days longer"),
        min_value=1,
        max_value=LONGEST_EXTENSION,
        widget=forms.NumberInput({"class": "in-5"}),
    )
    reason = Text(
        label=gettext_lazy("Reason"), max_length=LONGEST, required=True, widget=forms.Textarea({"rows": 3})
    )


class HouseForm(forms.Form):
    """A house by its code, and what kind it is."""

    name = Text(
        label=gettext_lazy("Code of the house"),
        help_text=gettext_lazy("Never an address or a street: the address is not in this system."),
        max_length=60,
        required=True,
    )
    kind = pick("house_kind", label=gettext_lazy("Kind"), radio=True)


class BedForm(forms.Form):
    """A bed; without a name it is left out."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = Text(label=gettext_lazy("Room and bed"), max_length=20)
    for_whom = forms.ChoiceField(
        label=gettext_lazy("For whom"), choices=lambda: codelists.choices("bed_for"), initial="anybody"
    )
    accessible = forms.BooleanField(label=gettext_lazy("Reached without steps"), required=False)
    active_from = day(label=gettext_lazy("In use from"), required=False)
    active_until = day(label=gettext_lazy("In use until"), required=False)

    def clean(self) -> dict[str, Any]:
        """A bed that is there keeps a name; its end is not before its beginning."""
        said = super().clean() or self.cleaned_data
        if said.get("id") and not said.get("label"):
            self.add_error("label", _("A bed stays on the list: say until when it is in use."))
        if not said.get("active_from") and "active_from" not in self.errors:
            said["active_from"] = baku_today()
        first, last = said.get("active_from"), said.get("active_until")
        if first and last and last < first:
            self.add_error("active_until", _("The end lies after the beginning."))
        return said


MOST_BEDS = 250
BedFormSet = forms.formset_factory(BedForm, extra=3, max_num=MOST_BEDS, absolute_max=MOST_BEDS)
