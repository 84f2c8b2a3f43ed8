"""Pages of the ministry's report: what a period would say, sending it, what was sent, who is counted."""

import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import Text, tried
from aidcenter.roles import Verb, may
from cases.document_views import handed_out
from rehabilitation import report_paper, reports
from rehabilitation.models import Report
from rehabilitation.models.catalogue import LANGUAGES
from rehabilitation.periods import Period, asked

PAGE_SIZE = 50


class SendForm(forms.Form):
    """To whom a report goes."""

    sent_to = Text(label=gettext_lazy("To whom"), max_length=200, required=True)
    exact_why = Text(
        label=gettext_lazy("Why exact figures may be passed on"),
        max_length=500,
        help_text=gettext_lazy(
            "Left empty, figures of 1 to 10 are suppressed on paper. Otherwise name the law or order."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_REPORT)
def index(request: StaffRequest) -> HttpResponse:
    """What was sent; for a period, what a report would say, and to the director the way to send it."""
    form, period = asked(request.GET, Period.year_before(baku_today()))
    may_send = may(request.user, Verb.SEND_REPORT)
    send = SendForm(request.POST or None) if may_send else None
    if request.method == "POST":
        if send is None or period is None:
            raise Http404
        if send.is_valid() and tried(send, partial(_send, request, period, send.cleaned_data)):
            return redirect("reports:index")
    reads = may(request.user, Verb.VIEW_CASE)
    context: dict[str, Any] = {"form": form, "period": period, "send": send, "reads": reads}
    if period:
        exact = reports.sees_exact(request.user)
        context |= {"sections": list(reports.sections(reports.counted(period), exact=exact)), "exact": exact,
                    "over": period.until < baku_today()}  # fmt: skip
    context["page"] = Paginator(Report.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("report.view", by=request.user)
    return render(request, "rehabilitation/reports.html", context)


def _send(request: StaffRequest, period: Period, said: dict[str, Any]) -> None:
    made = reports.send(period, by=request.user, **said)
    messages.success(request, _("Report %(number)s is sent, and stands as it is.") % {"number": made.number})


@require_GET
@guard(Verb.VIEW_REPORT)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A report as it was sent, and what would be counted differently today."""
    report = reached_or_404(Report.objects.select_related("sent_by"), pk=pk)
    exact = reports.sees_exact(request.user)
    audit.record("report.view", by=request.user, ids=[report.pk])
    context = {"report": report, "period": reports.period_of(report), "papers": LANGUAGES, "exact": exact,
               "sections": list(reports.sections(report.content, exact=exact)),
               "changed": reports.changed(report) if exact else []}  # fmt: skip
    return render(request, "rehabilitation/report.html", context)


@require_GET
@guard(Verb.VIEW_REPORT)
def paper(request: StaffRequest, pk: uuid.UUID, language: str) -> HttpResponse:
    """A report on paper, as it leaves the centre."""
    report = reached_or_404(Report.objects.all(), pk=pk)
    if language not in LANGUAGES:
        raise Http404
    audit.record("report.paper", by=request.user, ids=[report.pk], language=language)
    content = report_paper.pdf(report, language)
    return handed_out(
        content, "application/pdf", f'attachment; filename="report-{report.number}-{language}.pdf"'
    )


@require_GET
@guard(Verb.VIEW_REPORT)
def people(request: StaffRequest) -> HttpResponse:
    """The cases that stand behind a figure, as far as the person reads them."""
    _form, period = asked(request.GET, Period.year_before(baku_today()))
    name, code, count = (request.GET.get(key, "") for key in ("part", "code", "count"))
    if period is None or count not in reports.COUNTED or (name not in reports.PARTS and name != "all"):
        raise Http404
    rows = reports.people(request.user, period, name, code, count)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("case.list", by=request.user, ids=[row.pk for row in page])
    return render(request, "rehabilitation/report_people.html", {"page": page, "period": period})
