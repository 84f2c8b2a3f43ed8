"""The pages of referrals to partners inside the centre."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, codelists, papers, workflow
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import sent, tried
from aidcenter.models import AuditEvent
from aidcenter.roles import Verb, may
from cases import records
from cases.models import Case
from cases.reached import changeable
from referrals import partner_sheet, partners
from referrals.models import PartnerSheet, Referral
from referrals.models.partner import OPEN, by_urgency
from referrals.partner_forms import (
    AgainForm,
    AnswerForm,
    EnterForm,
    ReferForm,
    SheetForm,
    WithdrawForm,
    sheet_said,
)
from referrals.partner_reached import changeable_referral, readable_referral

PAGE_SIZE = 25


@require_GET
@guard(Verb.REFER)
def referrals(request: StaffRequest) -> HttpResponse:
    """The referrals of one's cases in one state, or those that are not finished: urgent and old first."""
    rows: Any = Referral.objects.visible_to(request.user)
    state = request.GET.get("state", "")
    if state in workflow.REFERRAL.steps:
        rows = rows.filter(state=state)
    elif state != "all":
        rows, state = rows.unfinished(), ""
    rows = rows.select_related("case", "provider", "author").order_by(by_urgency(), "moved_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("referral.list", by=request.user, ids=[row.pk for row in page.object_list])
    context = {"page": page, "state": state, "states": codelists.choices("referral_state")}
    return render(request, "referrals/referrals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REFER)
def refer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Prepare a referral in the case `pk`; next comes the sheet."""
    case, made = changeable(request, pk), list[Referral]()
    form = ReferForm(request.POST or None, initial={"service_type": request.GET.get("type", "")})
    if sent(form, lambda said: made.append(partners.prepare(case, said, by=request.user))):
        return redirect("partners:send", made[0].pk)
    audit.record("referral.form", by=request.user, case=case.pk)
    context = {"case": case, "form": form, "hindrance": partners.hindrance(case)}
    return render(request, "referrals/refer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REFER)
def send(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Write the sheet, read it as it will leave, and send just that."""
    row = changeable_referral(request, pk)
    if row.state != "due":
        messages.info(
            request, _("This referral is not to be sent: %(state)s.") % {"state": row.get_state_display()}
        )  # type: ignore[attr-defined] # of CodeField
        return redirect("partners:referral", row.pk)
    portal = partners.signs_in(row.provider)
    form = SheetForm(request.POST or None, initial=sheet_said(row.case, row, portal), portal=portal)
    audit.record("referral.form", by=request.user, case=row.case_id, ids=[row.pk])
    context = {
        "referral": row,
        "case": row.case,
        "form": form,
        "withheld": codelists.choices("referral_withheld"),
    }
    if request.method != "POST" or "change" in request.POST or not form.is_valid():
        if "change" in request.POST:
            context["form"] = SheetForm(initial=request.POST.dict(), portal=portal)
        return render(request, "referrals/sheet_form.html", context)
    sheet = partner_sheet.sheet_of(row.case, row, form.cleaned_data, baku_today())
    seen = records.stamp(dict(sheet))
    if request.POST.get("seen") == seen and _leaves(request, row, sheet, form):
        return redirect("partners:referral", row.pk)
    return _review(request, context, sheet, seen)


def _leaves(request: StaffRequest, row: Referral, sheet: partner_sheet.Sheet, form: SheetForm) -> bool:
    """Whether the sheet was sent, just as it was read."""
    done = tried(form, lambda: partners.send(row, sheet, form.cleaned_data, by=request.user))
    if done:
        messages.success(request, _("Sent. What was sent stands, and is below."))
    return done


def _review(
    request: StaffRequest, context: dict[str, Any], sheet: partner_sheet.Sheet, seen: str
) -> HttpResponse:
    """What leaves, word by word; or the form again, where the words give something away."""
    form = context["form"]
    if not tried(form, lambda: partners.check_sheet(context["case"], sheet, dict(form.cleaned_data))):
        return render(request, "referrals/sheet_form.html", context)
    shown = {"lines": partner_sheet.lines(dict(sheet)), "withheld": partner_sheet.withheld(dict(sheet))}
    return render(request, "referrals/sheet_review.html", context | shown | {"seen": seen})


@require_GET
@guard(Verb.VIEW_CASE)
def referral(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One referral: what was asked, what left, what was said, and what one may do now."""
    return _page(request, readable_referral(request, pk))


def _page(request: StaffRequest, row: Referral, form: forms.Form | None = None) -> HttpResponse:
    sheets, words = partners.told_of(row)
    audit.record("referral.view", by=request.user, case=row.case_id, ids=[row.pk])
    may_change = Referral.objects.changeable_by(request.user).filter(pk=row.pk).exists()
    context = {
        "referral": row,
        "case": row.case,
        "sheets": [_shown(sheet) for sheet in sheets],
        "words": words,
        "form": form,
        "acts": _acts(row, form) if may_change else {},
        "services": row.state == "completed" and may_change and may(request.user, Verb.RECORD_SERVICE),
    }
    return render(request, "referrals/referral.html", context)


def _shown(sheet: PartnerSheet) -> dict[str, Any]:
    """A sheet as it left, and who of the partner opened it."""
    opened = audit.with_names(audit.about(AuditEvent.objects.filter(action="partner.open"), sheet.pk))
    return {
        "sheet": sheet,
        "lines": partner_sheet.lines(sheet.said),
        "withheld": partner_sheet.withheld(sheet.said),
        "opened": list(opened.order_by("at")),
    }


def _acts(row: Referral, form: forms.Form | None) -> dict[str, forms.Form]:
    """The forms of what may be done now; the one that was refused as it was typed."""
    kinds: dict[str, tuple[bool, Callable[[], forms.Form]]] = {
        "answer": (row.asks, AnswerForm),
        "again": (
            row.state == "declined" and row.case.state not in Case.CLOSED,
            lambda: AgainForm(referral=row),
        ),
        "enter": (row.state in OPEN, EnterForm),
        "withdraw": (workflow.REFERRAL.allows(row.state, "cancelled"), WithdrawForm),
    }
    made = {name: make() for name, (offered, make) in kinds.items() if offered}
    return {name: form if form and type(form) is type(fresh) else fresh for name, fresh in made.items()}


def _act(
    request: StaffRequest, row: Referral, form: forms.Form, act: Callable[[dict[str, Any]], object], said: str
) -> HttpResponse:
    """Do it and say so; or the page again, with what was typed."""
    if not sent(form, act):
        return _page(request, changeable_referral(request, row.pk), form)
    messages.success(request, said)
    return redirect("partners:referral", row.pk)


@require_POST
@guard(Verb.REFER)
def again(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask another partner, or the same again."""
    row = changeable_referral(request, pk)
    form = AgainForm(request.POST, referral=row)
    if not sent(form, lambda said: partners.try_again(row, said, by=request.user)):
        return _page(request, changeable_referral(request, pk), form)
    return redirect("partners:send", row.pk)


@require_POST
@guard(Verb.REFER)
def withdraw(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it back."""
    row = changeable_referral(request, pk)
    form = WithdrawForm(request.POST)
    return _act(
        request, row, form, lambda said: partners.withdraw(row, **said, by=request.user), _("Withdrawn.")
    )


@require_POST
@guard(Verb.REFER)
def answer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer a question."""
    row, form = changeable_referral(request, pk), AnswerForm(request.POST)
    return _act(
        request, row, form, lambda said: partners.answer(row, **said, by=request.user), _("Answered.")
    )


@require_POST
@guard(Verb.REFER)
def enter(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter what a partner said outside of the portal."""
    row, form = changeable_referral(request, pk), EnterForm(request.POST)

    def entered(said: dict[str, Any]) -> None:
        partners.enter(row, said.pop("kind"), said, by=request.user)

    return _act(request, row, form, entered, _("It is on record."))


@require_GET
@guard(Verb.REFER)
def paper(request: StaffRequest, pk: uuid.UUID, language: str) -> HttpResponse:
    """The sheet that left last, as PDF."""
    row = readable_referral(request, pk)
    sheet = row.sheets.first()
    if sheet is None or language not in dict(settings.LANGUAGES):
        raise Http404
    sheet.victim = row.case.victim
    audit.record("referral.paper", by=request.user, case=row.case_id, ids=[row.pk, sheet.pk])
    made = papers.pdf("referral", partner_sheet.paper_of(sheet.said, language), language)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.reference}.pdf"'
    return response
