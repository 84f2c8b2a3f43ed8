"""What was paid in a year: by kind and month, and for the accountant payment by payment."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aidcenter import audit, codelists, crypto
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.roles import Verb, may
from aidcenter.statistics import counted
from aidcenter.views import FIRST_YEAR
from rehabilitation.models import Payment

PAGE_SIZE = 50
MOST_WAITING = 200


@dataclass(frozen=True)
class Sum:
    """How many payments, and how much together."""

    payments: int = 0
    azn: Decimal = Decimal(0)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.payments + other.payments, self.azn + other.azn)


@dataclass(frozen=True)
class Year:
    """The sums of a year: a row for each month that has some, and one of the whole, column by column."""

    columns: list[str]  # the kinds, and all together
    months: list[tuple[str, list[tuple[str, Sum]]]]  # (name, [(column, sum), …])
    whole: list[tuple[str, Sum]]


def sums_by_month(year: int) -> dict[tuple[int, str], Sum]:
    """What was paid in `year`, by (month, kind), month 0 for the year; empty to who may not see amounts."""
    return {
        (month, kind): Sum(payments, azn or Decimal(0))
        for kind, month, _persons, payments, azn in counted("payments_counted", year)
    }


def sums(year: int) -> Year:
    """The same as the page shows it."""
    codes, found = codelists.codes("payment_kind"), sums_by_month(year)
    columns = [*(str(codelists.label("payment_kind", code)) for code in codes), _("Together")]

    def row(month: int) -> list[tuple[str, Sum]]:
        each = [found.get((month, code), Sum()) for code in codes]
        return list(zip(columns, [*each, sum(each, Sum())], strict=True))

    months = sorted({month for month, _code in found if month})
    return Year(columns, [(str(MONTHS[month]), row(month)) for month in months], row(0))


def _year(asked: str, today: date) -> int:
    known = asked.isascii() and asked.isdigit() and len(asked) == len("2026")
    return int(asked) if known and FIRST_YEAR <= int(asked) <= today.year else today.year


@require_GET
@guard(Verb.VIEW_PAYMENTS)
def of_year(request: StaffRequest) -> HttpResponse:
    """The sums of a year; for the accountant, what waits to be paid and what was paid, too."""
    today = baku_today()
    year = _year(request.GET.get("year", ""), today)
    context = {"year": year, "years": range(today.year, FIRST_YEAR, -1), "sums": sums(year)}
    ids: list[uuid.UUID] = []
    if may(request.user, Verb.PAY):
        waiting = list(Payment.objects.to_pay()[:MOST_WAITING])
        crypto.load_keys(waiting)
        page = Paginator(Payment.objects.paid_in(year), PAGE_SIZE).get_page(request.GET.get("page"))
        ids = [row.pk for row in [*waiting, *page]]
        context |= {"waiting": waiting, "page": page, "pays": True}
    audit.record("payment.list", by=request.user, ids=ids, year=year)
    return render(request, "rehabilitation/payments.html", context)
