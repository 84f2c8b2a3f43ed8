"""Pages of the houses: the list while on shift, the roster, and a person's place."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.roles import Verb
from cases.incident_views import IncidentForm, save
from cases.reached import changeable
from rehabilitation import house
from rehabilitation.house_forms import LogForm, PlaceForm, ShiftForm
from rehabilitation.models import House, Shift, Stay

LOG_SHOWN = 30


@require_GET
@guard(Verb.VIEW_HOUSE)
def residents(request: StaffRequest) -> HttpResponse:
    """The list of the houses where the person has duty now; off duty, when the next shift is."""
    return _list(request)


def _list(request: StaffRequest, log: LogForm | None = None) -> HttpResponse:
    houses = house.in_charge(request.user)
    stays = house.residents(houses)
    audit.record("house.view", by=request.user, ids=[stay.pk for stay in stays])
    shifts = Shift.objects.filter(person=request.user, ends__gt=timezone.now()).select_related("house")
    context = {
        "shifts": house.shifts_now(request.user),
        "next": shifts.order_by("starts").first(),
        "stays": stays,
        "log": house.log_of(houses, LOG_SHOWN),
        "form": log or LogForm(houses=houses),
    }
    return render(request, "rehabilitation/house.html", context)


@require_POST
@guard(Verb.VIEW_HOUSE)
def say_out(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody went out, or came back."""
    rows = Stay.objects.filter(house__in=house.in_charge(request.user), left_at__isnull=True)
    house.say_out(get_object_or_404(rows, pk=pk), out=request.POST.get("out") == "yes", by=request.user)
    return redirect("house:residents")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_HOUSE)
def report_incident(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Report an incident of somebody who lives in the house, without reading the case."""
    rows = Stay.objects.filter(house__in=house.in_charge(request.user), left_at__isnull=True)
    stay = get_object_or_404(rows, pk=pk)
    form = IncidentForm(request.POST or None)
    if save(request, form, stay.case_id, stay.victim_id):
        return redirect("house:residents")
    audit.record("incident.form", by=request.user, ids=[stay.pk])
    return render(request, "cases/incident_new.html", {"form": form, "stay": stay})


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
        said = form.cleaned_data
        try:
            house.plan_shift(said["house"], said["person"], starts=starts, ends=ends, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The shift is on the roster."))
            return redirect("house:roster")
    shifts = Shift.objects.filter(ends__gt=timezone.now()).select_related("house", "person")
    audit.record("house.roster", by=request.user)
    context = {
        "form": form,
        "shifts": shifts.order_by("starts"),
        "log": house.log_of(House.objects.all(), LOG_SHOWN),
    }
    return render(request, "rehabilitation/roster.html", context)


@require_POST
@guard(Verb.PLAN_ROSTER)
def drop_shift(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a shift off the roster."""
    house.drop_shift(get_object_or_404(Shift.objects.filter(ends__gt=timezone.now()), pk=pk), by=request.user)
    messages.success(request, _("The shift is off the roster."))
    return redirect("house:roster")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def place(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the person of a case a place, or change what the house knows."""
    case = changeable(request, pk)
    stay = house.stay_of(case)
    known = {name: getattr(stay, name) for name in house.KNOWN} if stay else {}
    initial = known or {"name_to_use": case.victim.name_to_use}
    form = PlaceForm(request.POST or None, initial=initial, child=case.is_child, placed=stay is not None)
    if request.method == "POST" and form.is_valid():
        try:
            if stay:
                house.change(stay, form.cleaned_data, by=request.user)
            else:
                house.place(case, {"decision": ""} | form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The house knows it now."))
            return redirect("cases:detail", case.pk)
    audit.record("house.view", by=request.user, case=case.pk, ids=[stay.pk] if stay else [])
    return render(request, "rehabilitation/place.html", {"form": form, "case": case, "stay": stay})


@require_POST
@guard(Verb.RECORD_SERVICE)
def leave(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The person has left the house."""
    case = changeable(request, pk)
    if stay := house.stay_of(case):
        house.leave(stay, by=request.user)
        messages.success(request, _("The stay has ended."))
    return redirect("cases:detail", case.pk)
