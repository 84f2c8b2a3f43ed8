"""The portal of the state bodies, and what the centre sees of its notifications."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, workflow
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from referrals import actions, authority_members, drills, extract, silence
from referrals.forms import DecisionForm
from referrals.models import Message, Notification

PAGE_SIZE = 25
HELD_SIZE = 100  # delivered with one click


def _reached(person: Staff) -> QuerySet[Notification]:
    """The notifications of one's own body, or of the cases one may read."""
    rows = Notification.objects.select_related("commission", "acknowledged_by")
    if may(person, Verb.RECEIVE_NOTIFICATION):
        return rows.addressed_to(person)
    return rows.visible_to(person).select_related("case")


@require_GET
@guard(Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)
def inbox(request: StaffRequest) -> HttpResponse:
    """The notifications, the unacknowledged and oldest first."""
    rows = _reached(request.user).order_by("acknowledged_at", "triggered_at")
    state = request.GET.get("state", "")
    if state in workflow.NOTIFICATION.steps:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("notification.list", by=request.user, ids=[row.pk for row in page.object_list])
    member = may(request.user, Verb.RECEIVE_NOTIFICATION)
    context = {"page": page, "state": state, "member": member}
    if member:
        context["tests"] = drills.asked_of(request.user)
    return render(request, "referrals/inbox.html", context)


@require_GET
@guard(Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One notification: to its body the extract, to the centre its way."""
    notification = reached_or_404(_reached(request.user), pk=pk)
    return _page(request, notification)


def _page(
    request: StaffRequest, notification: Notification, form: DecisionForm | None = None
) -> HttpResponse:
    member = may(request.user, Verb.RECEIVE_NOTIFICATION)
    opened = member and _opened(notification, request.user)
    letters = [_letter(letter, opened=opened) for letter in _letters(notification)] if member else []
    audit.record("notification.view", by=request.user, case=notification.case_id, ids=[notification.pk])
    context = {
        "notification": notification,
        "member": member,
        "letters": letters,
        "latest": letters[-1] if letters else None,
        "opened": opened,
        "form": form or DecisionForm(),
        "others": notification.others(),
        "deliveries": _deliveries(notification) if not member else [],
        "may_cancel": may(request.user, Verb.CANCEL_NOTIFICATION),
        "centre_phone": settings.CENTRE_PHONE,
    }
    if not member:
        context["silence"] = silence.context(notification, request.user)
    return render(request, "referrals/notification.html", context)


def _letters(notification: Notification) -> QuerySet[Message]:
    return notification.messages.filter(inbox__isnull=False).select_related("inbox", "called")


def _opened(notification: Notification, person: Staff) -> bool:
    """The whole extract opens to who acknowledged and who stands in; what a letter has told, to all."""
    by = notification.acknowledged_by_id
    if notification.paper_on is not None or by == person.pk:
        return True
    return by in authority_members.stands_in_for(person, baku_today())


def _letter(letter: Message, *, opened: bool) -> dict[str, Any]:
    said = extract.labels(letter.extract)
    if not opened:
        said = {key: said[key] for key in extract.OPEN_BEFORE_ACKNOWLEDGEMENT}
    return {"number": letter.number, "kind": letter.kind, "label": letter.get_kind_display(),
            "at": letter.inbox.arrived_at, "said": said, "called": letter.called}  # fmt: skip


def _deliveries(notification: Notification) -> list[dict[str, Any]]:
    return [
        {"message": letter, "ways": list(letter.deliveries.all())}
        for letter in notification.messages.select_related("called").prefetch_related("deliveries")
    ]


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def acknowledge(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """We have received this."""
    notification = reached_or_404(_reached(request.user), pk=pk)
    row = actions.acknowledge(notification, by=request.user)
    if row.acknowledged_by_id != request.user.pk:
        messages.info(request, _("A colleague had already confirmed the receipt."))
    else:
        messages.success(request, _("Thank you. The centre sees that you have received this."))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the body's decision."""
    notification = reached_or_404(_reached(request.user), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, notification, form)
    said = form.cleaned_data
    try:
        actions.decide(
            notification,
            decision=said["decision"],
            number=said["decision_number"],
            decided_on=said["decided_on"],
            by=request.user,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return _page(request, notification, form)
    messages.success(request, _("The decision is recorded."))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.CANCEL_NOTIFICATION)
def cancel(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel what was not sent yet."""
    notification = reached_or_404(_reached(request.user), pk=pk)
    try:
        actions.cancel(notification, reason=request.POST.get("reason", "")[:200].strip(), by=request.user)
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
