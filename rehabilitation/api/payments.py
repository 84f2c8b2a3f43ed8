"""Payments: asked for by one, decided by another, paid by the accountant, who reads no case."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.lists import YearForm
from aidcenter.api.said import body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Endpoint, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb, may
from cases.api.written import OfCase
from cases.reached import changeable
from rehabilitation import payments
from rehabilitation.models import Payment
from rehabilitation.payment_forms import AskForm, CancelForm, DecisionForm, PayForm
from rehabilitation.payment_views import order_of, payable, reached
from rehabilitation.payment_year import sums_by_month


class PaymentShown(Shown):
    """A payment; the accountant reads the payee until it is paid, the director neither payee nor reason."""

    case = serializers.SerializerMethodField(allow_null=True)
    payee = serializers.SerializerMethodField(allow_null=True)
    why = serializers.SerializerMethodField(allow_null=True)

    class Meta:
        model = Payment
        fields = (
            "id", "case", "number", "kind", "amount", "payee", "state", "author", "asked_at", "for_director",
            "decided_by", "decided_at", "order_number", "order_on", "why", "settled_by", "settled_at",
            "paid_on", "document_number",
        )  # fmt: skip

    def _reads(self) -> bool:
        return may(self.context["request"].user, Verb.VIEW_CASE)

    def get_case(self, row: Payment) -> uuid.UUID | None:
        """The case it is paid in."""
        return row.case_id if self._reads() else None

    def get_payee(self, row: Payment) -> str | None:
        """The name it is made out to."""
        return row.payee if _named(self.context["request"].user, row) else None

    def get_why(self, row: Payment) -> str | None:
        """Why it went back, or was cancelled."""
        return row.why if self._reads() else None


def _named(person: Staff, row: Payment) -> bool:
    """Whether `person` is shown the name on `row`."""
    return may(person, Verb.VIEW_CASE) or (row.state == "approved" and may(person, Verb.PAY))


def _opened(rows: list[Payment], person: Staff) -> list[Payment]:
    """The rows, with the keys of those that open to `person`, in one question."""
    crypto.load_keys([row for row in rows if _named(person, row)])
    return rows


class PaymentAskBody(body_of(AskForm)):  # type: ignore[misc] # made from the form
    """What is asked for, how much, and to whose name."""


class CasePayments(OfCase):
    """The payments of a case, the last first; with POST, ask for one: somebody else decides."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.ASK_PAYMENT}
    takes = {"POST": AskForm}
    bodies = {"POST": PaymentAskBody}
    shows = PaymentShown
    address = "/api/v1/payments/{pk}/"
    order = ("-asked_at", "pk")
    look = "payment.list"

    def made(self, pk: uuid.UUID) -> Payment:
        """As on the screen."""
        made = payments.ask(changeable(self.request, pk), **self.form().cleaned_data, by=self.person)
        asked: Payment = self.of_key(made.pk, pk=pk)
        return asked


class Waiting(Rows):
    """What waits for the person, the longest first: to be decided; to the accountant, to be paid."""

    verbs = {"GET": (Verb.APPROVE_PAYMENT, Verb.PAY)}
    shows = PaymentShown
    order = ("asked_at", "pk")

    def rows(self) -> QuerySet[Payment]:
        """As on the screens."""
        if may(self.person, Verb.PAY):
            return Payment.objects.to_pay()
        return Payment.objects.to_decide(self.person)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With their keys in one question."""
        return _opened(rows, self.person)

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("payment.list", by=self.person, ids=[row.pk for row in rows])


class Paid(Rows):
    """What was paid in a year, the last first."""

    verbs = {"GET": Verb.PAY}
    shows = PaymentShown
    asks = YearForm
    order = ("-paid_on", "-settled_at")

    @property
    def year(self) -> int:
        """That which is asked for, or this one."""
        return self.asked().get("year") or baku_today().year

    def rows(self) -> QuerySet[Payment]:
        """As on the screen."""
        return Payment.objects.paid_in(self.year)

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("payment.list", by=self.person, ids=[row.pk for row in rows], year=self.year)


class SumShown(serializers.Serializer):
    """How many payments of a kind, and how much together; month 0 is the whole year."""

    month = serializers.IntegerField(min_value=0, max_value=12)
    kind = serializers.CharField()
    payments = serializers.IntegerField()
    azn = serializers.DecimalField(max_digits=14, decimal_places=2)


class SumsShown(serializers.Serializer):
    """What was paid in a year; without sums to those who may not see amounts."""

    year = serializers.IntegerField()
    sums = SumShown(many=True)


class Sums(Endpoint):
    """What was paid in a year, by kind and month."""

    verbs = {"GET": Verb.VIEW_PAYMENTS}
    shows = SumsShown
    asks = YearForm

    def get(self, request: Request) -> Response:
        """As on the screen."""
        year = self.asked().get("year") or baku_today().year
        found = sorted(sums_by_month(year).items())
        audit.record("payment.list", by=self.person, year=year)
        sums = [{"month": month, "kind": kind, **vars(each)} for (month, kind), each in found]
        return self.shown({"year": year, "sums": sums})


class PaymentRow(Row):
    """One payment: to who reads its case, decides it, or pays it."""

    verbs = {"GET": (Verb.VIEW_CASE, Verb.APPROVE_PAYMENT, Verb.PAY)}
    shows = PaymentShown

    def row(self, pk: uuid.UUID) -> Payment:
        """The payment."""
        return payable(pk) if may(self.person, Verb.PAY) else reached(self.request, pk)

    def looked(self, row: Payment) -> None:
        """Opening it is on record."""
        audit.record("payment.view", by=self.person, case=row.case_id, ids=[row.pk])


class PaymentDecisionForm(DecisionForm):
    """Whether it is approved, by which order; or returned, and why."""

    verdict = forms.ChoiceField(
        choices=[("approve", gettext_lazy("Approve")), ("return", gettext_lazy("Return"))]
    )


class Decide(Deed):
    """Approve a payment by an order, or return it with a reason."""

    verbs = {"POST": Verb.APPROVE_PAYMENT}
    takes = {"POST": PaymentDecisionForm}
    shows = PaymentShown

    def done(self, pk: uuid.UUID) -> Payment:
        """As on the screen."""
        row, said = reached(self.request, pk), self.form().cleaned_data
        if said["verdict"] == "approve":
            order = {name: said[name] for name in ("order_number", "order_on")}
            payments.approve(row, **order, by=self.person)
        else:
            payments.give_back(row, why=said["why"], by=self.person)
        if self.person.role == Role.DIRECTOR:  # who reads it no more; but just now, as they have decided it
            return reached_or_404(Payment.objects.decided_by(self.person), pk=pk)
        return reached(self.request, pk)


class PaymentCancelBody(body_of(CancelForm)):  # type: ignore[misc] # made from the form
    """Why what was approved is not paid."""


class Cancel(Deed):
    """Cancel what was approved and is not paid; it stays on record."""

    verbs = {"POST": Verb.ASK_PAYMENT}
    takes = {"POST": CancelForm}
    bodies = {"POST": PaymentCancelBody}
    shows = PaymentShown

    def done(self, pk: uuid.UUID) -> Payment:
        """As on the screen."""
        reached_or_404(Payment.objects.changeable_by(self.person), pk=pk)
        row = reached(self.request, pk)
        payments.cancel(row, why=self.form().cleaned_data["why"], by=self.person)
        return reached(self.request, pk)


class Pay(Deed):
    """Record the day on which it was paid, and the document."""

    verbs = {"POST": Verb.PAY}
    takes = {"POST": PayForm}
    shows = PaymentShown

    def done(self, pk: uuid.UUID) -> Payment:
        """As on the screen."""
        payments.pay(payable(pk), **self.form().cleaned_data, by=self.person)
        return payable(pk)


class Order(Endpoint):
    """The order of an approved payment on paper, in Azerbaijani; to the accountant until it is paid."""

    verbs = {"GET": (Verb.VIEW_CASE, Verb.PAY)}
    hands_out = ("application/pdf",)

    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """PDF; making it is on record. Before it is approved there is none."""
        self.check_query()
        try:
            return order_of(self.request, pk)
        except ValidationError:
            raise Http404 from None
