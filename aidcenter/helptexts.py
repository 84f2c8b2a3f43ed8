"""What the help pages say: the glossary, the keys that do something, and the steps of the tour."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from aidcenter import audit, codelists, folding
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may


@cache
def glossary(language: str) -> list[dict[str, Any]]:
    """Each word in `language` with what it means and the same word in the other languages, sorted."""
    rows = json.loads((codelists.DATA / "glossary.json").read_text(encoding="utf-8"))
    words = [
        {
            "code": row["code"],
            "term": row["term"][language],
            "meaning": row["meaning"][language],
            "others": [(other, row["term"][other]) for other in codelists.LANGUAGES if other != language],
        }
        for row in rows
    ]
    return sorted(words, key=lambda word: folding.alphabetical(word["term"], language))


# --- keys -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """Keys pressed one after another, and what they do."""

    keys: tuple[str, ...]
    does: object


ALWAYS = (
    Key(("F8",), _("Hide the screen; again: show it")),
    Key(("Esc", "Esc"), _("Leave this site at once and sign out")),
    Key(("Tab",), _("Go to the next link or field; the first one skips the menu")),
)
HELP = Key(("?",), _("Open this page"))
SEARCH = Key(("/",), _("Go to the search box"))


# --- the tour ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One page of the tour, for whoever may `verb`."""

    title: object
    text: object
    verb: Verb = Verb.SEE_HOME


STEPS = (
    Step(
        _("Begin with Today"),
        _("Everything that is owed stands on one page, the most urgent first. Each line ends in the act."),
    ),
    Step(
        _("Find and register people"),
        _(
            "The box above every page finds a name in any spelling, a phone or a case number, among the "
            "cases that you may read. The button beside it registers somebody new; what the law asks comes "
            "first."
        ),
        Verb.REGISTER_VICTIM,
    ),
    Step(
        _("A child is announced by itself"),
        _(
            "When a person is or may be under 18, two state bodies are told at once. You are shown it before "
            "you save, and nobody has to remember it."
        ),
        Verb.REGISTER_VICTIM,
    ),
    Step(
        _("Acknowledge what was sent to you"),
        _("Open a notification, read it and confirm its receipt. Until then a clock runs, and we call."),
        Verb.RECEIVE_NOTIFICATION,
    ),
    Step(
        _("Answer what you are asked"),
        _("A referral is accepted or declined with one press. You read only what the help needs."),
        Verb.ANSWER_REFERRAL,
    ),
    Step(
        _("Protect the screen"),
        _(
            "F8 hides the page, Esc twice leaves the site for a neutral one. After some minutes without an "
            "act the page locks itself and keeps what you typed."
        ),
    ),
    Step(
        _("Who looked is on record"),
        _(
            "Each look at a case is kept for ever, yours too. You see what was opened in your own name in "
            "your settings."
        ),
    ),
    Step(
        _("Make it yours"),
        _(
            "In your settings you choose language, colours, hidden names and which mails you get. Help has "
            "the words of the centre, the keys, and a guide of one page to print."
        ),
    ),
)


def steps_for(person: Staff) -> list[Step]:
    """The steps that concern `person`."""
    return [step for step in STEPS if may(person, step.verb)]


def offers_tour(request: HttpRequest) -> bool:
    """Whether this page offers the tour: the first one, until it was finished or skipped."""
    user: Any = getattr(request, "user", None)
    return bool(request.path == "/" and user is not None and user.is_authenticated and not user.toured_at)


@act
def end_tour(*, by: Staff) -> None:
    """The tour is not offered any more; Help still has it."""
    Staff.objects.filter(pk=by.pk, toured_at__isnull=True).update(toured_at=Now())
    audit.record("tour.end", by=by)
