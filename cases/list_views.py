"""The list of cases: what is shown of it, lists saved under a name, handing several cases on; finding one."""

import uuid
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aidcenter import audit, codelists, crypto, folding, registry
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import Text
from aidcenter.models import Staff
from aidcenter.prepared import SOMEBODY, Prepared, announce
from aidcenter.roles import Verb, may
from aidcenter.templatetags.ui import dmy
from cases import digest, lists, orders, search, sharing
from cases.listing import ORDER, READY, Asked, ListForm
from cases.models import Case, CaseAccess
from cases.sharing_forms import AssignForm

PAGE_SIZE = 25
LONGEST_QUESTION = 200  # characters
MOST_LOOKS = 200  # shown at once


class NameForm(forms.Form):
    """What a saved list is called."""

    name = Text(label=gettext_lazy("Name of the list"), max_length=60, required=True)


@require_GET
@guard(Verb.LIST_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases of the person, by what is due first."""
    asked = ListForm.asked(request.GET)
    show = request.GET.get("names") == "show"
    page = _page(request, asked, show)
    cases = list(page.object_list)
    if show:
        crypto.load_keys([case.victim for case in cases])
    badges = list(registry.ask("case_badges", cases))
    rows_shown = [
        (*_cells(case, show), [answer[case.pk] for answer in badges if case.pk in answer]) for case in cases
    ]
    audit.record("case.list", by=request.user, ids=[case.pk for case in cases], names=show)
    shown = {"page": page, "rows": rows_shown, "show": show, "asked": asked}
    shown |= {"choices": _choices(get_language() or "", asked.query, show)}
    return render(request, "cases/list.html", shown | _around(request))


def _cells(case: Case, show: bool) -> tuple[Any, ...]:
    """What a row says of a case, in the order of the template, which only places it."""
    return (
        str(case.pk),
        case.number,
        case.state in Case.CLOSED,
        (case.victim.full_name or _("name not given")) if show else "",
        case.get_child_status_display() if case.is_child else "",  # type: ignore[attr-defined] # of CodeField
        case.get_victim_status_display(),  # type: ignore[attr-defined]
        case.get_state_display(),  # type: ignore[attr-defined]
        case.get_risk_level_display(),  # type: ignore[attr-defined]
        dmy(case.next_due),
        _urgency(case.next_due, baku_today()),
    )


def _urgency(due: date | None, today: date) -> str:
    """Whether a day is past ("late"), today, or neither ("")."""
    if due is None or due > today:
        return ""
    return "today" if due == today else "late"


@codelists.remembered
def _choices(language: str, query: str, show: bool) -> dict[str, str]:
    """The ready-made lists and the form of the choice; drawn once for each, since they name nobody."""
    asked = ListForm.asked(QueryDict(query))
    said = {"asked": asked, "form": asked.form, "ready": READY, "show": show}
    return {
        "ready": render_to_string("cases/_ready.html", said),
        "choose": render_to_string("cases/_choose.html", said),
    }


def _around(request: StaffRequest) -> dict[str, Any]:
    """What stands around the rows: the lists to go to, and what may be done with this one."""
    person = request.user
    return {
        "today": baku_today(),
        "saved": lists.of(person),
        "hand_on": AssignForm(by=person) if may(person, Verb.ASSIGN_CASE) else None,
        "may_export": may(person, Verb.EXPORT_CASES),
    }


def _page(request: StaffRequest, asked: Asked, show: bool) -> "Page[Case]":
    number = request.GET.get("page")
    if asked.plain and not number:
        first: list[Any] = _first(asked.sort, show).found(None, request.user)
        paginator = Paginator(Case.objects.none(), PAGE_SIZE)
        paginator.count = first[0].of_all if first else 0
        return Page(first, 1, paginator)
    rows = asked.rows(request.user, baku_today())
    paginator = Paginator(rows.select_related("victim") if show else rows, PAGE_SIZE)
    if asked.plain:
        paginator.count = CaseAccess.open_cases_of(request.user).count()
    return paginator.get_page(number)


@cache
def _first(sort: str, show: bool) -> Prepared[Case]:
    """The first page of a person's open cases, each with the count of all."""
    return Prepared(lambda _case: _first_rows(sort, show))


def _first_rows(sort: str, show: bool) -> "QuerySet[Case]":
    person = Staff(pk=SOMEBODY)
    rows = Case.objects.worklist_of(person).order_by(*ORDER[sort])
    rows = rows.annotate(of_all=_counted(CaseAccess.open_cases_of(person)))
    return (rows.select_related("victim") if show else rows)[:PAGE_SIZE]


announce(lambda: [_first(sort, show) for sort in ORDER for show in (False, True)])


def _counted(rows: "QuerySet[Any]") -> Subquery:
    """How many they are, in the same question as others."""
    return Subquery(rows.order_by().values(n=Func(template="count(*)", output_field=IntegerField())))


def _back(request: StaffRequest) -> HttpResponse:
    """To the list as it was chosen."""
    return redirect(f"{reverse('cases:list')}?{ListForm.asked(request.GET).query}")


@require_POST
@guard(Verb.LIST_CASES)
def save_list(request: StaffRequest) -> HttpResponse:
    """Save the choice of the address under a name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
        return _back(request)
    try:
        lists.save(form.cleaned_data["name"], ListForm.asked(request.GET), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The list is saved."))
    return _back(request)


@require_POST
@guard(Verb.LIST_CASES)
def drop_list(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove one's own saved list."""
    lists.drop(reached_or_404(lists.rows_of(request.user), pk=pk), by=request.user)
    messages.success(request, _("The saved list is removed; no case has changed."))
    return _back(request)


@require_POST
@guard(Verb.ASSIGN_CASE)
def assign(request: StaffRequest) -> HttpResponse:
    """Give the ticked cases to a caseworker of the team: all of them or none."""
    cases = _ticked(request)
    form = AssignForm(request.POST, by=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose a caseworker of your team. No case has changed hands."))
        return _back(request)
    to = form.cleaned_data["to"]
    try:
        given = sharing.assign_all(cases, to=to, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _back(request)
    said = ngettext("%(count)s case is now with %(name)s.", "%(count)s cases are now with %(name)s.", given)
    if not given:
        said = _("These cases are with %(name)s already.")
    messages.success(request, said % {"count": given, "name": to.display_name})
    return _back(request)


def _ticked(request: StaffRequest) -> list[Case]:
    """The cases that are ticked, when each is one that the person may read."""
    try:
        ids = {uuid.UUID(pk) for pk in request.POST.getlist("case")}
    except ValueError:
        raise Http404 from None
    found = list(Case.objects.visible_to(request.user).filter(pk__in=ids))
    if len(found) != len(ids):
        raise Http404
    return found


@require_POST
@guard(Verb.LIST_CASES)
def find(request: StaffRequest) -> HttpResponse:
    """Find a person by name in any spelling, phone or number; by POST: no address keeps the question."""
    asked = folding.clean(request.POST.get("q", "")[:LONGEST_QUESTION])
    cases = search.find(asked, by=request.user)
    audit.record("case.search", by=request.user, ids=[case.pk for case in cases])
    number = search.Question.of(asked).number
    stopped = orders.stopped_for(request.user).filter(number=number) if number and not cases else []
    return render(request, "cases/found.html", {"asked": asked, "found": cases, "stopped": stopped})


@require_GET
@guard(Verb.CHANGE_CASE)
def opened(request: StaffRequest) -> HttpResponse:
    """Who else opened one's cases in the last week."""
    found = list(digest.looks(request.user, baku_today() - digest.WEEK)[:MOST_LOOKS])
    audit.record("digest.view", by=request.user, ids={look.case_id for look in found if look.case_id})
    return render(request, "cases/opened.html", {"looks": found})
