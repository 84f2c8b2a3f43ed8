"""Pages of a person's stay: a place, coming and leaving, and staying longer."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import sent, typed
from aidcenter.roles import Role, Verb, may
from cases.models import Case
from cases.reached import changeable
from rehabilitation import extensions, stays
from rehabilitation.models import Stay, StayExtension
from rehabilitation.stay_forms import LONGEST, LeaveForm, LongerForm, PlaceForm


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def place(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the person of a case a place, or change what the house knows."""
    case = changeable(request, pk)
    stay = stays.stay_of(case)
    form = _place_form(case, stay, request.POST or None)

    def save(said: dict[str, Any]) -> None:
        if stay:
            stays.change(stay, said, by=request.user)
        else:
            stays.place(case, said, by=request.user)

    if sent(form, save):
        messages.success(request, _("The house knows it now."))
        return redirect("cases:detail", case.pk)
    return _page(request, case, stay, form=form)


def _place_form(case: Case, stay: Stay | None, data: Any = None) -> PlaceForm:
    today = baku_today()
    initial: dict[str, Any] = {
        "name_to_use": case.victim.name_to_use,
        "starts_on": today,
        "ends_on": today + stays.longest(case),
    }
    if stay:
        initial = {name: getattr(stay, name) for name in stays.KNOWN if name != "bed"} | {"bed": stay.bed_id}
    return PlaceForm(data, initial=initial, case=case, stay=stay)


def _page(request: StaffRequest, case: Case, stay: Any, **forms_sent: forms.Form) -> HttpResponse:
    """The page of the stay, with the form that was sent and could not be done."""
    today = baku_today()
    audit.record("house.view", by=request.user, case=case.pk, ids=[stay.pk] if stay else [])
    context = {
        "form": _place_form(case, stay),
        "leave_form": LeaveForm(initial={"left_on": today}),
        "longer_form": LongerForm(),
        "asked": _of_the_person(extensions.asked_for(stay), case) if stay else [],
        "may_decide": may(request.user, Verb.APPROVE_STAY),
        "late": stay and stay.came_on and stay.ends_on < today,
    }
    return render(request, "rehabilitation/place.html", context | {"case": case, "stay": stay} | forms_sent)


def _of_the_person(rows: Any, case: Case) -> list[Any]:
    found = list(rows)
    for row in found:
        row.victim = case.victim  # whose keys are there already
    return found


@require_POST
@guard(Verb.RECORD_SERVICE)
def come(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The person for whom a bed was reserved has come."""
    case = changeable(request, pk)
    if stay := stays.stay_of(case):
        try:
            stays.come(stay, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("house:place", case.pk)
        messages.success(request, _("The person is on the list of the house."))
    return redirect("cases:detail", case.pk)


@require_POST
@guard(Verb.RECORD_SERVICE)
def leave(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The person has left the house, or does not come."""
    case = changeable(request, pk)
    stay = stays.stay_of(case)
    if not stay:
        return redirect("cases:detail", case.pk)
    form = LeaveForm(request.POST)

    def end(said: dict[str, Any]) -> None:
        stays.leave(stay, on=said["left_on"], why_late=said["why_late"], by=request.user)

    if sent(form, end):
        messages.success(request, _("The stay has ended."))
        return redirect("cases:detail", case.pk)
    return _page(request, case, stay, leave_form=form)


@require_POST
@guard(Verb.RECORD_SERVICE)
def longer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask that the person stays longer."""
    case = changeable(request, pk)
    stay = stays.stay_of(case)
    if not stay:
        return redirect("cases:detail", case.pk)
    form = LongerForm(request.POST)
    if sent(form, lambda said: extensions.ask(stay, said, by=request.user)):
        messages.success(request, _("Asked for; somebody else decides."))
        return redirect("cases:detail", case.pk)
    return _page(request, case, stay, longer_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.APPROVE_STAY)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Read who asked that a stay ends later, and decide it."""
    rows = StayExtension.objects.decided_by(request.user).select_related("author")
    if request.method == "POST":  # two at once: one decides
        rows = rows.select_for_update(of=("self",))
    asked = reached_or_404(rows, pk=pk)
    if asked.decided_at:
        messages.error(request, _("Somebody has decided this meanwhile."))
        return redirect("home")
    if request.method == "POST" and _decided(request, asked):
        return redirect("home")
    audit.record("stay.view", by=request.user, case=asked.case_id, ids=[asked.pk])
    context = {
        "asked": asked,
        "answer": request.POST.get("answer", "")[:LONGEST],
        "reads_case": request.user.role != Role.DIRECTOR,
    }
    return render(request, "rehabilitation/extension.html", context)


def _decided(request: StaffRequest, asked: StayExtension) -> bool:
    verdict = request.POST.get("verdict", "")
    try:
        if verdict not in ("approve", "refuse"):
            raise ValidationError(_("Choose."))
        answer = typed(request, "answer", LONGEST)
        extensions.decide(asked, approved=verdict == "approve", answer=answer, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, _("The stay ends later.") if asked.approved else _("Refused."))
    return True
