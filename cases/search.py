"""Finding a person by name in any spelling, phone or case number, though nothing of it is stored in clear.

Each victim carries marks (aidcenter/blindindex.py) of the skeletons of the names and of the phone. The
database finds rows that share marks with the question, only among cases the person may read; then the
names of the best are decrypted and ranked. The question itself is never stored.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from aidcenter import blindindex, crypto, folding
from aidcenter.models import Staff
from cases.marks import NAMES, digits_of
from cases.models import Case, Victim

NUMBER = re.compile(r"(?ia)^ac-\d{4}-\d{1,7}$")
PART = re.compile(r"(?ia)^(?:ac[ -]*)?(?:(20\d\d)[ -]+)?0*(\d{2,4})$")  # 2026 19, 0019, 19
FULL_NAME = 2  # words, at least
YEARS_APART = 2
ALIKE = 0.80  # below this a name is not what was meant
SHOWN = 25
WORDS = 4  # of a question; more say nothing new


@dataclass
class Question:
    """What was typed, taken apart."""

    number: str = ""
    part: str = ""  # how a number ends
    phone: str = ""
    year: int | None = None
    words: list[str] = field(default_factory=list)
    initials: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> "Question":
        """A case number, a phone, or words of a name with or without a birth year."""
        text = folding.clean(text)
        if NUMBER.match(text):
            return cls(number=text.upper())
        if part := PART.match(text):
            return cls(part=f"{part[1] or ''}-{part[2]:0>4}")
        if re.fullmatch(r"[\d\s()+-]+", text) and digits_of(text):
            return cls(phone=digits_of(text))
        found = cls()
        for word in folding.name_tokens(text):
            if re.fullmatch(r"(19|20)\d\d", word):
                found.year = int(word)
            elif len(word) == 1:
                found.initials.append(word)
            elif not word.isdigit():
                found.words.append(word)
        found.words = found.words[:WORDS]
        return found


def exact(question: Question) -> tuple[list[int], list[int]] | None:
    """(marks, where each word's end) of a phone, or of a full name with its birth year; None of less."""
    if question.phone:
        return blindindex.marks("phone", [question.phone]), [1]
    if question.year is None or len(question.words) < FULL_NAME:
        return None
    return _flat([_exactly(word) for word in question.words])


def candidates(question: Question) -> list[tuple[Any, Any]]:
    """(case id, victim id) of those who share marks with the question, the most in common first."""
    if question.phone:
        return _ask([blindindex.marks("phone", [question.phone])], every=True)
    if not question.words:
        return []
    # An error in each word; then, so that an error too many in one does not hide what another finds, any
    # word as it stands.
    found = _ask([_near(word) for word in question.words], every=True)
    return found or _ask([_exactly(word) for word in question.words], every=False)


def _near(word: str) -> list[int]:
    skeletons = {near for skeleton in folding.skeletons(word) for near in folding.within_one_edit(skeleton)}
    return blindindex.marks("name", sorted(skeletons))


def _exactly(word: str) -> list[int]:
    return blindindex.marks("name", list(folding.skeletons(word)))


def _ask(groups: list[list[int]], *, every: bool) -> list[tuple[Any, Any]]:
    marks, ends = _flat(groups)
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, victim_id FROM find_cases(%s, %s, %s)", [marks, ends, every])
        return list(cursor.fetchall())


def _flat(groups: list[list[int]]) -> tuple[list[int], list[int]]:
    """All marks in a row, and where each group ends."""
    ends = [sum(len(group) for group in groups[: place + 1]) for place in range(len(groups))]
    return [mark for group in groups for mark in group], ends


def find(text: str, *, by: Staff) -> list[Case]:
    """The cases that `by` may read and that answer to `text`, the best first."""
    question = Question.of(text)
    rows = Case.objects.visible_to(by).select_related("victim")
    if question.number:
        return list(rows.filter(number=question.number))
    if question.part:
        return list(rows.filter(number__endswith=question.part).order_by("-number")[:SHOWN])
    found = list(rows.filter(pk__in=[case for case, _ in candidates(question)]))
    crypto.load_keys([case.victim for case in found])
    if question.phone:
        return [case for case in found if digits_of(case.victim.phone or "") == question.phone]
    scored = [(alike(question, case.victim), case) for case in found]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].number))
    return [case for _, case in best[:SHOWN]]


def may_be_known(case: Case) -> bool:
    """Whether the person of `case` may be known already; who decides is told, and nobody else learns more."""
    phone = digits_of(case.victim.phone or "")
    mark = blindindex.marks("phone", [phone])[0] if phone else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT check_duplicates(%s, %s)", [case.pk, mark])
        return bool(cursor.fetchone()[0])


def alike(question: Question, victim: Victim) -> float:
    """How well the names of `victim` answer, 0 to 1; an initial or a birth year that does not fit: 0."""
    names = [word for name in NAMES for word in folding.name_tokens(getattr(victim, name) or "")]
    if not names or not _fits(question, victim, names):
        return 0.0
    return sum(_best(word, names) for word in question.words) / (len(question.words) or 1)


def _best(word: str, names: Iterable[str]) -> float:
    said = folding.canonical(word)
    return max(JaroWinkler.normalized_similarity(said, folding.canonical(name)) for name in names)


def _fits(question: Question, victim: Victim, names: list[str]) -> bool:
    first_letters = {folding.canonical(name)[:1] for name in names}
    if any(folding.canonical(letter) not in first_letters for letter in question.initials):
        return False
    born = victim.birth_year or (victim.birth_date.year if victim.birth_date else None)
    return question.year is None or born is None or abs(born - question.year) <= YEARS_APART
