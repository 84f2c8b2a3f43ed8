"""Lists of texts that are edited whole: what changes is shown first, and each edition can be taken again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple

from django.forms import BaseFormSet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.models import Staff
from aidcenter.preview import Fact, Shown, as_shown, compared, mark

MOST = 10  # editions that a page shows


class Edition(NamedTuple):
    """What the list said once, as its form takes it and line by line; `number` names it."""

    number: int
    made_at: datetime
    made_by: Staff | None
    said: list[dict[str, Any]]
    lines: list[str]


def line(said: dict[str, Any]) -> str:
    """A row of such a list in one line: its domain, and its texts in all languages."""
    words = [str(text) for name, text in said.items() if name not in ("id", "domain")]
    return " · ".join(
        filter(None, [codelists.label_in("plan_domain", said["domain"], get_language()), *words])
    )


class Past(NamedTuple):
    """An edition, and what it changed of the one before it."""

    edition: Edition
    facts: list[Fact]


@dataclass(frozen=True)
class Step:
    """`done` when it was sent as it was shown; else what is to be shown first, with its mark."""

    done: bool = False
    seen: str = ""
    shown: Shown | None = None


class Edited(NamedTuple):
    """The formset, the rows that it says, and whether they are to be kept now."""

    formset: Any
    rows: list[dict[str, Any]]
    step: Step
    found: list[Edition]

    @property
    def context(self) -> dict[str, Any]:
        """Of the page."""
        return {"formset": self.formset, "seen": self.step.seen, "shown": self.step.shown,
                "past": history(self.found)}  # fmt: skip


def edited(request: HttpRequest, kind: "type[BaseFormSet[Any]]", found: list[Edition]) -> Edited:
    """The list as `request` edits it, from its newest edition or from the one that is to be taken again."""
    if request.method != "POST":
        first = _chosen(request, found)
        return Edited(kind(initial=first.said if first else None), [], Step(), found)
    formset = kind(request.POST)
    if not formset.is_valid():
        return Edited(formset, [], Step(), found)
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("text_az")]
    return Edited(formset, rows, _step(request, found[0] if found else None, rows), found)


def _step(request: HttpRequest, now: Edition | None, rows: list[dict[str, Any]]) -> Step:
    """Whether `rows`, which `request` sends, were shown beside the edition of now."""
    lines = [line(row) for row in rows]
    seen = mark({"lines": lines, "number": now and now.number})
    if as_shown(request, seen):
        return Step(done=True)
    facts = differences(now.lines if now else [], lines)
    if not facts:
        return Step(shown=Shown([], [_("It says just that already.")]))
    return Step(seen=seen, shown=Shown(facts, [_("What was written with the texts of before keeps them.")]))


def differences(before: Sequence[str], after: Sequence[str]) -> list[Fact]:
    """The lines that are new, gone or otherwise, in their order."""
    facts = []
    for what, start, end, then, until in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            pairs = zip_longest(before[start:end], after[then:until])
            facts += [Fact(_label(old, new), old, new or "–") for old, new in pairs]
    return facts


def _label(old: str | None, new: str | None) -> str:
    if old is None:
        return _("New")
    return _("Changed") if new else _("Left out")


def history(found: list[Edition]) -> list[Past]:
    """The editions, the newest first, each beside the one before it; the last of them beside nothing."""
    past = [Past(new, differences(old.lines, new.lines)) for new, old in pairwise(found)]
    return [*past, *(Past(first, []) for first in found[-1:])][:MOST]


def told(rows: Iterable[Any], says: Callable[[Any], dict[str, str]]) -> list[Past]:
    """The history of `rows` (pk, made_at, made_by), the newest first; `says` is what one says, by label."""
    rows = list(rows)
    found = [Edition(row.pk, row.made_at, row.made_by, [], []) for row in rows]
    facts = [compared(says(old), says(new)) for new, old in pairwise(rows)]
    return [Past(edition, changed) for edition, changed in zip(found, [*facts, []], strict=False)][:MOST]


def again(request: HttpRequest, rows: Iterable[Any]) -> Any:
    """The row that the address asks to begin from again (`?again=`), or None."""
    asked = request.GET.get("again", "")
    return next((row for row in rows if str(row.pk) == asked), None)


def _chosen(request: HttpRequest, found: list[Edition]) -> Edition | None:
    """The edition that the address asks to take again, else the newest."""
    asked = request.GET.get("again", "")
    return next((one for one in found if str(one.number) == asked), found[0] if found else None)
