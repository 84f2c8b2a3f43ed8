"""The code lists of `aidcenter/data/codelists.json`: codes, labels in the reader's language, transitions.

What the centre says otherwise (aidcenter/wording.py) stands before the file, and may add codes where the
list `grows`. A list of `texts` holds sentences of letters; {words} in them are filled in.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.utils.functional import lazy
from django.utils.translation import get_language

from aidcenter.folding import alphabetical

DATA = Path(__file__).parent / "data"
LANGUAGES = ("az", "ru", "en")
REMEMBERED = 500  # answers of each kind
LAST = "other"  # stands at the end, whatever is added
Answer = TypeVar("Answer", bound=Callable[..., Any])


@dataclass(frozen=True)
class Said:
    """What the centre says of a code: its label by language, and whether forms offer it."""

    words: dict[str, str]
    offered: bool = True


_said: dict[str, dict[str, Said]] = {}
_forget: list[Callable[[], None]] = []


def remembered(answer: Answer) -> Answer:
    """Like lru_cache, for what depends on codes or labels: forgotten when the centre says something new."""
    kept = lru_cache(maxsize=REMEMBERED)(answer)
    _forget.append(kept.cache_clear)
    return cast(Answer, kept)


@cache
def _lists() -> dict[str, Any]:
    return json.loads((DATA / "codelists.json").read_text(encoding="utf-8"))["lists"]


@cache
def _labels(name: str) -> dict[str, dict[str, str]]:
    return {item["code"]: item for item in _lists()[name]["items"]}


def say(said: dict[str, dict[str, Said]]) -> None:
    """From now on, in this process, this is what the centre says, by list and code."""
    global _said
    _said = said
    for forget in _forget:
        forget()


def names() -> list[str]:
    """The names of all lists."""
    return list(_lists())


def title(name: str, language: str | None = None) -> str:
    """What the list `name` is called, in the reader's language unless said otherwise."""
    return str(_lists()[name]["title"][(language or get_language() or "az")[:2]])


def grows(name: str) -> bool:
    """Whether the centre may add codes to the list, and stop offering some."""
    return bool(_lists()[name].get("grows"))


def has_texts(name: str) -> bool:
    """Whether the list holds sentences of letters."""
    return bool(_lists()[name].get("texts"))


def is_neutral(name: str) -> bool:
    """Whether nothing in the list may say what the centre is for."""
    return bool(_lists()[name].get("neutral"))


@remembered
def _codes(name: str) -> list[str]:
    here = list(_labels(name))
    more = [code for code in _said.get(name, {}) if code not in _labels(name)]
    last = [here.pop()] if more and here[-1] == LAST else []
    return [*here, *more, *last]


def codes(name: str) -> list[str]:
    """The codes of the list `name`, in its order."""
    return list(_codes(name))


def offered(name: str, code: str) -> bool:
    """Whether forms offer the code; rows that have it keep it."""
    said = _said.get(name, {}).get(code)
    return said is None or said.offered


def words_of(name: str, code: str) -> dict[str, str]:
    """The label of `code` by language; a code that nobody knows is its own label."""
    said = _said.get(name, {}).get(code)
    return said.words if said else words_in_file(name, code) or dict.fromkeys(LANGUAGES, code)


def words_in_file(name: str, code: str) -> dict[str, str]:
    """The same before the centre said otherwise; nothing of a code that it has added."""
    item = _labels(name).get(code)
    return {language: item[language] for language in LANGUAGES} if item else {}


def label_in(name: str, code: str, language: str | None) -> str:
    """The label of `code` in `language` (az, ru or en); an unknown code is its own label."""
    if said := _said.get(name, {}).get(code):
        return said.words[(language or "az")[:2]]
    item = _labels(name).get(code)
    return item.get((language or "az")[:2], item["en"]) if item else code


def _label_now(name: str, code: str) -> str:
    return label_in(name, code, get_language())


label = lazy(_label_now, str)


def text(name: str, code: str, /, **values: object) -> str:
    """A sentence in the language of now, with `values` for its {words}; a word without one stays."""
    said = _label_now(name, code)
    return re.sub(r"\{(\w+)\}", lambda word: str(values.get(word[1], word[0])), said)


@remembered
def _choices(name: str) -> list[tuple[str, Any]]:
    return [(code, label(name, code)) for code in _codes(name)]


def choices(name: str) -> list[tuple[str, Any]]:
    """The list `name` as choices of a field, labelled in the reader's language."""
    return _choices(name)


@remembered
def _choices_in_order(name: str, language: str) -> list[tuple[str, Any]]:
    first, rest = _choices(name), list[tuple[str, Any]]()
    if (common := _lists()[name].get("sorted_after")) is not None:
        first, rest = first[:common], first[common:]
    return [*first, *sorted(rest, key=lambda row: alphabetical(str(row[1]), language))]


def choices_in_order(name: str) -> list[tuple[str, Any]]:
    """The same for a form: long lists by the alphabet of the reader's language, after the common ones."""
    return _choices_in_order(name, (get_language() or "az")[:2])


def in_words(row: Any, name: str) -> str:
    """What `row` says in its columns `<name>_az`, `_ru`, `_en`: in the reader's language, else the first."""
    mine = getattr(row, f"{name}_{(get_language() or 'az')[:2]}", "")
    return str(mine or getattr(row, f"{name}_az", "") or "")


def steps(name: str) -> list[tuple[str, str]]:
    """(from, to) of each step between the states of the list `name`, in its order."""
    return [(old, new) for old, ways in _lists()[name]["transitions"].items() for new in ways]


def transitions(name: str) -> dict[str, frozenset[str]]:
    """From each state of the list `name`, the states it may move to."""
    table = _lists()[name].get("transitions", {})
    return {code: frozenset(table.get(code, ())) for code in codes(name)}


@cache
def districts() -> frozenset[str]:
    """The codes of the districts and cities that have local state bodies."""
    return frozenset(codes("district"))
