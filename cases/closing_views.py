"""The decision on the status, closing a case, and opening it again."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit, registry
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import sent, typed
from aidcenter.roles import Verb, may
from cases import closing, identification, records
from cases.actions import one_at_a_time
from cases.case_forms import LONGEST, ClosingForm, DecisionForm
from cases.models import Case, Closure, StatusDecision
from cases.reached import changeable


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def status(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Record who decided whether the person is a victim."""
    case = changeable(request, pk)
    if request.method == "POST":
        one_at_a_time(case)
        case = changeable(request, pk)
    form = DecisionForm(request.POST or None, case=case)

    def decide(said: dict[str, Any]) -> None:
        then = said.pop("then") or "closed_referred"
        identification.decide_status(case, said, then=then, today=baku_today(), by=request.user)

    last = case.decisions.first()
    seen = str(last.pk) if last else ""
    meanwhile = request.method == "POST" and request.POST.get("seen", seen) != seen
    if meanwhile:
        form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
    elif sent(form, decide):
        messages.success(request, _("The decision is recorded."))
        return redirect("cases:record", case.pk)
    audit.record("status.form", by=request.user, case=case.pk)
    theirs = _said(case, last) if meanwhile and last else []
    return render(request, "cases/status.html", {"form": form, "case": case, "seen": seen, "theirs": theirs})


def _said(case: Case, decision: StatusDecision) -> list[tuple[str, str]]:
    """(what, said) of a decision."""
    decision.victim = case.victim  # whose keys are there already
    return records.stated(decision, "status", "decided_by", "document_number", "decided_on", "basis")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def close(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask to close the case; or read what was asked, and decide it."""
    case = changeable(request, pk)
    form = ClosingForm(request.POST or None)
    if sent(form, lambda said: closing.ask(case, said, by=request.user)):
        messages.success(request, _("Asked for; a supervisor decides."))
        return redirect("cases:detail", case.pk)
    return _close_page(request, case, form=form, typed=form.data.get("summary", ""))


def _close_page(request: StaffRequest, case: Case, *, form: ClosingForm, typed: str) -> HttpResponse:
    """What was asked, else the form; and what was `typed` when somebody else was quicker."""
    asked = closing.open_request(case)
    returned = case.closures.filter(approved=False, episode=case.episode).select_related("decided_by").first()
    if returned:
        returned.victim = case.victim  # whose keys are there already
    audit.record("closure.form", by=request.user, case=case.pk)
    may_decide = asked and asked.author != request.user and may(request.user, Verb.APPROVE_CLOSING)
    open_still = [line for lines in registry.ask("still_open", case) for line in lines]
    context = {"form": form, "case": case, "asked": asked, "returned": returned, "may_decide": may_decide,
               "typed": typed if asked or not form.is_bound else "",
               "still_open": open_still}  # fmt: skip
    return render(request, "cases/close.html", context)


@require_POST
@guard(Verb.APPROVE_CLOSING)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve the closing, or return it."""
    rows = Closure.objects.changeable_by(request.user).exclude(author=request.user)
    rows = rows.select_related("case__victim").select_for_update(of=("self",))  # two at once: one decides
    asked, verdict = reached_or_404(rows, pk=pk), request.POST.get("verdict", "")
    if asked.decided_at:
        messages.error(request, _("Somebody has decided this meanwhile."))
        answer = request.POST.get("answer", "")[:LONGEST]
        return _close_page(request, asked.case, form=ClosingForm(), typed=answer)
    if verdict not in ("approve", "return"):
        messages.error(request, _("Choose."))
        return redirect("cases:close", asked.case_id)
    try:
        answer = typed(request, "answer", LONGEST)
        closing.decide(asked, approved=verdict == "approve", answer=answer, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("cases:close", asked.case_id)
    messages.success(request, _("The case is closed.") if asked.approved else _("Returned."))
    return redirect("cases:detail", asked.case_id)


@require_POST
@guard(Verb.CHANGE_CASE)
def reopen(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the case again."""
    case = changeable(request, pk)
    try:
        closing.reopen(case, why=typed(request, "reason", LONGEST), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The case is open again."))
    return redirect("cases:detail", case.pk)
