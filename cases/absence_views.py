"""The page of absences: who is away, who stands in, and saying so."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.duties import back
from aidcenter.forms import day
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import absence
from cases.models import Absence


class AbsenceForm(forms.Form):
    """Who, from when to when, and who stands in."""

    person = forms.ModelChoiceField(Staff.objects.none(), label=gettext_lazy("Who is away"), empty_label=None)
    first_day = day(label=gettext_lazy("First day"))
    last_day = day(label=gettext_lazy("Last day"))
    deputy = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Deputy"), empty_label=gettext_lazy("Choose…")
    )

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("person", absence.may_be_said_absent(by))
        self._offer("deputy", absence.deputies(by))
        self.initial.setdefault("person", by.pk)
        if not may(by, Verb.ASSIGN_CASE):
            self.fields["person"].widget = forms.HiddenInput()

    def _offer(self, name: str, people: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = people
        field.label_from_instance = lambda one: f"{one.display_name}, {one.get_role_display()}"


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.PLAN_ABSENCE)
def absences(request: StaffRequest) -> HttpResponse:
    """Who is away and who stands in, as far as it concerns the person; and a form to say so."""
    form = AbsenceForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = absence.plan(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            said = {"name": made.person.display_name, "deputy": made.deputy.display_name}
            messages.success(request, _("%(deputy)s stands in for %(name)s.") % said)
            return redirect("cases:absence")
    mine = set(absence.may_be_said_absent(request.user).values_list("pk", flat=True))
    theirs = Q(person__in=mine) | Q(deputy=request.user)
    audit.record("absence.view", by=request.user)
    context = {"form": form, "absences": absence.open_absences().filter(theirs), "mine": mine}
    return render(request, "cases/absence.html", context)


@require_POST
@guard(Verb.PLAN_ABSENCE)
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """The person is back."""
    people = absence.may_be_said_absent(request.user)
    found = get_object_or_404(Absence.objects.filter(person__in=people), pk=pk)
    absence.end(found, by=request.user)
    messages.success(request, _("The absence has ended."))
    return back(request, "cases:absence")
