"""One's own programs that are told of events: set up, tried, taken back; how the last events ended."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import sent
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from cases import hooks
from cases.hook_forms import HookForm
from cases.models import Hook


@require_GET
@guard(Verb.HEAR_EVENTS)
def mine(request: StaffRequest) -> HttpResponse:
    """The programs that are told, and the last events."""
    return _page(request)


def _page(request: StaffRequest, made: Hook | None = None) -> HttpResponse:
    audit.record("hook.list", by=request.user)
    context = {"hooks": hooks.of(request.user), "events": hooks.last_of(request.user), "made": made}
    return render(request, "cases/hooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.HEAR_EVENTS)
def new(request: StaffRequest) -> HttpResponse:
    """Set one up, after a fresh second factor; its secret is shown this once."""
    if first := fresh_factor_first(request):
        return first
    form, made = HookForm(request.POST or None, person=request.user), list[Hook]()
    if sent(form, lambda said: made.append(hooks.subscribe(by=request.user, **said))):
        return _page(request, made[0])
    audit.record("hook.list", by=request.user)
    return render(request, "cases/hook_new.html", {"form": form})


@require_POST
@guard(Verb.HEAR_EVENTS)
def ping(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Try the way."""
    try:
        hooks.ping(reached_or_404(hooks.of(request.user), pk=pk), by=request.user)
        messages.success(request, _("A test is on its way; load this page again to see how it ended."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("hooks:mine")


@require_POST
@guard(Verb.HEAR_EVENTS)
def revoke(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take one back."""
    hooks.take_back(reached_or_404(hooks.of(request.user), pk=pk), by=request.user)
    messages.success(request, _("This program is told of nothing any more."))
    return redirect("hooks:mine")
