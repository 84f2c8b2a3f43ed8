"""`/staff/settings/codes/`: the code lists and the sentences of letters, read and changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, codelists, folding, preview, wording
from aidcenter.access import StaffRequest, guard
from aidcenter.codelists import LANGUAGES, Said
from aidcenter.models import CodeText, Staff
from aidcenter.preview import Fact, Shown
from aidcenter.roles import Role, Verb, may
from aidcenter.wording_forms import IN_LANGUAGE, CodeTextForm, FindForm


@require_GET
@guard(Verb.VIEW_SETTINGS)
def lists(request: StaffRequest) -> HttpResponse:
    """Every list by what may be done with it, in the order of the alphabet."""
    changed = dict(CodeText.objects.values_list("code_list").annotate(Count("code", distinct=True)))
    language = (get_language() or "az")[:2]
    rows: list[dict[str, Any]] = [
        {"name": name, "title": codelists.title(name), "codes": len(codelists.codes(name)),
         "changed": changed.get(name, 0)}
        for name in codelists.names()
    ]  # fmt: skip
    rows.sort(key=lambda row: folding.alphabetical(row["title"], language))
    parts: dict[str, list[dict[str, Any]]] = {
        _("Sentences of letters and papers"): [],
        _("Lists that the centre may add to"): [],
        _("Lists whose words may be changed"): [],
    }
    texts, growing, others = parts.values()
    for row in rows:
        grows = growing if codelists.grows(row["name"]) else others
        (texts if codelists.has_texts(row["name"]) else grows).append(row)
    form = FindForm(request.GET or None)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    audit.record("wording.view", by=request.user)
    context = {
        "tables": parts.items(),
        "form": form,
        "asked": asked,
        "found": _found(asked),
        "columns": IN_LANGUAGE.items(),
        "may_edit": may(request.user, Verb.EDIT_SETTINGS),
    }
    return render(request, "staff/codes.html", context)


def _found(asked: str) -> list[dict[str, Any]]:
    """The codes that say what was asked for."""
    return [
        _row(name, code) | {"name": name, "list_title": codelists.title(name)}
        for name, code in (wording.found(asked) if asked else ())
    ]


def _row(name: str, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "words": _columns(codelists.words_of(name, code)),
        "offered": codelists.offered(name, code),
    }


def panels(person: Staff, _today: date) -> Iterator[dict[str, Any]]:
    """What an administrator does often, above the day's work."""
    if may(person, Verb.EDIT_SETTINGS):
        yield {"template": "staff/_often.html", "first": True, "find": FindForm()}


@require_GET
@guard(Verb.VIEW_SETTINGS)
def one_list(request: StaffRequest, name: str) -> HttpResponse:
    """The codes of a list, with their words in three languages."""
    _known(name)
    rows = [_row(name, code) for code in codelists.codes(name)]
    audit.record("wording.view", by=request.user, code_list=name)
    context = _about(request, name) | {"rows": rows, "columns": IN_LANGUAGE.items()}
    return render(request, "staff/code_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_SETTINGS)
def new(request: StaffRequest, name: str) -> HttpResponse:
    """A code that the list did not have."""
    _known(name)
    if not codelists.grows(name):
        raise Http404
    return _change(request, name, None)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_SETTINGS)
def code(request: StaffRequest, name: str, code: str) -> HttpResponse:
    """One code: what was said of it, and to an administrator the form to say it anew."""
    _known(name)
    if code not in codelists.codes(name):
        raise Http404
    return _change(request, name, code)


def _columns(words: dict[str, Any]) -> list[tuple[str, object, Any]]:
    """(language, heading, what stands there)."""
    return [(language, IN_LANGUAGE[language], words.get(language, 0)) for language in LANGUAGES]


def _known(name: str) -> None:
    if name not in codelists.names():
        raise Http404


def _about(request: StaffRequest, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "list_title": codelists.title(name),
        "grows": codelists.grows(name),
        "has_texts": codelists.has_texts(name),
        "may_edit": may(request.user, Verb.EDIT_SETTINGS),
    }


def _change(request: StaffRequest, name: str, code: str | None) -> HttpResponse:
    """The page of a code, or of a new one: looked at before it holds."""
    rows = list(wording.history(name, code)) if code else []
    context, form, step = _about(request, name), None, preview.Step()
    if context["may_edit"]:
        first = _first(name, code, rows, request.GET.get("again", ""))
        form = CodeTextForm(request.POST or None, code_list=name, code=code, initial=first)

        def act(said: dict[str, Any]) -> None:
            chosen = code or wording.code_for(name, said["en"])
            about = {"reason": said["reason"], "replaces": said["replaces"] if code else None}
            wording.put(name, chosen, form.said, **about, by=request.user)

        step = preview.step(request, form, act)
        if step.done:
            messages.success(request, _("It is said so from now on; on every page within moments."))
            return redirect("code_list", name)
    audit.record("wording.form", by=request.user, code_list=name, code=code or "")
    context |= {"code": code, "form": form, "seen": step.seen, "history": _history(name, code, rows),
                "title": codelists.label(name, code) if code else _("New code"),
                "shown": _shown(name, code, form.said) if form and step.seen else None}  # fmt: skip
    return render(request, "staff/code.html", context)


def _first(name: str, code: str | None, rows: list[CodeText], again: str) -> dict[str, Any]:
    """What the form says first: what holds, or what held once and is to hold again."""
    if code is None:
        return {}
    past = next((row for row in rows if str(row.pk) == again), None)
    words = codelists.words_in_file(name, code) if again == "0" else codelists.words_of(name, code)
    if past:
        words = {language: getattr(past, language) for language in LANGUAGES}
    return {
        **words,
        "offered": past.offered if past else again == "0" or codelists.offered(name, code),
        "replaces": rows[0].pk if rows else None,
    }


@dataclass(frozen=True)
class Past:
    """A line of the history; `again` is how an address names it."""

    words: list[tuple[str, str]]
    offered: bool
    row: CodeText | None
    again: int


def _history(name: str, code: str | None, rows: list[CodeText]) -> list[Past]:
    said = [Past([(to, getattr(row, to)) for to in LANGUAGES], row.offered, row, row.pk) for row in rows]
    words = codelists.words_in_file(name, code) if code else {}
    return [*said, Past(list(words.items()), True, None, 0)] if words else said


def _shown(name: str, code: str | None, said: Said) -> Shown:
    """What holds before and after."""
    before = codelists.words_of(name, code) if code else {}
    facts = [
        Fact(label, before.get(language), said.words[language])
        for language, label in IN_LANGUAGE.items()
        if before.get(language) != said.words[language]
    ]
    if code and said.offered != codelists.offered(name, code):
        words = {True: _("yes"), False: _("no")}
        facts.append(Fact(_("Offered in forms"), words[not said.offered], words[said.offered]))
    notes = [
        _("Letters and papers that were made before keep their words.")
        if codelists.has_texts(name)
        else _("Every page, list, file and figure says it so, also of what was recorded before.")
    ]
    return Shown(facts, notes)


@require_GET
@guard(Verb.VIEW_SETTINGS)
def languages(request: StaffRequest) -> HttpResponse:
    """In which language each letter, paper and mail goes out, who chooses it, and how many read which."""
    people = Staff.objects.filter(is_active=True, is_program=False)
    counted: dict[str, dict[str, int]] = {}
    for role, language, many in people.values_list("role", "language").annotate(many=Count("pk")):
        counted.setdefault(role, {})[language] = many
    readers = [(role.label, _columns(counted[role])) for role in Role if role in counted]
    audit.record("wording.view", by=request.user)
    return render(request, "staff/languages.html", {"readers": readers, "columns": IN_LANGUAGE.items()})
