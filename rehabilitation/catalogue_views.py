"""The catalogue of services, as an administrator edits it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aidcenter import audit, codelists
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import Text, day, pick, tried
from aidcenter.roles import Verb
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
        return codelists.label_in("service_type", str(self.prefix), None)

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
    """Edit what the centre gives; a type that has ended is not offered for days after it."""
    rows = catalogue.types()
    now = {row.code: {name: getattr(row, name) for name in catalogue.FIELDS} for row in rows}
    found = [TypeForm(request.POST or None, prefix=code, initial=said) for code, said in now.items()]
    fine = [form.is_valid() for form in found]  # each says what is wrong with it
    if request.method == "POST" and found and all(fine):
        said = {str(form.prefix): form.cleaned_data for form in found}
        if tried(found[0], lambda: catalogue.edit(said, by=request.user)):
            messages.success(request, _("The catalogue is up to date."))
            return redirect("rehabilitation:catalogue")
    audit.record("catalogue.form", by=request.user)
    context = {"forms": list(zip(rows, found, strict=True)), "found": found}
    return render(request, "rehabilitation/catalogue.html", context)
