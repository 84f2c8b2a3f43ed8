"""The portal of the state bodies, and what the centre sees of its notifications."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, workflow
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent, typed
from aidcenter.roles import Verb, may
from referrals import actions, drills, pages, uploads
from referrals.forms import DecisionForm, decision_of
from referrals.models import Notification
from referrals.models.partner import by_urgency

PAGE_SIZE, LONGEST_REASON = 25, 200
HELD_SIZE = 100  # delivered with one click
DIGITS = 4  # of the number of a message
DECIDED = ExpressionWrapper(Q(state="decided"), BooleanField())


@require_GET
@guard(Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)
def inbox(request: StaffRequest) -> HttpResponse:
    """To a body what is undecided first, by urgency and age; to the centre what is unacknowledged first."""
    member = may(request.user, Verb.RECEIVE_NOTIFICATION)
    rows, state = pages.reached(request.user), request.GET.get("state", "")
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk"))) if member else {}
    if state in workflow.NOTIFICATION.steps:
        rows = rows.filter(state=state)
    if member:
        rows = rows.annotate(is_decided=DECIDED).order_by("is_decided", by_urgency(), "triggered_at", "pk")
    else:
        rows = rows.order_by(F("acknowledged_at").asc(nulls_first=True), "triggered_at")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("notification.list", by=request.user, ids=[row.pk for row in page.object_list])
    filters = [(code, label, counts.get(code, 0)) for code, label in pages.FILTERS] if member else []
    context = {"page": page, "state": state, "member": member, "filters": filters}
    if member:
        context["tests"] = drills.asked_of(request.user)
    return render(request, "referrals/inbox.html", context)


@require_GET
@guard(Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One notification: to its body the letters, to the centre what was told, and its way."""
    return pages.page(request, pages.one(request, pk))


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def acknowledge(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """We have received this: the messages up to the one that the page showed."""
    seen = request.POST.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= DIGITS else 1
    if actions.acknowledge(pages.one(request, pk), seen=number, by=request.user):
        messages.success(request, _("Thank you. The centre sees that you have received this."))
    else:
        messages.info(request, _("A colleague had already confirmed the receipt."))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the body's decision, with its paper where there is one."""
    notification = pages.one(request, pk)
    form = uploads.checked(request, DecisionForm(request.POST, request.FILES))
    if not sent(form, lambda said: actions.decide(notification, decision_of(said), by=request.user)):
        return pages.page(request, pages.one(request, pk), decision=form)
    messages.success(request, _("The decision is recorded."))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.CANCEL_NOTIFICATION)
def cancel(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel what was not sent yet."""
    notification = pages.mine(request, pk)
    try:
        actions.cancel(notification, reason=typed(request, "reason", LONGEST_REASON), by=request.user)
        messages.success(request, _("The notification is cancelled."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("referrals:detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RELEASE_NOTIFICATION)
def held(request: StaffRequest) -> HttpResponse:
    """What waits of children from old records; the chosen ones are delivered."""
    rows = Notification.objects.waiting_for_release(request.user).select_related("case", "commission")
    rows = rows.order_by("triggered_at", "case__number", "body")
    if request.method == "POST":
        chosen = set(request.POST.getlist("chosen"))
        count = actions.release([row for row in rows if str(row.pk) in chosen], by=request.user)
        said = ngettext(
            "%(count)s notification is on its way.", "%(count)s notifications are on their way.", count
        )
        messages.success(request, said % {"count": count})
        return redirect("referrals:held")
    page = Paginator(rows, HELD_SIZE).get_page(request.GET.get("page"))
    audit.record("notification.list", by=request.user, ids=[row.pk for row in page.object_list])
    return render(request, "referrals/held.html", {"page": page})
