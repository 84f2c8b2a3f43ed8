"""Booking services ahead, alone or in series, and recording a session for several people."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.roles import Verb
from cases.reached import changeable
from rehabilitation import bookings, groups
from rehabilitation.forms import BookForm, GroupBookForm, GroupForm


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def book(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan or book a service in the case `pk`, or a series of them."""
    case = changeable(request, pk)
    form = BookForm(
        request.POST or None, case=case, by=request.user, on=baku_today(),
        initial={"type": request.GET.get("type", ""), "state": "booked"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        when = bookings.When(said["starts_at"], said["state"], said["times"], said["every"])
        if tried(form, partial(bookings.book, case, when, service_type=said["type"], by=request.user,
                               facts=form.facts)):  # fmt: skip
            done = ngettext("%(count)s service lies ahead.", "%(count)s services lie ahead.", when.times)
            messages.success(request, done % {"count": when.times})
            return redirect("rehabilitation:of_case", case.pk)
    audit.record("service.form", by=request.user, case=case.pk)
    return render(request, "rehabilitation/book.html", {"form": form, "case": case})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def group(request: StaffRequest) -> HttpResponse:
    """Record a session for several people of one's cases: in each case, or in none."""
    people = groups.open_cases(request.user)
    form = GroupForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        about = {"service_type": said["type"], "delivered_on": said["delivered_on"]}
        facts = form.facts(request.user)
        if tried(form, partial(groups.record_together, form.ids, **about, by=request.user, facts=facts)):
            done = ngettext(
                "The session is recorded for %(count)s person.",
                "The session is recorded for %(count)s people.",
                len(form.ids),
            )  # fmt: skip
            messages.success(request, done % {"count": len(form.ids)})
            return redirect("home")
    audit.record("service.form", by=request.user, ids=[case.pk for case in people])
    return render(request, "rehabilitation/group.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECORD_SERVICE)
def book_group(request: StaffRequest) -> HttpResponse:
    """Book a session for several people of one's cases, which takes one time and one room."""
    people = groups.open_cases(request.user)
    form = GroupBookForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        about = {"service_type": said["type"], "starts_at": said["starts_at"]}
        facts = form.facts(request.user)
        if tried(form, partial(groups.book_together, form.ids, **about, by=request.user, facts=facts)):
            done = ngettext(
                "The session is booked for %(count)s person.",
                "The session is booked for %(count)s people.",
                len(form.ids),
            )  # fmt: skip
            messages.success(request, done % {"count": len(form.ids)})
            return redirect("home")
    audit.record("service.form", by=request.user, ids=[case.pk for case in people])
    return render(request, "rehabilitation/group_book.html", {"form": form})
