"""The code lists of `aidcenter/data/codelists.json`: codes, labels in the reader's language, transitions."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@cache
def _lists() -> dict[str, Any]:
    return json.loads((DATA / "codelists.json").read_text(encoding="utf-8"))["lists"]


@cache
def _labels(name: str) -> dict[str, dict[str, str]]:
    return {item["code"]: item for item in _lists()[name]["items"]}


def names() -> list[str]:
    """The names of all lists."""
    return list(_lists())


def codes(name: str) -> list[str]:
    """The codes of the list `name`, in its order."""
    return list(_labels(name))


def label_in(name: str, code: str, language: str | None) -> str:
    """The label of `code` in `language` (az, ru or en); an unknown code is its own label."""
    item = _labels(name).get(code)
    return item.get((language or "az")[:2], item["en"]) if item else code


def _label_now(name: str, code: str) -> str:
    return label_in(name, code, get_language())


label = lazy(_label_now, str)


@cache
def choices(name: str) -> list[tuple[str, Any]]:
    """The list `name` as choices of a field, labelled in the reader's language."""
    return [(code, label(name, code)) for code in codes(name)]


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
