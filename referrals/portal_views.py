"""The portal of a partner: what the own organisation was asked, and its answers. Nothing else."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit, crypto, workflow
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import sent
from aidcenter.roles import Role, Verb
from referrals import partner_sheet, partners
from referrals.models import PartnerSheet
from referrals.models.partner import OPEN, by_urgency
from referrals.partner_forms import DeclineForm, QuestionForm, ReportForm
from referrals.partner_reached import opened_by, sheet_to

PAGE_SIZE = 25


def home(request: StaffRequest) -> HttpResponse | None:
    """The inbox is the home page of a partner; None for everybody else."""
    if request.user.role != Role.PARTNER:
        return None
    rows, state = PartnerSheet.objects.sent_to(request.user), request.GET.get("state", "")
    if state in workflow.REFERRAL.steps:
        rows = rows.filter(state=state)
    ended = ExpressionWrapper(~Q(state__in=OPEN), BooleanField())
    rows = rows.annotate(ended=ended).order_by("ended", by_urgency(), "sent_at", "pk").defer("said")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("partner.list", by=request.user, ids=[row.pk for row in page.object_list])
    return render(request, "referrals/portal.html", {"page": page, "state": state, "today": baku_today()})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ANSWER_REFERRAL)
def sheet(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One sheet; the name opens to each member by an act on record (POST)."""
    row = sheet_to(request, pk)
    if request.method == "POST":
        if row.state != "cancelled":
            partners.open_sheet(row, by=request.user)
        return redirect("partners:sheet", row.pk)
    return _page(request, row)


def _page(request: StaffRequest, row: PartnerSheet, form: forms.Form | None = None) -> HttpResponse:
    audit.record("partner.view", by=request.user, case=row.case_id, ids=[row.pk])
    context: dict[str, Any] = {"sheet": row, "centre_phone": settings.CENTRE_PHONE}
    if row.state != "cancelled":
        words = list(row.words.select_related("author"))
        crypto.load_keys([row, *words])
        opened, lines = opened_by(row, request.user), partner_sheet.lines(row.said)
        if not opened:
            lines = {key: lines[key] for key in partner_sheet.OPEN_BEFORE_RECEIPT if key in lines}
        context |= {"lines": lines, "opened": opened, "words": words, "form": form, "acts": _acts(row, form)}
    return render(request, "referrals/portal_sheet.html", context)


def _acts(row: PartnerSheet, form: forms.Form | None) -> dict[str, forms.Form]:
    """The forms of what may be said now; the one that was refused as it was typed."""
    offered: dict[str, tuple[type[forms.Form], bool]] = {
        "decline": (DeclineForm, workflow.REFERRAL.allows(row.state, "declined")),
        "report": (ReportForm, workflow.REFERRAL.allows(row.state, "completed")),
        "ask": (QuestionForm, row.state in OPEN),
    }
    return {
        name: form if type(form) is kind else kind()
        for name, (kind, is_offered) in offered.items()
        if is_offered
    }


@require_POST
@guard(Verb.ANSWER_REFERRAL)
def receive(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """We have received this; who says so reads the name."""
    row = sheet_to(request, pk)
    if row.state not in ("sent", "cancelled"):
        messages.info(request, _("A colleague had already confirmed the receipt."))
        return redirect("partners:sheet", row.pk)
    return _said(request, row, "received", _("Thank you. The centre sees that you have received this."))


@require_POST
@guard(Verb.ANSWER_REFERRAL)
def accept(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """We will help."""
    return _said(
        request, sheet_to(request, pk), "accepted", _("Thank you. The centre sees that you will help.")
    )


def _said(request: StaffRequest, row: PartnerSheet, kind: str, thanks: str) -> HttpResponse:
    """Say what needs no words; what is refused is told above the page."""
    try:
        partners.say(row, kind, {}, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, thanks)
    return redirect("partners:sheet", row.pk)


def _told(request: StaffRequest, pk: uuid.UUID, kind: str, form: forms.Form, thanks: str) -> HttpResponse:
    """Say what is in `form`; or the page again, with what was typed."""
    row = sheet_to(request, pk)
    if not sent(form, lambda said: partners.say(row, kind, said, by=request.user)):
        return _page(request, sheet_to(request, pk), form)
    messages.success(request, thanks)
    return redirect("partners:sheet", row.pk)


@require_POST
@guard(Verb.ANSWER_REFERRAL)
def decline(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """We cannot help, and why."""
    return _told(
        request,
        pk,
        "declined",
        DeclineForm(request.POST),
        _("The centre sees that you cannot help, and why."),
    )


@require_POST
@guard(Verb.ANSWER_REFERRAL)
def ask(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A question to the centre."""
    return _told(request, pk, "question", QuestionForm(request.POST), _("The centre reads your question."))


@require_POST
@guard(Verb.ANSWER_REFERRAL)
def report(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What was done, when, and what came of it: the referral is completed."""
    return _told(
        request, pk, "report", ReportForm(request.POST), _("Thank you. The centre reads your report.")
    )
