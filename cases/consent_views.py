"""The consent of a case: the sheet with its ticks, the paper to sign, the signed scan, and withdrawal."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, codelists
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.roles import Verb
from cases import consent_sheet, consents, intake, notes, providers
from cases.consent_forms import ConsentForm, ScanForm, WithdrawForm
from cases.models import Case, Consent, ConsentText
from cases.reached import changeable, readable

DRAFT = "consent"


def _chosen(request: StaffRequest, case: Case, texts: dict[str, ConsentText]) -> ConsentText | None:
    """The text that the address asks for; else in a language of the person, else in the reader's."""
    reader = next((code for code, tag in ConsentText.TAGS.items() if tag == (get_language() or "az")[:2]), "")
    wanted = [request.GET.get("language", ""), *case.victim.languages, reader, *texts]
    return next((texts[code] for code in wanted if code in texts), None)


def _sheets(request: StaffRequest, texts: dict[str, ConsentText]) -> list[tuple[str, str, str]]:
    """(code, label, address) of each language there is a text in."""
    step = f"{intake.WORD}&" if intake.WORD in request.GET else ""
    return [(code, str(codelists.label("language", code)), f"?{step}language={code}") for code in texts]


def _parts(text: ConsentText, form: ConsentForm) -> list[tuple[Any, str, Any]]:
    """(box, what was read, recipients) of each purpose."""
    return [(box, text.said.get(str(box.data["value"]), ""), names) for box, names in form.ticks]


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def sheet(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet as the person reads it, with a tick per purpose; what is agreed to now."""
    case, texts = changeable(request, pk), consent_sheet.texts()
    text = _chosen(request, case, texts)
    draft = notes.draft(case, DRAFT, by=request.user)
    form = ConsentForm(request.POST or None, request.FILES or None, initial=draft | {"text": text})
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: consent_sheet.sign(case, form.signed, by=request.user))
    ):
        notes.drop_draft(case, DRAFT, by=request.user)
        messages.success(request, _("The consent is kept."))
        return intake.then(request, case, "cases:consent")
    if form.is_bound and "text" in getattr(form, "cleaned_data", {}):
        text = form.cleaned_data["text"]  # that which was read, whatever is the newest now
    audit.record("consent.form", by=request.user, case=case.pk)
    context = {"case": case, "form": form, "text": text, "parts": _parts(text, form) if text else [],
               "sheets": _sheets(request, texts),
               "rule": consents.rule_of(case, baku_today()).said,
               "trouble": consents.guardian_trouble(case, baku_today()),
               "standing": consent_sheet.standing(case), "has_draft": bool(draft),
               "directory": providers.named_in_consents(baku_today()), "scan": ScanForm()}  # fmt: skip
    return render(request, "cases/consent.html", context)


@require_GET
@guard(Verb.VIEW_CASE)
def paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet to print and sign; it says the number of the case and nothing of the person."""
    case, texts = readable(request, pk), consent_sheet.texts()
    text = _chosen(request, case, texts)
    said = text.said if text else {}
    purposes = [(code, said.get(code, ""), code in consents.NAMED) for code in consent_sheet.ORDER]
    signatures = [said.get(part, "") for part in ("person", "guardian", "worker", "interpreter")]
    audit.record("consent.print", by=request.user, case=case.pk, number=text.pk if text else None)
    context = {"case": case, "text": text, "said": said, "purposes": purposes,
               "signatures": signatures, "sheets": _sheets(request, texts)}  # fmt: skip
    return render(request, "cases/consent_paper.html", context)


def _consent(request: StaffRequest, pk: uuid.UUID, record: uuid.UUID) -> Consent:
    case = changeable(request, pk)
    found = reached_or_404(Consent.objects.filter(case=case, struck_at__isnull=True), pk=record)
    found.case, found.victim = case, case.victim  # whose keys are there already
    return found


@require_POST
@guard(Verb.CHANGE_CASE)
def attach(request: StaffRequest, pk: uuid.UUID, record: uuid.UUID) -> HttpResponse:
    """Add the signed sheet to what was agreed to on it."""
    found, form = _consent(request, pk, record), ScanForm(request.POST, request.FILES)
    if form.is_valid() and tried(
        form, lambda: consent_sheet.attach(found, form.cleaned_data["file"].read(), by=request.user)
    ):
        messages.success(request, _("The signed sheet is kept."))
    else:
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return redirect("cases:consent", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def withdraw(request: StaffRequest, pk: uuid.UUID, record: uuid.UUID) -> HttpResponse:
    """What follows when the person takes it back, and the act."""
    found, form = _consent(request, pk, record), WithdrawForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: consent_sheet.withdraw(found, on=form.cleaned_data["on"], by=request.user))
    ):
        messages.success(request, _("The consent has ended, and what rested on it."))
        return redirect("cases:consent", pk)
    audit.record("consent.form", by=request.user, case=pk, ids=[found.pk])
    effects = [(codelists.label("consent_scope", code), consents.EFFECTS[code]) for code in found.purposes]
    context = {
        "case": found.case, "record": found, "form": form, "effects": effects,
        "losing": consents.losing(found.case) if "services" in found.purposes else [],
        "waiting": consents.waiting(found.case) if set(found.purposes) & set(consents.NAMED) else 0,
    }  # fmt: skip
    return render(request, "cases/withdraw.html", context)
