"""To telephone a body: whom, about what, what to say, and the record of the call."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb, may
from referrals import calls, silence
from referrals.call_forms import CallForm, blank


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_CALL)
def call(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The number and what to say, also to who reads no case; and the form of the call."""
    about = calls.one(request.user, pk)
    follows = may(request.user, Verb.VIEW_NOTIFICATION)
    form = CallForm(request.POST) if request.method == "POST" else blank(about)
    if sent(form, lambda said: calls.record(about, said, by=request.user)):
        messages.success(request, _("The call is recorded. The notification is owed until it is confirmed."))
        return redirect("referrals:detail", pk) if follows else redirect("home")
    audit.record("notification.call.form", by=request.user, ids=[pk])
    context = {"about": about, "form": form, "follows": follows, "centre_phone": settings.CENTRE_PHONE}
    context |= silence.office(about.commission)
    return render(request, "referrals/call.html", context)
