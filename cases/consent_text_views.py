"""The texts of the consent sheet, as an administrator adds and edits them, by language."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, codelists
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb
from cases import consent_sheet
from cases.consent_forms import ConsentTextForm
from cases.models import ConsentText


@require_GET
@guard(Verb.EDIT_CONSENT_TEXTS)
def texts(request: StaffRequest) -> HttpResponse:
    """In which languages the sheet can be signed."""
    there = consent_sheet.texts()
    rows = [
        (code, label, there.get(code))
        for code, label in codelists.choices("language")
        if code in ConsentText.TAGS
    ]
    audit.record("consent_text.list", by=request.user)
    return render(request, "cases/consent_texts.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_CONSENT_TEXTS)
def text(request: StaffRequest, language: str) -> HttpResponse:
    """Edit the sheet in one language: saving makes a new version, consents that were given keep theirs."""
    if language not in ConsentText.TAGS:
        raise Http404
    there, reader = consent_sheet.texts(), (get_language() or "az")[:2]
    now = there.get(language)
    beside = next(
        (row for code, row in there.items() if ConsentText.TAGS[code] == reader and code != language), None
    )
    form = ConsentTextForm(request.POST or None, initial=now.said if now else {}, beside=beside)
    replaces = request.POST.get("replaces", "")
    if sent(form, lambda said: consent_sheet.edit_text(language, said, replaces=replaces, by=request.user)):
        messages.success(request, _("The new text is read and signed from now on."))
        return redirect("cases:consent_texts")
    audit.record("consent_text.form", by=request.user, language=language)
    meanwhile = form.is_bound and now is not None and replaces != str(now.pk)
    context = {"form": form, "now": now, "meanwhile": meanwhile, "tag": ConsentText.TAGS[language],
               "label": codelists.label("language", language)}  # fmt: skip
    return render(request, "cases/consent_text.html", context)
