"""What is grave is shown before it is done: a form is sent twice, the second time as it was shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from aidcenter.forms import tried


@dataclass(frozen=True)
class Fact:
    """One thing before and after; `before` is None where there was nothing."""

    label: object
    before: str | None
    after: str


@dataclass(frozen=True)
class Shown:
    """What changes, and what happens by it."""

    facts: list[Fact]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """`done`, or `seen`: the mark of what the page now shows for the second time ("" when nothing fits)."""

    done: bool = False
    seen: str = ""


def mark(said: dict[str, Any]) -> str:
    """Of what a form says; something else has another mark."""
    return salted_hmac(
        "preview", repr(sorted((name, str(value)) for name, value in said.items()))
    ).hexdigest()


def as_shown(request: HttpRequest, seen: str) -> bool:
    """Whether `request` sends what a page has shown under the mark `seen`."""
    return constant_time_compare(request.POST.get("seen", ""), seen)


def compared(before: dict[str, str] | None, after: dict[str, str]) -> list[Fact]:
    """What differs, by label; of a new thing (`before` is None) what is said of it."""
    old = before or {}
    return [
        Fact(label, (old[label] or "–") if label in old else None, words or "–")
        for label, words in after.items()
        if (old[label] != words if label in old else words)
    ]


def step(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], object]) -> Step:
    """Do `act` when the form says what was shown; else its mark, to be shown first."""
    if not form.is_bound or not form.is_valid():
        return Step()
    said = dict(form.cleaned_data)
    if not as_shown(request, mark(said)):
        return Step(seen=mark(said))
    return Step(done=tried(form, lambda: act(said)))
