"""The record of a case: everything that is kept by kind; adding, changing and striking out."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import tried, typed
from aidcenter.roles import Verb, may
from cases import intake, notes, records
from cases.kinds import KINDS, Kind
from cases.models import Case, Kept
from cases.reached import changeable, readable
from cases.record_forms import SHORT, form_of, tells_of_child


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@require_GET
@guard(Verb.VIEW_CASE)
def overview(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything that is kept about the person, by kind."""
    case = readable(request, pk)
    may_change = (
        may(request.user, Verb.CHANGE_CASE)
        and Case.objects.changeable_by(request.user).filter(pk=pk).exists()
    )
    kept = records.kept_in(case)
    audit.record(
        "record.view", by=request.user, case=case.pk, ids=[row.pk for _, rows in kept for row in rows]
    )
    sections = [
        (kind, [(row, list(records.facts(kind, row))) for row in rows]) for kind, rows in kept if rows
    ]
    addable = [
        kind
        for kind, rows in kept
        if may_change and not (kind.once and any(not row.struck_at for row in rows))
    ]
    decisions = list(case.decisions.select_related("entered_by"))
    for decision in decisions:
        decision.victim = case.victim  # whose keys are there already
    context = {"case": case, "sections": sections, "addable": addable, "decisions": decisions,
               "may_change": may_change}  # fmt: skip
    return render(request, "cases/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def add(request: StaffRequest, pk: uuid.UUID, slug: str) -> HttpResponse:
    """A new record of a kind, from the draft that was left."""
    kind, case = _kind(slug), changeable(request, pk)
    draft = f"record-{slug}"
    kept = notes.draft(case, draft, by=request.user)
    form = form_of(kind)(
        request.POST or None, instance=kind.model(case=case, victim=case.victim), initial=kept
    )
    child = _child_untold(request, kind, form)
    if form.is_bound and form.is_valid() and not child and tried(form, lambda: _add(kind, form, request)):
        notes.drop_draft(case, draft, by=request.user)
        return intake.then(request, case, "cases:record")
    audit.record("record.form", by=request.user, case=case.pk, kind=slug)
    there = records.of_kind(case, slug) if kind.once and form.is_bound else []
    theirs = [fact for row in there for fact in records.facts(kind, row)]
    context = {"form": form, "case": case, "kind": kind, "draft": draft, "has_draft": bool(kept),
               "child": child, "theirs": theirs}  # fmt: skip
    return render(request, "cases/record_form.html", context)


def _child_untold(request: StaffRequest, kind: Kind, form: Any) -> bool:
    """Whether the form tells of a dependent child, and nobody has said yet that it is not a victim."""
    sent = form.is_bound and form.is_valid() and "not_victim" not in request.POST
    return bool(sent and tells_of_child(kind, form))


def _add(kind: Kind, form: Any, request: StaffRequest) -> None:
    records.add(kind, form.instance, by=request.user)
    messages.success(request, _("Saved."))


def _record(request: StaffRequest, kind: Kind, case: Case, record: uuid.UUID, *, lock: bool) -> Kept:
    rows = kind.model.objects.changeable_by(request.user).filter(case=case)
    found = reached_or_404(rows.select_for_update(of=("self",)) if lock else rows, pk=record)
    found.case, found.victim = case, case.victim  # whose keys are there already
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def change(request: StaffRequest, pk: uuid.UUID, slug: str, record: uuid.UUID) -> HttpResponse:
    """Change a record; when somebody else has changed it meanwhile, both texts are shown."""
    kind, case = _kind(slug), changeable(request, pk)
    row = _record(request, kind, case, record, lock=request.method == "POST")
    before, theirs = records.said(kind, row), list(records.facts(kind, row))
    made = records.changes(kind, row)
    form = form_of(kind)(request.POST or None, instance=row)
    meanwhile = request.method == "POST" and request.POST.get("seen") != records.stamp(before)
    child = _child_untold(request, kind, form)
    if request.method == "POST" and form.is_valid() and not child:
        if meanwhile:
            form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
        elif tried(form, lambda: records.change(kind, row, before=before, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("cases:record", case.pk)
    audit.record("record.form", by=request.user, case=case.pk, ids=[record], kind=slug)
    context = {"form": form, "case": case, "kind": kind, "record": row, "seen": records.stamp(before),
               "theirs": theirs if meanwhile else [], "changes": made, "child": child}  # fmt: skip
    return render(request, "cases/record_form.html", context)


@require_POST
@guard(Verb.CHANGE_CASE)
def strike(request: StaffRequest, pk: uuid.UUID, slug: str, record: uuid.UUID) -> HttpResponse:
    """Strike out what was entered in error."""
    kind, case = _kind(slug), changeable(request, pk)
    row = _record(request, kind, case, record, lock=True)
    try:
        records.strike(kind, row, why=typed(request, "reason", SHORT), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("cases:change_record", case.pk, slug, record)
    messages.success(request, _("Struck out; it stays to be read."))
    return redirect("cases:record", case.pk)
