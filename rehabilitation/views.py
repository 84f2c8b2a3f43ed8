"""The services of a case: recording one, all of them, and one of them with what may happen to it."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, codelists, workflow
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.duties import back
from aidcenter.forms import tried
from aidcenter.roles import Role, Verb, may
from cases.models import Case
from cases.reached import readable
from rehabilitation import actions, bookings, service_acts
from rehabilitation.forms import ServiceForm
from rehabilitation.models import Service
from rehabilitation.services_reached import note_read, readable_service, recordable_case, recordable_service

PAGE_SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def record(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a service delivered in the case `pk`."""
    case = recordable_case(request, pk)
    form = ServiceForm(
        request.POST or None, case=case, by=request.user, on=baku_today(),
        initial={"type": request.GET.get("type", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_it = partial(
            actions.record_service, case, service_type=said["type"], delivered_on=said["delivered_on"],
            by=request.user, facts=form.facts,
        )  # fmt: skip
        if tried(form, record_it):
            messages.success(request, _("The service is recorded."))
            return redirect("cases:detail", case.pk)
    audit.record("service.form", by=request.user, case=case.pk)
    return render(request, "rehabilitation/record.html", {"form": form, "case": case})


@require_GET
@guard(Verb.VIEW_CASE)
def of_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """All services of the case `pk`, or those in one state."""
    case = readable(request, pk)
    states = codelists.choices("service_state")
    state = request.GET.get("state", "")
    rows = case.services.select_related("given_by", "provider").with_labels()
    if state in dict(states):
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-delivered_on", "-starts_at", "-recorded_at", "pk"), PAGE_SIZE)
    shown = page.get_page(request.GET.get("page"))
    audit.record("service.list", by=request.user, case=case.pk)
    context = {"case": case, "page": shown, "states": states, "state": state, **_may(request, case)}
    return render(request, "rehabilitation/services.html", context)


def _may(request: StaffRequest, case: Case) -> dict[str, bool]:
    """Whether they may record or book a service in `case`."""
    may_change = Case.objects.changeable_by(request.user).filter(pk=case.pk).exists()
    allowed = may(request.user, Verb.RECORD_SERVICE) and case.state not in Case.CLOSED
    own = request.user.role == Role.SPECIALIST
    return {"may_record": allowed and (may_change or own), "may_book": allowed and may_change}


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_CASE)
def service(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One service, and what may happen to it: delivered, moved, not given, noted, struck out."""
    row = readable_service(request, pk)
    mine = may(request.user, Verb.RECORD_SERVICE) and (
        Service.objects.recordable_by(request.user).filter(pk=pk).exists()
    )
    offered = _offered(request, row) if mine else {}
    if request.method == "POST":
        row = recordable_service(request, pk)
        name = request.POST.get("act", "")
        if name not in offered:
            messages.error(request, _("This is not possible any more; this is how it stands now."))
            return redirect("rehabilitation:service", row.pk)
        form = offered[name]
        act = service_acts.ACTS[name]
        if form.is_valid() and tried(form, partial(act, row, form.cleaned_data, request.user)):
            row.refresh_from_db()
            said = {"case": row.case.number, "service": row.words, "state": row.get_state_display()}
            messages.success(request, _("%(case)s, %(service)s: %(state)s.") % said)
            return back(request, "cases:detail", row.case_id)
    audit.record("service.view", by=request.user, case=row.case_id, ids=[row.pk])
    context = {
        "row": row,
        "case": row.case,
        "note": note_read(request, row),
        "forms": offered,
        "rest": bookings.rest_of(row),
        "wrong": [form for form in offered.values() if form.is_bound],
    }
    return render(request, "rehabilitation/service.html", context)


def _offered(request: StaffRequest, row: Service) -> dict[str, Any]:
    """The forms of what may happen to the service now, by the name of the act; the posted one is bound."""
    made = {}
    for name in service_acts.offered(row, request.user):
        data = request.POST if request.POST.get("act") == name else None
        made[name] = service_acts.FORMS[name](data, prefix=name, initial=service_acts.first(row))
    if "deliver" in made and not service_acts.writes_note(row, request.user):
        del made["deliver"].fields["note"]
    if "end" in made:
        ends: Any = made["end"].fields["state"]
        ends.choices = [each for each in ends.choices if workflow.SERVICE.allows(row.state, each[0])]
    return made
