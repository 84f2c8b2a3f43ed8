"""The catalogue of services, as an administrator edits it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aidcenter import audit, codelists, editions, preview
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import Text, day, pick, tried
from aidcenter.preview import Shown
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from rehabilitation import catalogue
from rehabilitation.models.catalogue import LONGEST


class TypeForm(forms.Form):
    """One type of service; its code is the prefix of the form."""

    domain = pick("plan_domain", label=gettext_lazy("Domain"))
    unit = pick("service_unit", label=gettext_lazy("Unit"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Usual duration in minutes"), min_value=1, max_value=LONGEST, required=False,
        widget=forms.NumberInput({"class": "in-4"}),
    )  # fmt: skip
    label_az = Text(label=gettext_lazy("Name in Azerbaijani"), max_length=120, required=True)
    label_ru = Text(label=gettext_lazy("Name in Russian"), max_length=120, required=True)
    label_en = Text(label=gettext_lazy("Name in English"), max_length=120, required=True)
    active_from = day(label=gettext_lazy("Given from"))
    active_until = day(label=gettext_lazy("Given until"), required=False)

    @property
    def where(self) -> str:
        """Which of the forms it is."""
        return str(codelists.label("service_type", str(self.prefix)))

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning."""
        said = super().clean() or self.cleaned_data
        if (
            said.get("active_until")
            and said.get("active_from")
            and said["active_until"] < said["active_from"]
        ):
            self.add_error("active_until", _("The end lies before the beginning."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_CATALOGUE)
def edit(request: StaffRequest) -> HttpResponse:
    """Edit what the centre gives, looked at first; a type that has ended is not offered for days after it."""
    past = catalogue.editions()
    first = editions.again(request, past)
    now = catalogue.says()
    begin = now | (catalogue.said_in(first) if first else {})
    found = [TypeForm(request.POST or None, prefix=code, initial=begin[code]) for code in now]
    fine = [form.is_valid() for form in found]  # each says what is wrong with it
    seen, shown = "", None
    if request.method == "POST" and found and all(fine):
        said = {str(form.prefix): form.cleaned_data for form in found}
        seen, shown = preview.mark(said), _shown(now, said)
        if preview.as_shown(request, seen) and tried(found[0], lambda: catalogue.edit(said, by=request.user)):
            messages.success(request, _("The catalogue is up to date."))
            return redirect("rehabilitation:catalogue")
    audit.record("catalogue.form", by=request.user)
    told = editions.told(past, lambda edition: _lines(catalogue.said_in(edition)))
    context = {"found": found, "seen": seen, "shown": shown, "past": told}
    return render(request, "rehabilitation/catalogue.html", context)


def _lines(said: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What is said of each type, by what its code is called and the label of the field."""
    return {
        f"{codelists.label('service_type', code)} · {TypeForm.base_fields[name].label}": _words(name, value)
        for code, row in said.items()
        for name, value in row.items()
    }


def _words(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return dmy(value)
    lists = {"domain": "plan_domain", "unit": "service_unit"}
    return str(codelists.label(lists[name], value)) if name in lists else str(value)


def _shown(now: dict[str, dict[str, Any]], said: dict[str, dict[str, Any]]) -> Shown:
    facts = preview.compared(_lines(now), _lines(said))
    if not facts:
        return Shown([], [_("It says just that already.")])
    return Shown(facts, [_("Services that were recorded before keep their days and units.")])
