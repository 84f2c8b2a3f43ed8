"""The people of the centre, for the administrator, who sees no case; and who puts in force what they ask."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, preview
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import sent, typed
from aidcenter.models import Staff
from aidcenter.roles import OUTSIDE, Verb
from aidcenter.signin import fresh_factor_first
from cases import leaving, staffing
from cases.models import StaffChange
from cases.staff_forms import AccountForm, ChangeForm, LeaveForm
from cases.staff_shown import facts_of, team_names, what_changes

LONGEST = 300


@require_GET
@guard(Verb.VIEW_STAFF)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody, those who left last."""
    rows = Staff.objects.select_related("team").order_by("-is_active", "team__name", "display_name")
    waiting = set(StaffChange.objects.filter(approved__isnull=True).values_list("person", flat=True))
    audit.record("staff.view", by=request.user)
    return render(request, "staff/people.html", {"people": rows, "waiting": waiting, "outside": OUTSIDE})


@require_GET
@guard(Verb.EDIT_STAFF)
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody's account, and which roles and teams they had."""
    one = get_object_or_404(staffing.people().select_related("team"), pk=pk)
    teams = team_names()
    rows = [(row, facts_of(row, teams)) for row in staffing.history(one)]
    audit.record("staff.history", by=request.user, person=one.pk)
    waits = any(row.approved is None for row, _facts in rows)
    return render(request, "staff/person.html", {"person": one, "rows": rows, "waits": waits})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_STAFF)
def new(request: StaffRequest) -> HttpResponse:
    """A new account, looked at before it is made; the answer holds what is handed over sealed."""
    if first := fresh_factor_first(request):
        return first
    form, made = AccountForm(request.POST or None), list[Any]()
    step = preview.step(request, form, lambda said: made.append(staffing.add(said, by=request.user)))
    if step.done:
        return render(request, "staff/envelope.html", {"envelope": made[0]})
    audit.record("staff.form", by=request.user)
    shown = what_changes(None, form.cleaned_data, request.user) if step.seen else None
    context = {"form": form, "seen": step.seen, "shown": shown, "title": _("New person")}
    return render(request, "staff/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_STAFF)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another role, team, profession or e-mail address, looked at before it is asked."""
    if first := fresh_factor_first(request):
        return first
    one = get_object_or_404(staffing.people().exclude(pk=request.user.pk), pk=pk)
    form, made = ChangeForm(request.POST or None, person=one, back=_back(request, one)), list[StaffChange]()
    was_there = one.is_active
    step = preview.step(request, form, lambda said: made.append(staffing.change(one, said, by=request.user)))
    if step.done:
        messages.success(request, _said(made[0]))
        if was_there:
            return redirect("staff:person", one.pk)
        return render(request, "staff/envelope.html", {"envelope": staffing.way_in(made[0], by=request.user)})
    audit.record("staff.form", by=request.user, person=one.pk)
    shown = what_changes(one, form.cleaned_data, request.user) if step.seen else None
    title = _("Change") if one.is_active else _("Comes back")
    context = {"form": form, "seen": step.seen, "shown": shown, "person": one, "title": title}
    return render(request, "staff/change.html", context)


def _back(request: StaffRequest, one: Staff) -> StaffChange | None:
    """The change that is to be undone, of that person."""
    try:
        return one.changes.filter(pk=uuid.UUID(request.GET.get("back", "")), approved=True).first()
    except ValueError:
        return None


def _said(row: StaffChange) -> str:
    if row.approved:
        return _("It has taken effect; the person is told.")
    return _("It is asked; a supervisor or the director puts it in force.")


@require_POST
@guard(Verb.EDIT_STAFF)
def withdraw(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What waits is not asked any more."""
    row = get_object_or_404(StaffChange.objects.filter(approved__isnull=True), pk=pk)
    staffing.withdraw(row, by=request.user)
    messages.success(request, _("It is withdrawn."))
    return redirect("staff:person", row.person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CONFIRM_STAFF)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Put in force what an administrator asked, after a fresh second factor, or return it."""
    row = reached_or_404(staffing.to_decide(request.user), pk=pk)
    if first := fresh_factor_first(request):
        return first
    verdict = request.POST.get("verdict", "")
    if verdict in ("approve", "return"):
        try:
            answer = typed(request, "answer", LONGEST)
            password = staffing.decide(row, approved=verdict == "approve", answer=answer, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            if password:
                return render(request, "staff/password.html", {"person": row.person, "password": password})
            messages.success(request, _("It has taken effect.") if row.approved else _("Returned."))
            return redirect("home")
    audit.record("staff.form", by=request.user, person=row.person_id)
    return render(request, "staff/decide.html", {"row": row, "facts": facts_of(row, team_names())})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.END_STAFF)
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """End somebody's access, after a fresh second factor."""
    if first := fresh_factor_first(request):
        return first
    person = get_object_or_404(Staff.objects.filter(is_active=True).exclude(pk=request.user.pk), pk=pk)
    form = LeaveForm(request.POST or None, person=person)
    if sent(form, lambda said: leaving.leave(person, successor=said["successor"], by=request.user)):
        messages.success(request, _("%(name)s has no access any more.") % {"name": person.display_name})
        return redirect("staff:people")
    return render(request, "staff/leave.html", {"person": person, "form": form})
