"""The import of old cases: the template, what a spreadsheet says, doing it, and taking it back."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter import progress as way
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.roles import Verb
from cases import imports as kept
from cases import sheet
from cases.import_forms import UploadForm
from cases.models import CaseImport

PAGE_SIZE = 25
SHOWN = 200  # problems
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.IMPORT_CASES)
def imports(request: StaffRequest) -> HttpResponse:
    """What was imported, and the way to look through a spreadsheet; what is wrong in it, row by row."""
    kept.expire()
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_BYTES:  # which was not read at all
        form.add_error("file", sheet.too_large())
    problems: list[kept.Problem] = []
    if form.is_valid():
        try:
            made, problems = kept.check(form.cleaned_data["file"].read(), by=request.user)
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            if made:
                return redirect("cases:import", made.pk)
    page = Paginator(kept.of_team(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("import.list", by=request.user, ids=[row.pk for row in page])
    context = {"form": form, "page": page, "problems": problems[:SHOWN], "wrong": len(problems)}
    return render(request, "cases/imports.html", context | {"most": sheet.MOST})


@require_GET
@guard(Verb.IMPORT_CASES)
def template(request: StaffRequest) -> HttpResponse:
    """The spreadsheet to fill in."""
    response = HttpResponse(sheet.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="old-cases.xlsx"'
    return response


def _import(request: StaffRequest, pk: uuid.UUID) -> CaseImport:
    return reached_or_404(kept.of_team(request.user), pk=pk)


@require_GET
@guard(Verb.IMPORT_CASES)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What an import says before it is done; afterwards its cases, and whether it can be undone."""
    batch = _import(request, pk)
    page = Paginator(batch.cases.order_by("number"), PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("import.view", by=request.user, ids=[batch.pk, *(case.pk for case in page)])
    context: dict[str, Any] = {"batch": batch, "page": page, "mine": batch.author_id == request.user.pk}
    if batch.state == "checked":
        context |= {"before": kept.done_before(batch), "way": way.of(batch.pk)}
    if batch.state == "done":
        context["edit"] = kept.first_edit(batch)
    return render(request, "cases/import.html", context)


@require_GET
@guard(Verb.IMPORT_CASES)
def progress(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is, for the page that waits."""
    batch = _import(request, pk)
    return render(request, "cases/_import_progress.html", {"batch": batch, "way": way.of(batch.pk)})


def _tried(request: StaffRequest, pk: uuid.UUID, act: Callable[[CaseImport], str]) -> HttpResponse:
    """Do it and say so, or say why not; then the page of the import."""
    batch = _import(request, pk)
    try:
        messages.success(request, act(batch))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    path = reverse("cases:import", args=[pk])
    if request.headers.get("HX-Request"):  # which showed the progress
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return redirect(path)


@require_POST
@guard(Verb.IMPORT_CASES)
def run(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Register everybody in it."""

    def act(batch: CaseImport) -> str:
        known = kept.run(batch, again=request.POST.get("again") == "yes", by=request.user)
        if known:
            messages.warning(request, _("Somebody may be known already; a supervisor is asked to look."))
        return _("Imported.")

    return _tried(request, pk, act)


@require_POST
@guard(Verb.IMPORT_CASES)
def drop(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Give it up."""

    def act(batch: CaseImport) -> str:
        kept.drop(batch, by=request.user)
        return _("Given up: the rows are forgotten.")

    return _tried(request, pk, act)


@require_POST
@guard(Verb.IMPORT_CASES)
def undo(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it back."""

    def act(batch: CaseImport) -> str:
        kept.undo(batch, by=request.user)
        return _("Undone: its cases are gone.")

    return _tried(request, pk, act)
