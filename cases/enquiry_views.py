"""The enquiries, and the form of one."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import PickMany, Text, day, pick, sent
from aidcenter.roles import Verb
from cases import enquiries as kept
from cases.models import Enquiry

PAGE_SIZE = 25


class EnquiryForm(forms.Form):
    """When, through whom, what for, and what was said."""

    asked_on = day(label=gettext_lazy("Day"), initial=baku_today)
    source = pick("referral_source", label=gettext_lazy("Who asked"))
    needs = PickMany("service_type", label=gettext_lazy("What was needed"), boxes=True, required=True)
    answer = Text(
        label=gettext_lazy("What was answered"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Nothing that tells who it was: no name, no number."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.TAKE_ENQUIRY)
def enquiries(request: StaffRequest) -> HttpResponse:
    """The last enquiries, and one more."""
    form = EnquiryForm(request.POST or None)
    if sent(form, lambda said: kept.take(said, by=request.user)):
        messages.success(request, _("The enquiry is kept."))
        return redirect("cases:enquiries")
    page = Paginator(Enquiry.objects.select_related("taken_by"), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, kept.answer_of(row)) for row in page]
    audit.record("enquiry.list", by=request.user, ids=[row.pk for row, _answer in rows])
    return render(request, "cases/enquiries.html", {"form": form, "page": page, "rows": rows})
