"""Pages of the houses and their beds, and of how they are filled."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.roles import Role, Verb
from rehabilitation import beds, stays
from rehabilitation.house_picture import picture
from rehabilitation.models import House
from rehabilitation.stay_forms import BedFormSet, HouseForm


@require_GET
@guard(Verb.EDIT_BEDS)
def houses(request: StaffRequest) -> HttpResponse:
    """The houses and their beds."""
    audit.record("beds.list", by=request.user)
    return render(request, "rehabilitation/beds.html", {"houses": beds.houses(), "today": baku_today()})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_BEDS)
def edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Change a house and its beds, or add one."""
    house = House() if pk is None else get_object_or_404(House, pk=pk)
    now = list(house.beds.order_by("label").values("id", *beds.BED)) if house.pk else []
    form = HouseForm(request.POST or None, initial={"name": house.name, "kind": house.kind})
    formset = BedFormSet(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        house.name, house.kind = form.cleaned_data["name"], form.cleaned_data["kind"]
        rows: list[dict[str, Any]] = [row.cleaned_data for row in formset if row.cleaned_data.get("label")]
        if tried(form, lambda: beds.keep(house, rows, by=request.user)):
            messages.success(request, _("The beds are saved."))
            return redirect("house:beds")
    audit.record("beds.form", by=request.user, house=house.pk)
    context = {"form": form, "formset": formset, "house": house}
    return render(request, "rehabilitation/bed_form.html", context)


@require_GET
@guard(Verb.VIEW_OCCUPANCY)
def occupancy(request: StaffRequest) -> HttpResponse:
    """How the houses are filled, now and over the last half year; the director sees numbers alone."""
    today = baku_today()
    rows = beds.occupancy(today)
    leaving = [] if request.user.role == Role.DIRECTOR else list(stays.team_leaving(request.user, today))
    audit.record("occupancy.view", by=request.user, ids=[stay.pk for stay in leaving])
    context = {
        "rows": [(row, picture(row)) for row in rows],
        "bars": [(row.name, row.today.taken, f"{row.today.taken} / {row.today.beds}") for row in rows],
        "most": max((row.today.beds for row in rows), default=0),
        "leaving": leaving,
        "today": today,
        "numbers_only": request.user.role == Role.DIRECTOR,
    }
    return render(request, "rehabilitation/occupancy.html", context)
