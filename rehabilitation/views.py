"""Recording a service."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.roles import Verb
from cases.reached import changeable
from rehabilitation import actions
from rehabilitation.forms import ServiceForm


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def record(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a service delivered in the case `pk`."""
    case = changeable(request, pk)
    form = ServiceForm(request.POST or None, initial={"delivered_on": baku_today()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.record_service(
                case, service_type=said["type"], delivered_on=said["delivered_on"], by=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The service is recorded."))
            return redirect("cases:detail", case.pk)
    audit.record("service.form", by=request.user, case=case.pk)
    return render(request, "rehabilitation/record.html", {"form": form, "case": case})
