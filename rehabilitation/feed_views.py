"""One's own calendar in other programs: its address, what it tells, and the feed itself."""

import hashlib

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.context import acting_as
from aidcenter.forms import sent
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.signin import fresh_factor_first
from rehabilitation import feed as feeds
from rehabilitation.calendar_forms import ChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_CALENDAR)
def own(request: StaffRequest) -> HttpResponse:
    """What one's own calendar tells; make or withdraw its address. A new one is shown this once."""
    deed, address = request.POST.get("act", ""), ""
    choice = feeds.choice_of(request.user)
    initial = {name: getattr(choice, name) for name in ChoiceForm.base_fields}
    form = ChoiceForm(request.POST if deed == "choose" else None, initial=initial)
    if sent(form, lambda said: feeds.choose(said, by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("calendar:own")
    if deed == "withdraw":
        feeds.withdraw_key(by=request.user)
        messages.success(request, _("The address opens nothing any more."))
        return redirect("calendar:own")
    if deed == "make":  # what it opens asks for no second factor later
        if first := fresh_factor_first(request):
            return first
        address = feeds.address(feeds.make_key(by=request.user))
        choice = feeds.choice_of(request.user)
    audit.record("calendar.own", by=request.user)
    context = {"form": form, "choice": choice, "address": address}
    return render(request, "rehabilitation/calendar_own.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar that the key opens, in the name of its person for as long as it takes; else 404."""
    limits = {"action": "feed", "config": settings.FEED_RATE_LIMITS, "limit_get": True}
    if ratelimit.consume(request, app="calendar", **limits) is None:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    pk = feeds.whose(request.GET.get("key", ""))
    if pk is None:
        raise Http404
    with acting_as(pk):
        return _feed_of(request, Staff.objects.get(pk=pk))


def _feed_of(request: HttpRequest, person: Staff) -> HttpResponse:
    if not may(person, Verb.VIEW_CALENDAR):
        raise Http404
    with translation.override(person.language):
        content, named = feeds.written(person, timezone.now())
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if answer.status_code == 200:  # what did not change shows nothing
        audit.record("calendar.feed", by=person, ids=named)
    return answer
