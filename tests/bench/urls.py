"""The product's addresses and the bare page; in a process with BENCH_WITHOUT, the product without a layer.

`access` asks an owner column; `check`, `audit` and `encryption` leave these out of the case page;
`policies` is a matter of the login (tests/bench/centre.py).
"""

from datetime import date
from types import SimpleNamespace

from django.conf import settings
from django.db.models import ExpressionWrapper, Value
from django.shortcuts import render
from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import ModelSerializer

from aidcenter.access import ReachQuerySet, guard
from aidcenter.api.pages import PAGE
from aidcenter.crypto import Encrypted
from aidcenter.roles import Verb
from aidcenter.urls import handler500, urlpatterns
from cases import listing, views
from cases.api.cases import CaseShown
from cases.models import Case, CaseAccess, CaseQuerySet

__all__ = ["handler500", "urlpatterns"]

ROWS = [
    [f"AC-2026-{row:04}", *("Potential victim", "Active", "Medium", "24.11.2026", "–")] for row in range(25)
]


@guard(Verb.LIST_CASES)
def bare(request):
    """What Django needs for 25 rows that nobody looked up, through the same middleware."""
    return render(request, "bench/bare.html", {"rows": ROWS})


def _own_rows(self, person):
    """The rows of an owner column: what a product without object permissions would ask."""
    return self.filter(owner=person).exclude(state__in=Case.CLOSED)


if "access" in settings.WITHOUT:
    CaseQuerySet.worklist_of = _own_rows
    CaseAccess.open_cases_of = lambda person: Case.objects.worklist_of(person)
    listing.ORDER["due"] = ("next_due", "number")

if "check" in settings.WITHOUT:
    ReachQuerySet.visible_to = lambda rows, person: rows.annotate(may_change=Value(True))
    CaseQuerySet.annotate = lambda rows, **values: super(CaseQuerySet, rows).annotate(
        **{name: value for name, value in values.items() if not isinstance(value, ExpressionWrapper)}
    )
if "audit" in settings.WITHOUT:
    views.audit = SimpleNamespace(record=lambda *args, **facts: None, looks_at=lambda case: [])
if "encryption" in settings.WITHOUT:
    views.crypto = SimpleNamespace(load_keys=lambda rows: None)
    Encrypted.open = lambda field, row, sealed: date(1990, 1, 1) if field.kind is date else "Name"


class PlainCases(ListAPIView):
    """What Django REST framework alone needs for the same rows, fed from an owner column."""

    pagination_class = type("Pages", (CursorPagination,), {"page_size": PAGE, "ordering": "-number"})

    class Plain(ModelSerializer):
        class Meta:
            model = Case
            fields = CaseShown.Meta.fields

    serializer_class = Plain

    def get_queryset(self):
        """The open cases of the person."""
        return _own_rows(Case.objects.all(), self.request.user)


urlpatterns = [*urlpatterns, path("bare/", bare), path("api/v1/plain/", PlainCases.as_view())]
