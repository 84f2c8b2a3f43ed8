"""Pages of taking a list of cases out: asking, the passphrase, the file, and the second person's decision."""

import secrets
import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.roles import Verb
from cases import exports
from cases.document_views import handed_out
from cases.listing import ListForm
from cases.models import Export


class ExportForm(forms.Form):
    """Whether the names are in it."""

    with_names = forms.BooleanField(
        label=gettext_lazy("With the names of the persons"),
        required=False,
        help_text=gettext_lazy("Leave this out unless you need the names outside of the system."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EXPORT_CASES)
def ask(request: StaffRequest) -> HttpResponse:
    """Ask for the list that the address chooses; a short one is made at once."""
    asked = ListForm.asked(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            export, passphrase = exports.take(asked, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return made(request, export, passphrase) if passphrase else _asked(request, export)
    audit.record("export.form", by=request.user)
    back = f"{reverse('cases:list')}?{asked.query}"
    rows, by_two = exports.weigh(asked, request.user)
    context = {"form": form, "asked": asked, "rows": rows, "by_two": by_two, "back": back}
    context["alone"] = settings.EXPORT_ALONE
    return render(request, "cases/export.html", context)


def _asked(request: StaffRequest, export: Export) -> HttpResponse:
    messages.success(request, _("Asked for; a supervisor or the director decides."))
    return redirect("cases:export", export.pk)


def made(request: StaffRequest, export: Export, passphrase: str) -> HttpResponse:
    """The page that shows the passphrase, in the answer itself: it is in no session and no address."""
    return render(request, "cases/export_made.html", {"export": export, "passphrase": passphrase})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EXPORT_FIGURES)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What became of one's own export; once it is approved, the way to make the file."""
    export = reached_or_404(exports.of(request.user).select_related("decided_by"), pk=pk)
    if request.method == "POST":
        if not export.approved:
            raise Http404
        try:
            return made(request, export, exports.make(export, by=request.user))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    audit.record("export.form", by=request.user, ids=[export.pk])
    context = {"export": export, "words": exports.words_of(export)}
    context["there"] = exports.file_of(export, request.user).exists()
    return render(request, "cases/export_asked.html", context)


@require_POST
@guard(Verb.EXPORT_FIGURES)
def fetch(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The file, once: under a name of chance, never opened in the page."""
    export = reached_or_404(exports.of(request.user), pk=pk)
    content = exports.fetch(export, by=request.user)
    if content is None:
        raise Http404
    return handed_out(content, "application/zip", f'attachment; filename="{secrets.token_hex(6)}.zip"')


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.APPROVE_EXPORT)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """How many cases somebody wants to take out, by which choice; none of them is shown."""
    export = reached_or_404(exports.to_decide(request.user), pk=pk)
    verdict = request.POST.get("verdict", "")
    if verdict in ("approve", "refuse"):
        try:
            exports.decide(export, approved=verdict == "approve", by=request.user)
        except ValidationError as refusal:  # somebody was quicker
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Your decision is on record."))
        return redirect("home")
    audit.record("export.form", by=request.user, ids=[export.pk])
    return render(request, "cases/export_decide.html", {"export": export, "words": exports.words_of(export)})
