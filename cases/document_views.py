"""The documents of a case: the list with the way to add one, and the bytes of one."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseLocation

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.roles import Verb, may
from cases import care_team, notes
from cases import documents as kept
from cases.case_forms import DocumentForm
from cases.models import Case, Document
from cases.reached import readable

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
SANDBOX = "sandbox; default-src 'none'"


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_CASE)
def documents(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What is there, and the form to add to it."""
    case = readable(request, pk)
    rows = list(kept.of_case(case, request.user))
    for row in rows:
        row.victim = case.victim  # whose keys are there already
    replaced = {row.replaces_id for row in rows}
    form = _form(request, case, [row for row in rows if row.pk not in replaced])
    if form and _added(request, case, form, rows):
        return _to(request, reverse("cases:documents", args=[case.pk]))
    audit.record("document.list", by=request.user, case=case.pk, ids=[row.pk for row in rows])
    shown = [(row, row.pk in replaced) for row in rows]
    return render(request, "cases/documents.html", {"case": case, "documents": shown, "form": form})


def _form(request: StaffRequest, case: Case, newest: list[Document]) -> DocumentForm | None:
    if not may(request.user, Verb.ADD_NOTE):
        return None
    sections = notes.sections_of(case, request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    first = {"section": care_team.own_section(request.user, sections)}
    form = DocumentForm(*sent, sections=sections, rows=newest, initial=first)
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_BYTES:
        form.add_error("file", kept.too_large())
    return form


def _added(request: StaffRequest, case: Case, form: DocumentForm, rows: list[Document]) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    said = form.cleaned_data
    before = next((row for row in rows if str(row.pk) == said.get("replaces")), None)
    section = before.section if before else said.get("section", "")
    upload = kept.Upload(said["kind"], said["file"].read(), said["title"], section)
    try:
        kept.add(case, upload, replaces=before, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, _("The document is kept."))
    return True


def _to(request: StaffRequest, path: str) -> HttpResponse:
    """Go there: htmx, which showed the progress, exchanges the page and says what was done."""
    if request.headers.get("HX-Request"):
        return HttpResponseLocation(path, target="#main", select="#main", swap="outerHTML")
    return redirect(path)


def _document(request: StaffRequest, pk: uuid.UUID) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("victim", "case")
    return reached_or_404(rows, pk=pk)


@require_GET
@guard(Verb.VIEW_CASE)
def download(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The document, to be saved: under the number of the case, never opened in the page."""
    found = _document(request, pk)
    name = f"{found.case.number}-{str(found.pk)[:8]}.{ENDINGS[found.type]}"
    return handed_out(kept.content_of(found, by=request.user), found.type, f'attachment; filename="{name}"')


@require_GET
@guard(Verb.VIEW_CASE)
def preview(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A picture of the first page."""
    found = _document(request, pk)
    return handed_out(kept.content_of(found, by=request.user, preview=True), "image/jpeg", "inline")


def handed_out(content: bytes, kind: str, disposition: str) -> HttpResponse:
    """The answer that is these bytes and nothing that a browser would run."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = SANDBOX
    return response
