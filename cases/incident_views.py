"""Reporting an incident, its page, and its end."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit, codelists
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import Text, moment, pick
from aidcenter.roles import Verb, may
from cases import incidents
from cases.models import Incident
from cases.reached import readable

LONGEST = 5000  # characters of a text


def _now() -> datetime:
    return timezone.localtime().replace(second=0, microsecond=0)


class IncidentForm(forms.Form):
    """What happened, when, how serious, and what was done."""

    kind = pick("incident_kind", label=gettext_lazy("What kind"), radio=True)
    severity = pick("risk_level", label=gettext_lazy("How serious"), radio=True, initial="high")
    happened_at = moment(label=gettext_lazy("When"), initial=_now)
    text = Text(
        label=gettext_lazy("What happened, and who was there"), max_length=LONGEST, required=True,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    done = Text(
        label=gettext_lazy("What was done, and who was told"), max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_INCIDENT)
def report(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Report an incident in a case that the person reads."""
    case = readable(request, pk)
    form = IncidentForm(request.POST or None)
    if made := save(request, form, case.pk, case.victim_id):
        return redirect("cases:incident", made.pk)
    audit.record("incident.form", by=request.user, case=case.pk)
    return render(request, "cases/incident_new.html", {"form": form, "case": case})


def save(request: StaffRequest, form: IncidentForm, case: uuid.UUID, victim: uuid.UUID) -> Incident | None:
    """The incident that a sent form reports; None when there is something to correct."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = incidents.report(case, victim, form.cleaned_data, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    messages.success(request, _("The incident is reported."))
    return made


@require_http_methods(["GET", "HEAD"])
@guard(Verb.VIEW_INCIDENT)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One incident; of a missing person, with the checklist."""
    return _page(request, incidents.one(request.user, pk))


def _page(request: StaffRequest, incident: Incident) -> HttpResponse:
    audit.record("incident.view", by=request.user, case=incident.case_id, ids=[incident.pk])
    done = {row.step: row for row in incident.steps.select_related("person")}
    changeable = Incident.objects.changeable_by(request.user).filter(pk=incident.pk)
    outcomes: list[Any] = codelists.choices("incident_outcome")
    if incident.kind == incidents.MISSING:
        outcomes = [(code, label) for code, label in outcomes if code != "resolved"]
    context = {
        "incident": incident,
        "reads": Incident.objects.visible_to(request.user).filter(pk=incident.pk).exists(),
        "steps": [(code, label, done.get(code)) for code, label in codelists.choices("missing_step")]
        if incident.kind == incidents.MISSING
        else [],
        "outcomes": outcomes,
        "may_end": may(request.user, Verb.END_INCIDENT) and not incident.ended_at and changeable.exists(),
    }
    return render(request, "cases/incident.html", context)


@require_POST
@guard(Verb.VIEW_INCIDENT)
def step(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick a step of the checklist."""
    incident = reached_or_404(Incident.objects.visible_to(request.user), pk=pk)
    name = request.POST.get("step", "")
    if name not in codelists.codes("missing_step"):
        raise Http404
    return _then(request, incident, lambda: incidents.step(incident, name, by=request.user))


@require_POST
@guard(Verb.END_INCIDENT)
def end(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """End the incident."""
    incident = reached_or_404(Incident.objects.changeable_by(request.user), pk=pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in codelists.codes("incident_outcome"):
        messages.error(request, _("Choose how it ended."))
        return redirect("cases:incident", pk)
    return _then(request, incident, lambda: incidents.end(incident, outcome=outcome, by=request.user))


def _then(request: StaffRequest, incident: Incident, act: Any) -> HttpResponse:
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("cases:incident", incident.pk)
