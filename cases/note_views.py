"""Writing a note, and keeping drafts of it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb
from cases import assessment_views, assessments, care_team, notes, safety
from cases.case_forms import LONGEST_NOTE, AssessmentForm, CallForm, NoteForm
from cases.consent_forms import ConsentForm
from cases.forms import DetailsForm
from cases.kinds import KINDS
from cases.models import Case, Note
from cases.reached import readable
from cases.record_forms import form_of

FORMS: dict[str, Any] = {"note": NoteForm, "details": DetailsForm, "consent": ConsentForm} | {
    f"record-{slug}": form_of(kind) for slug, kind in KINDS.items()
}


def _fields(form: str) -> dict[str, forms.Field]:
    """The fields of the form that a draft is of."""
    if form == assessment_views.DRAFT:
        return AssessmentForm(questions=assessments.asked_now()).fields
    if form not in FORMS:
        raise Http404
    return FORMS[form].base_fields


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ADD_NOTE)
def add(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a note, or the correction of one."""
    case = readable(request, pk)
    corrected = _corrected(request, case)
    sections = notes.sections_of(case, request.user)
    initial = notes.draft(case, "note", by=request.user)
    if corrected:
        initial = {"kind": corrected.kind, "section": corrected.section, "text": corrected.text}
    first = {"kind": "note", "section": care_team.own_section(request.user, sections)}
    form = NoteForm(request.POST or None, sections=sections, initial=first | initial)
    if sent(form, lambda said: notes.add(case, notes.Written(**said), corrects=corrected, by=request.user)):
        notes.drop_draft(case, "note", by=request.user)
        messages.success(request, _("The note is saved."))
        return redirect("cases:detail", case.pk)
    audit.record("note.form", by=request.user, case=case.pk, ids=[corrected.pk] if corrected else [])
    context = {
        "form": form,
        "case": case,
        "corrected": corrected,
        "has_draft": bool(initial) and not corrected,
    }
    return render(request, "cases/note.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ADD_NOTE)
def call(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """How to telephone the person safely, then the number, then how it went."""
    case = readable(request, pk)
    form = CallForm(request.POST or None)
    if sent(form, lambda said: _called(request, case, said)):
        messages.success(request, _("The call is in the notes of the case."))
        return redirect("cases:detail", case.pk)
    audit.record("call.form", by=request.user, case=case.pk)
    context = {"form": form, "case": case, "victim": case.victim, "sheet": safety.current(case)}
    return render(request, "cases/call.html", context)


def _called(request: StaffRequest, case: Case, said: dict[str, str]) -> None:
    notes.called(case, reached=said["reached"] == "yes", words=said["words"], by=request.user)


def _corrected(request: StaffRequest, case: Case) -> Note | None:
    """The note that this one corrects, as the address says."""
    try:
        asked = uuid.UUID(request.GET["corrects"]) if "corrects" in request.GET else None
    except ValueError:
        raise Http404 from None
    rows = case.notes.visible_to(request.user).select_related("victim")
    return get_object_or_404(rows, pk=asked) if asked else None


@require_POST
@guard(Verb.ADD_NOTE)
def save_draft(request: StaffRequest, pk: uuid.UUID, form: str) -> HttpResponse:
    """Keep what is being typed; the page sends it while one types."""
    case = readable(request, pk)
    said = {
        name: [one[:LONGEST_NOTE] for one in request.POST.getlist(name)[:LONGEST_NOTE]]
        if isinstance(field, forms.MultipleChoiceField)
        else request.POST[name][:LONGEST_NOTE]
        for name, field in _fields(form).items()
        if name in request.POST
    }
    notes.save_draft(case, form, said, by=request.user)
    return HttpResponse(status=204)
