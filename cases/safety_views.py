"""Writing the safety sheet."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import Text, sent
from aidcenter.roles import Verb
from cases import intake, safety
from cases.models import SafetySheet
from cases.reached import changeable

LONGEST = 1000  # characters of a field
HINTS = {
    "danger": gettext_lazy("From whom, and how likely. Leave empty what is not known."),
    "must_not_learn": gettext_lazy("Names and how they may ask: relatives, recruiters, officials they know."),
    "safe_name": gettext_lazy("Who we say we are when somebody else answers."),
    "self_harm": gettext_lazy("What was said or seen, and what to do."),
    "medicine": gettext_lazy("What, how much, when."),
    "if_missing": gettext_lazy("Whom to call first, where the person may be."),
}


class SafetyForm(forms.Form):
    """The facts of the sheet, each in a few words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SafetySheet.FACTS:
            label = SafetySheet.label_of(name)
            area = forms.Textarea({"rows": 2})
            self.fields[name] = Text(
                label=label, help_text=HINTS.get(name, ""), max_length=LONGEST, widget=area
            )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def write(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A new version of the safety sheet, beginning from the one in force."""
    case = changeable(request, pk)
    sheet = safety.current(case)
    before = {name: getattr(sheet, name) for name in SafetySheet.FACTS} if sheet else {}
    form = SafetyForm(request.POST or None, initial=before)
    replaces = request.POST.get("replaces", "")
    if sent(form, lambda said: safety.write(case, said, replaces=replaces, by=request.user)):
        messages.success(request, _("The safety sheet is in force."))
        return intake.then(request, case, "cases:detail")
    audit.record("safety.form", by=request.user, case=case.pk, ids=[sheet.pk] if sheet else [])
    return render(request, "cases/safety.html", {"form": form, "case": case, "sheet": sheet})
