"""What people do with payments: ask, approve or return, pay, cancel."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import azn
from cases import centre
from cases.actions import broken, one_at_a_time
from cases.models import Case
from rehabilitation.models import Payment


def hindrance(case: Case) -> str:
    """Why nothing is paid in `case`, and what now; "" when nothing stands against it."""
    if case.state in Case.CLOSED:
        return _("A closed case has no payments. Open it again first.")
    if case.victim_status not in settings.PAYMENT_STATUSES:
        status = {"status": case.get_victim_status_display()}  # type: ignore[attr-defined]
        return (
            _(
                "The person is “%(status)s”, and payments are for confirmed victims. Once a body has decided,"
                " record its decision with its document; then ask again."
            )
            % status
        )
    return ""


@act
def ask(case: Case, *, kind: str, amount: Decimal | None, payee: str, by: Staff) -> Payment:
    """Ask for a payment; the one-time allowance has its amount by setting."""
    require(by, Verb.ASK_PAYMENT)
    if found := hindrance(case):
        raise ValidationError(found)
    if kind == "one_time":
        allowance = centre.value("ALLOWANCE_AZN")
        if amount not in (None, allowance):
            fixed = {"amount": azn(allowance)}
            raise ValidationError({"amount": _("The one-time allowance is %(amount)s.") % fixed})
        amount = allowance
    if amount is None or not 0 < amount <= settings.PAYMENT_MOST_AZN:
        most = {"most": azn(settings.PAYMENT_MOST_AZN)}
        raise ValidationError({"amount": _("An amount above zero, %(most)s at most.") % most})
    one_at_a_time(case)
    if case.payments.filter(state="requested", kind=kind, amount=amount).exists():
        raise ValidationError(_("This is asked for already."))
    made = Payment(case=case, victim=case.victim, kind=kind, amount=amount, payee=payee, author=by,
                   for_director=amount > settings.PAYMENT_DIRECTOR_ABOVE_AZN)  # fmt: skip
    _save(made, force_insert=True)
    audit.record("payment.ask", by=by, case=case.pk, ids=[made.pk], kind=kind)
    return made


def _save(payment: Payment, **how: Any) -> None:
    """Save; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            payment.save(**how)
    except IntegrityError as refusal:
        said = _refusals().get(broken(refusal), _("The payment was changed meanwhile."))
        raise ValidationError(said) from None


def _refusals() -> dict[str, str]:
    return {
        "payment_one_time_once": _(
            "This person has the one-time allowance already, asked for or paid, in this case or another."
        ),
        "payment_decided_by_another": _("A payment is decided by somebody who did not ask for it."),
        "payment_entitled": _("The person was found not to be a victim: return or cancel the payment."),
    }


def _moved(payment: Payment, to: str, by: Staff, verb: Verb) -> Payment:
    """The payment as it stands now, about to become `to`; nobody else acts on it meanwhile."""
    require(by, verb)
    now = Payment.objects.select_for_update(of=("self",)).filter(pk=payment.pk).first()
    if now is None:  # decided by somebody else meanwhile, it is not to be read any more
        raise ValidationError(_("The payment was changed meanwhile."))
    workflow.PAYMENT.check(now.state, to)
    now.state = to
    return now


def _needed(text: str, field: str) -> None:
    if not text:
        raise ValidationError({field: _("Say why.")})


def _has_come(day: date, field: str) -> None:
    if day > baku_today():
        raise ValidationError({field: _("This day has not come yet.")})


@act
def approve(payment: Payment, *, order_number: str, order_on: date | None, by: Staff) -> None:
    """Approve just what was asked, by an order."""
    now = _moved(payment, "approved", by, Verb.APPROVE_PAYMENT)
    if not order_number or not order_on:
        raise ValidationError(
            {
                "order_on" if order_number else "order_number": _(
                    "Approving needs number and date of the order."
                )
            }
        )
    _has_come(order_on, "order_on")
    now.decided_by, now.order_number, now.order_on = by, order_number, order_on
    _save(now, update_fields=["state", "decided_by", "order_number", "order_on"])
    audit.record("payment.approve", by=by, case=now.case_id, ids=[now.pk])


@act
def give_back(payment: Payment, *, why: str, by: Staff) -> None:
    """Return the request with a reason; another may be asked for."""
    _needed(why, "why")
    now = _moved(payment, "returned", by, Verb.APPROVE_PAYMENT)
    now.decided_by, now.why = by, why
    _save(now, update_fields=["state", "decided_by", "why"])
    audit.record("payment.return", by=by, case=now.case_id, ids=[now.pk])


@act
def pay(payment: Payment, *, paid_on: date, document_number: str, by: Staff) -> None:
    """Record that it was paid, on which day and by which document."""
    now = _moved(payment, "paid", by, Verb.PAY)
    _has_come(paid_on, "paid_on")
    if now.order_on and paid_on < now.order_on:
        raise ValidationError({"paid_on": _("Nothing is paid before its order.")})
    now.settled_by, now.paid_on, now.document_number = by, paid_on, document_number
    _save(now, update_fields=["state", "settled_by", "paid_on", "document_number"])
    audit.record("payment.pay", by=by, case=now.case_id, ids=[now.pk])


@act
def cancel(payment: Payment, *, why: str, by: Staff) -> None:
    """Cancel what was approved and is not paid, with a reason."""
    _needed(why, "why")
    now = _moved(payment, "cancelled", by, Verb.ASK_PAYMENT)
    now.settled_by, now.why = by, why
    _save(now, update_fields=["state", "settled_by", "why"])
    audit.record("payment.cancel", by=by, case=now.case_id, ids=[now.pk])
