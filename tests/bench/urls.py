"""The product's addresses and the bare page; in a process with BENCH_WITHOUT, the product without a layer."""

from django.conf import settings
from django.shortcuts import render
from django.urls import path

from aidcenter.access import guard
from aidcenter.roles import Verb
from aidcenter.urls import handler500, urlpatterns
from cases import views
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
    CaseAccess.open_cases_of = lambda person: Case.objects.worklist_of(person).count()
    views.SORTS = views.SORTS | {"due": ("next_due", "number")}

urlpatterns = [*urlpatterns, path("bare/", bare)]
