"""The assessments of a case, a new one, and the questionnaire as an administrator edits it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, codelists, editions
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import Text, pick, sent
from aidcenter.roles import Verb, may
from cases import assessments as kept
from cases import intake, notes
from cases.actions import one_at_a_time
from cases.case_forms import AssessmentForm
from cases.models import Assessment, Case
from cases.reached import changeable, readable
from cases.records import stated

MOST_QUESTIONS = 60
DRAFT = "assessment"


@require_GET
@guard(Verb.VIEW_CASE)
def assessments(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The newest assessment beside the one before it, and the list of all."""
    case = readable(request, pk)
    rows = list(case.assessments.select_related("author", "questionnaire"))
    for row in rows:
        row.victim = case.victim  # whose keys are there already
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("day")), rows[0] if rows else None)
    before = next(iter(rows[rows.index(chosen) + 1 :]), None) if chosen else None
    lines = kept.compared(chosen, before) if chosen else []
    audit.record("assessment.view", by=request.user, case=case.pk, ids=[row.pk for row in rows])
    bars = [(line.question.get_domain_display(), line.now, line.now) for line in lines]  # type: ignore[attr-defined]
    context = {"case": case, "rows": rows, "chosen": chosen, "before": before, "lines": lines, "bars": bars,
               "may_assess": may(request.user, Verb.CHANGE_CASE)}  # fmt: skip
    return render(request, "cases/assessments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def assess(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A new assessment, from the draft that was left."""
    case = changeable(request, pk)
    if request.method == "POST":
        one_at_a_time(case)
    last = case.assessments.order_by("-written_at").select_related("questionnaire").first()
    seen = str(last.pk) if last else ""
    draft = notes.draft(case, DRAFT, by=request.user)
    form = AssessmentForm(request.POST or None, questions=kept.asked_now(), initial=draft)
    meanwhile = request.method == "POST" and request.POST.get("seen", seen) != seen
    if meanwhile:
        form.add_error(None, _("Somebody has assessed the person meanwhile. Compare, and save again."))
    elif sent(form, lambda _said: kept.assess(case, form.general, form.answers, by=request.user)):
        notes.drop_draft(case, DRAFT, by=request.user)
        messages.success(request, _("The assessment is kept."))
        return intake.then(request, case, "cases:assessments")
    audit.record("assessment.form", by=request.user, case=case.pk)
    context = {"form": form, "case": case, "draft": DRAFT, "has_draft": bool(draft), "seen": seen,
               "theirs": _said(case, last) if meanwhile and last else []}  # fmt: skip
    return render(request, "cases/assess.html", context)


def _said(case: Case, assessment: Assessment) -> list[tuple[str, str]]:
    """(question or risk, answer) of an assessment."""
    assessment.victim = case.victim  # whose keys are there already
    found = []
    for line in kept.compared(assessment, None):
        score = str(codelists.label("need_score", str(line.now)))
        found.append((line.question.text, " · ".join(filter(None, [score, line.note]))))
    return found + stated(assessment, *kept.RISKS, "needs", "risk_level", "why_risk")


class QuestionForm(forms.Form):
    """One question; without a text in Azerbaijani it is left out."""

    domain = pick("plan_domain", label=gettext_lazy("Domain"), required=False)
    text_az = Text(label=gettext_lazy("Azerbaijani"), max_length=300, widget=forms.Textarea({"rows": 2}))
    text_ru = Text(label=gettext_lazy("Russian"), max_length=300, widget=forms.Textarea({"rows": 2}))
    text_en = Text(label=gettext_lazy("English"), max_length=300, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """A question has a domain and a text in Azerbaijani, or neither."""
        said = super().clean() or self.cleaned_data
        if any(said.values()):
            for name in ("domain", "text_az"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("A question has a domain and a text in Azerbaijani."))
        return said


QuestionFormSet = forms.formset_factory(
    QuestionForm, extra=3, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS
)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_QUESTIONS)
def questions(request: StaffRequest) -> HttpResponse:
    """Edit the questionnaire, looked at first: it makes a new version, past answers keep theirs."""
    page = editions.edited(request, QuestionFormSet, kept.editions())
    try:
        if page.step.done:
            kept.edit_questions([kept.Asked(**row) for row in page.rows], by=request.user)
            messages.success(request, _("The new questions are asked from now on."))
            return redirect("cases:questions")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    audit.record("questions.form", by=request.user)
    return render(request, "cases/questions.html", page.context)
