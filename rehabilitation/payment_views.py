"""The pages of a payment: asking, deciding, paying, cancelling, and its order on paper."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import sent
from aidcenter.roles import Role, Verb, may
from cases.reached import changeable
from rehabilitation import payment_paper, payments
from rehabilitation.models import Payment
from rehabilitation.payment_forms import AskForm, CancelForm, DecisionForm, PayForm

ON_PAPER = ("approved", "paid")


def reached(request: StaffRequest, pk: uuid.UUID) -> Payment:
    """The payment for who reads its case; the director gets just the one that waits for them."""
    if request.user.role == Role.DIRECTOR:
        return reached_or_404(Payment.objects.to_decide(request.user).select_related("author"), pk=pk)
    rows = Payment.objects.visible_to(request.user)
    payment = reached_or_404(rows.select_related("case__victim", "author", "decided_by", "settled_by"), pk=pk)
    payment.victim = payment.case.victim  # whose keys are there already
    return payment


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ASK_PAYMENT)
def ask(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for a payment in the case `pk`."""
    case = changeable(request, pk)
    form = AskForm(request.POST or None, initial={"payee": case.victim.full_name})
    if sent(form, lambda said: payments.ask(case, **said, by=request.user)):
        messages.success(request, _("Asked for; somebody else decides."))
        return redirect("cases:detail", case.pk)
    audit.record("payment.form", by=request.user, case=case.pk)
    context = {"case": case, "form": form, "hindrance": payments.hindrance(case)}
    return render(request, "rehabilitation/payment_new.html", context)


@require_GET
@guard(Verb.VIEW_CASE, Verb.APPROVE_PAYMENT)
def payment(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One payment: what was asked and decided, and what the person may do now."""
    return _page(request, reached(request, pk))


def _page(request: StaffRequest, row: Payment, form: forms.Form | None = None) -> HttpResponse:
    decides = Payment.objects.to_decide(request.user).filter(pk=row.pk).exists()
    director = request.user.role == Role.DIRECTOR
    cancels = (
        row.state == "approved"
        and may(request.user, Verb.ASK_PAYMENT)
        and Payment.objects.changeable_by(request.user).filter(pk=row.pk).exists()
    )
    offered: dict[type[forms.Form], bool] = {DecisionForm: decides, CancelForm: cancels}
    audit.record("payment.view", by=request.user, case=row.case_id, ids=[row.pk])
    context = {
        "payment": row,
        "case": None if director else row.case,
        "others": [] if director else list(Payment.objects.filter(victim=row.victim_id).exclude(pk=row.pk)),
        "form": form,
        "decision": (form if isinstance(form, DecisionForm) else DecisionForm()) if decides else None,
        "cancelling": (form if isinstance(form, CancelForm) else CancelForm()) if cancels else None,
        "typed": "" if form is None or offered[type(form)] else form.data.get("why", ""),
        "on_paper": row.state in ON_PAPER,
    }
    return render(request, "rehabilitation/payment.html", context)


@require_POST
@guard(Verb.APPROVE_PAYMENT)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve the payment by an order, or return it with a reason."""
    row, form = reached(request, pk), DecisionForm(request.POST)
    acts = {"approve": _approve, "return": _give_back}
    act = acts.get(request.POST.get("verdict", ""))
    if act is None:
        messages.error(request, _("Choose."))
        return redirect("payments:payment", row.pk)
    if not sent(form, lambda said: act(row, said, request)):
        return _page(request, reached(request, pk), form)
    return redirect("payments:queue")


def _approve(row: Payment, said: dict[str, Any], request: StaffRequest) -> None:
    order = {name: said[name] for name in ("order_number", "order_on")}
    payments.approve(row, **order, by=request.user)
    messages.success(request, _("Approved: the accountant pays."))


def _give_back(row: Payment, said: dict[str, Any], request: StaffRequest) -> None:
    payments.give_back(row, why=said["why"], by=request.user)
    messages.success(request, _("Returned to %(name)s.") % {"name": row.author.display_name})


@require_POST
@guard(Verb.ASK_PAYMENT)
def cancel(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel what was approved and is not paid."""
    reached_or_404(Payment.objects.changeable_by(request.user), pk=pk)
    row, form = reached(request, pk), CancelForm(request.POST)
    if not sent(form, lambda said: payments.cancel(row, why=said["why"], by=request.user)):
        return _page(request, reached(request, pk), form)
    messages.success(request, _("Cancelled; it stays on record."))
    return redirect("payments:payment", row.pk)


@require_GET
@guard(Verb.APPROVE_PAYMENT)
def queue(request: StaffRequest) -> HttpResponse:
    """The payments that wait for a decision of the person."""
    rows = list(Payment.objects.to_decide(request.user).select_related("author").order_by("asked_at"))
    audit.record("payment.list", by=request.user, ids=[row.pk for row in rows])
    return render(request, "rehabilitation/payment_queue.html", {"rows": rows})


def payable(pk: uuid.UUID) -> Payment:
    """What the accountant is to pay, or has paid."""
    return reached_or_404(Payment.objects.filter(state__in=ON_PAPER).select_related("decided_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.PAY)
def pay(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the day on which it was paid, and the document."""
    row = payable(pk)
    form = PayForm(request.POST or None)
    if row.state == "paid":
        messages.info(request, _("This payment is recorded already."))
        return redirect("payments:of_year")
    if sent(form, lambda said: payments.pay(row, **said, by=request.user)):
        messages.success(request, _("The payment is recorded."))
        return redirect("payments:of_year")
    audit.record("payment.form", by=request.user, case=row.case_id, ids=[row.pk])
    return render(request, "rehabilitation/pay.html", {"form": form, "payment": row})


@require_GET
@guard(Verb.VIEW_CASE, Verb.PAY)
def paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The order of a payment as PDF, in Azerbaijani; for the accountant, until it is paid."""
    try:
        return order_of(request, pk)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("payments:payment", pk)


def order_of(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The same; raises ValidationError while nothing is approved."""
    if may(request.user, Verb.PAY):
        row = reached_or_404(Payment.objects.to_pay().select_related("decided_by"), pk=pk)
    else:
        row = reached(request, pk)
        if row.state not in ON_PAPER:
            raise ValidationError(_("Only an approved payment has an order."))
    audit.record("payment.paper", by=request.user, case=row.case_id, ids=[row.pk])
    made = HttpResponse(payment_paper.pdf(row), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{row.number}-payment.pdf"'
    return made
