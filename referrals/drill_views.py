"""The pages of the drill: the centre starts it and sees who answered; a body confirms with one click."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import sent
from aidcenter.roles import Verb
from referrals import drills
from referrals.authority_forms import RepairForm
from referrals.models import DrillCall, DrillRun

RUNS = 8  # two years of quarters


@require_GET
@guard(Verb.RUN_DRILL)
def overview(request: StaffRequest) -> HttpResponse:
    """One run, the last unless another is asked for: which bodies answered, and which are to be mended."""
    runs = list(DrillRun.objects.select_related("started_by")[:RUNS])
    asked = request.GET.get("day", "")
    run = next((each for each in runs if each.day.isoformat() == asked), runs[0] if runs else None)
    calls = DrillCall.objects.filter(run=run).select_related("commission", "acknowledged_by", "repaired_by")
    answered_last = F("acknowledged_at").asc(nulls_first=True)
    calls = calls.order_by(answered_last, "commission__district", "commission__body")
    due = set(drills.to_repair(baku_today()).values_list("pk", flat=True))
    audit.record("drill.view", by=request.user, ids=[run.pk] if run else [])
    rows = [(call, call.pk in due) for call in calls]
    answered = sum(call.acknowledged_at is not None for call, _late in rows)
    context = {"runs": runs, "run": run, "rows": rows, "today": baku_today(), "answered": answered}
    return render(request, "referrals/drills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RUN_DRILL)
def start(request: StaffRequest) -> HttpResponse:
    """Ask all bodies now, after a look at how many they are and who cannot answer."""
    if request.method != "POST":
        audit.record("drill.view", by=request.user)
        return render(request, "referrals/drill_start.html", {"reach": drills.reach(baku_today())})
    try:
        drills.start(by=request.user)
        messages.success(request, _("The test is on its way to all bodies."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("authorities:drills")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RUN_DRILL)
def repair(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what was repaired; the duty ends with it."""
    call = reached_or_404(DrillCall.objects.select_related("commission", "run"), pk=pk)
    form = RepairForm(request.POST or None)
    if sent(form, lambda said: drills.repair(call, what=said["what"], by=request.user)):
        messages.success(request, _("It is on record."))
        return redirect("authorities:drills")
    audit.record("drill.view", by=request.user, ids=[call.pk])
    return render(request, "referrals/repair.html", {"call": call, "form": form})


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def receive(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The test has arrived."""
    call = reached_or_404(DrillCall.objects.filter(commission__members__staff=request.user), pk=pk)
    drills.acknowledge(call, by=request.user)
    messages.success(request, _("Thank you. The centre sees that the test has reached you."))
    return redirect("referrals:inbox")
