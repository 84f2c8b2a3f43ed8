"""Pages of services in figures: the tables, the list behind a figure, and the file."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.roles import Verb, may
from cases import export_views, exports
from rehabilitation import figures
from rehabilitation.periods import Period, asked

PAGE_SIZE = 50


@require_GET
@guard(Verb.VIEW_FIGURES)
def tables(request: StaffRequest) -> HttpResponse:
    """The services of a period, by type, month, team and who gave them."""
    form, period = asked(request.GET, Period.year_to(baku_today()))
    context: dict[str, Any] = {"form": form, "period": period, "reads": may(request.user, Verb.VIEW_CASE)}
    if period:
        persons, services = figures.whole(request.user, period)
        exact, parts = figures.is_exact(request.user), figures.parts(request.user, period)
        context |= {"persons": persons, "services": services, "exact": exact,
                    "parts": [_drawn(part, period) for part in parts]}  # fmt: skip
    audit.record("service.figures", by=request.user)
    return render(request, "rehabilitation/service_figures.html", context)


def _drawn(part: figures.Part, period: Period) -> dict[str, Any]:
    rows = [(row, f"{period.query}&{urlencode({'by': part.name, 'code': row.code})}") for row in part.rows]
    bars = [(row.label, row.services, row.services_shown) for row in part.rows]
    return {"part": part, "rows": rows, "bars": bars}


@require_GET
@guard(Verb.VIEW_CASE)
def behind(request: StaffRequest) -> HttpResponse:
    """The services that one figure counts, of the cases that the person reads."""
    _form, period = asked(request.GET, Period.year_to(baku_today()))
    name, code = request.GET.get("by", ""), request.GET.get("code", "")
    if period is None or name not in figures.BY:
        raise Http404
    rows = figures.narrowed(figures.delivered(request.user, period), name, code)
    rows = (
        rows.select_related("case", "given_by").with_labels().order_by("-delivered_on", "-recorded_at", "pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("service.list", by=request.user, ids=[row.pk for row in page])
    context = {"page": page, "period": period, "label": figures.label_of(name, code)}
    return render(request, "rehabilitation/figure_list.html", context)


@require_POST
@guard(Verb.EXPORT_FIGURES)
def export(request: StaffRequest) -> HttpResponse:
    """The tables as an encrypted file."""
    try:
        made = exports.take_figures(figures.WHAT, request.GET, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("rehabilitation:figures")
    return export_views.made(request, *made)
