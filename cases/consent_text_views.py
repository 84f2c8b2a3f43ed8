"""The texts of the consent sheet, as an administrator adds and edits them, by language."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, codelists, editions, preview
from aidcenter.access import StaffRequest, guard
from aidcenter.preview import Shown
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
    rows = consent_sheet.versions(language)
    first = editions.again(request, rows) or now
    form = ConsentTextForm(request.POST or None, initial=first.said if first else {}, beside=beside)
    replaces = request.POST.get("replaces", "")
    step = preview.step(
        request,
        form,
        lambda said: consent_sheet.edit_text(language, said, replaces=replaces, by=request.user),
    )
    if step.done:
        messages.success(request, _("The new text is read and signed from now on."))
        return redirect("cases:consent_texts")
    audit.record("consent_text.form", by=request.user, language=language)
    meanwhile = form.is_bound and now is not None and replaces != str(now.pk)
    shown = _shown(now, form.cleaned_data, meanwhile=meanwhile) if step.seen else None
    context = {"form": form, "now": now, "meanwhile": meanwhile, "tag": ConsentText.TAGS[language],
               "label": codelists.label("language", language), "seen": step.seen, "shown": shown,
               "past": editions.told(rows, lambda row: _parts(row.said))}  # fmt: skip
    return render(request, "cases/consent_text.html", context)


def _parts(said: dict[str, str]) -> dict[str, str]:
    """The parts of a sheet by their labels."""
    labels = dict(codelists.choices("consent_wording") + codelists.choices("consent_scope"))
    return {str(label): said.get(part, "") for part, label in labels.items()}


def _shown(now: ConsentText | None, said: dict[str, str], *, meanwhile: bool) -> Shown:
    """What the sheet says before and after; `meanwhile` somebody else has edited it."""
    facts = preview.compared(_parts(now.said) if now else None, _parts(said))
    if not facts:
        return Shown([], [_("It says just that already.")])
    notes = [_("It is read and signed from now on; consents that were given keep their text.")]
    if meanwhile:
        notes.insert(0, _("Somebody changed this while you were typing. Compare, and save again."))
    return Shown(facts, notes)
