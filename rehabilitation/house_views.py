"""Pages of the houses: the list while on shift, and the roster."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import sent, tried
from aidcenter.roles import Verb
from cases.incident_views import IncidentForm, save
from rehabilitation import extensions, house, stays
from rehabilitation.house_forms import LogForm, ShiftForm
from rehabilitation.models import House, Stay
from rehabilitation.stay_forms import LongerForm

LOG_SHOWN = 30


@require_GET
@guard(Verb.VIEW_HOUSE)
def residents(request: StaffRequest) -> HttpResponse:
    """The list of the houses where the person has duty now; off duty, when the next shift is."""
    return _list(request)


def _list(request: StaffRequest, log: LogForm | None = None) -> HttpResponse:
    houses = house.in_charge(request.user)
    residents, today = house.residents(houses), baku_today()
    audit.record("house.view", by=request.user, ids=[stay.pk for stay in residents])
    context = {
        "shifts": house.shifts_now(request.user),
        "next": house.to_come().filter(person=request.user).first(),
        "stays": residents,
        "leave": [stay for stay in residents if stay.came_on and stay.ends_on <= today + stays.SOON],
        "today": today,
        "log": house.log_of(houses, LOG_SHOWN),
        "form": log or LogForm(houses=houses),
    }
    return render(request, "rehabilitation/house.html", context)


def lives_here(request: StaffRequest, pk: uuid.UUID, *, came: bool = True) -> Stay:
    """Who lives where the person of the request has duty; or, not `came`, is to come there by today."""
    rows = house.living(house.in_charge(request.user)).filter(came_on__isnull=not came)
    return reached_or_404(rows, pk=pk)


@require_POST
@guard(Verb.VIEW_HOUSE)
def arrive(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody for whom a bed was reserved has come."""
    try:
        stays.come(lives_here(request, pk, came=False), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("house:residents")


@require_POST
@guard(Verb.VIEW_HOUSE)
def say_out(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody went out, or came back."""
    house.say_out(lives_here(request, pk), out=request.POST.get("out") == "yes", by=request.user)
    return redirect("house:residents")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_HOUSE)
def report_incident(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Report an incident of somebody who lives in the house, without reading the case."""
    stay = lives_here(request, pk)
    form = IncidentForm(request.POST or None)
    if save(request, form, stay.case_id, stay.victim_id):
        return redirect("house:residents")
    audit.record("incident.form", by=request.user, ids=[stay.pk])
    return render(request, "cases/incident_new.html", {"form": form, "stay": stay})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_HOUSE)
def longer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask that somebody who lives in the house stays longer; a supervisor decides."""
    stay, form = lives_here(request, pk), LongerForm(request.POST or None)
    if sent(form, lambda said: extensions.ask(stay, said, by=request.user)):
        messages.success(request, _("Asked for; somebody else decides."))
        return redirect("house:residents")
    audit.record("stay.form", by=request.user, ids=[stay.pk])
    return render(request, "rehabilitation/longer.html", {"form": form, "stay": stay})


@require_POST
@guard(Verb.VIEW_HOUSE)
def write_log(request: StaffRequest) -> HttpResponse:
    """Write into the log of the shift."""
    form = LogForm(request.POST, houses=house.in_charge(request.user))
    if not form.is_valid():
        return _list(request, form)
    house.write_log(form.cleaned_data["house"], form.cleaned_data["text"], by=request.user)
    messages.success(request, _("Written down."))
    return redirect("house:residents")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.PLAN_ROSTER)
def roster(request: StaffRequest) -> HttpResponse:
    """Who has duty where, now and later; and the logs of the shifts."""
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        starts, ends = form.period()
        who = form.cleaned_data["house"], form.cleaned_data["person"]
        if tried(form, lambda: house.plan_shift(*who, starts=starts, ends=ends, by=request.user)):
            messages.success(request, _("The shift is on the roster."))
            return redirect("house:roster")
    audit.record("house.roster", by=request.user)
    context = {
        "form": form,
        "shifts": house.to_come(),
        "log": house.log_of(House.objects.all(), LOG_SHOWN),
    }
    return render(request, "rehabilitation/roster.html", context)


@require_POST
@guard(Verb.PLAN_ROSTER)
def drop_shift(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a shift off the roster."""
    house.drop_shift(reached_or_404(house.to_come(), pk=pk), by=request.user)
    messages.success(request, _("The shift is off the roster."))
    return redirect("house:roster")
