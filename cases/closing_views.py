"""The decision on the status, closing a case, and opening it again."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit, codelists, workflow
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick, sent
from aidcenter.roles import Verb, may
from cases import closing, identification, records
from cases.actions import one_at_a_time
from cases.models import Case, Closure, StatusDecision
from cases.reached import changeable

LONGEST = 5000  # characters of a text
ENDS: list[Any] = [(code, label) for code, label in codelists.choices("case_state") if code in Case.CLOSED]


class DecisionForm(forms.Form):
    """What was decided, by whom, on what basis."""

    status = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    decided_by = pick("status_decided_by", label=gettext_lazy("Deciding body"), required=False)
    document_number = Text(label=gettext_lazy("Number of the decision"), max_length=50)
    decided_on = day(label=gettext_lazy("Date of the decision"), required=False)
    basis = Text(
        label=gettext_lazy("Basis"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Which indicators, which documents. The person may read it."),
    )  # fmt: skip
    then = forms.ChoiceField(
        label=gettext_lazy("If not identified as a victim, the case is"), choices=ENDS, required=False,
        initial="closed_referred", widget=forms.RadioSelect,
        help_text=gettext_lazy("A supervisor approves it. What was sent to the state bodies stays."),
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = workflow.VICTIM.steps[case.victim_status]
        field: Any = self.fields["status"]
        field.choices = [row for row in codelists.choices("victim_status") if row[0] in ways]


class ClosingForm(forms.Form):
    """How and why the case is closed."""

    to = forms.ChoiceField(
        label=gettext_lazy("How"), choices=ENDS, widget=forms.RadioSelect, initial="closed"
    )
    reason = pick("closure_reason", label=gettext_lazy("Reason"))
    summary = Text(
        label=gettext_lazy("Summary"), max_length=LONGEST, required=True, widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy("What was reached, what is left, who helps from now on."),
    )  # fmt: skip


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
    context = {"form": form, "case": case, "asked": asked, "returned": returned, "may_decide": may_decide,
               "typed": typed if asked or not form.is_bound else ""}  # fmt: skip
    return render(request, "cases/close.html", context)


@require_POST
@guard(Verb.APPROVE_CLOSING)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve the closing, or return it."""
    rows = Closure.objects.changeable_by(request.user).exclude(author=request.user)
    rows = rows.select_related("case__victim").select_for_update(of=("self",))  # two at once: one decides
    asked, verdict = reached_or_404(rows, pk=pk), request.POST.get("verdict", "")
    answer = request.POST.get("answer", "").strip()[:LONGEST]
    if asked.decided_at:
        messages.error(request, _("Somebody has decided this meanwhile."))
        return _close_page(request, asked.case, form=ClosingForm(), typed=answer)
    if verdict not in ("approve", "return"):
        messages.error(request, _("Choose."))
        return redirect("cases:close", asked.case_id)
    try:
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
        closing.reopen(case, why=request.POST.get("reason", "").strip()[:LONGEST], by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The case is open again."))
    return redirect("cases:detail", case.pk)
