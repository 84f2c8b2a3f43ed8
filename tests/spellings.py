"""Names of the list in three scripts, with typing errors; and how many of them the search finds."""

import csv
import random

from aidcenter import codelists
from cases import search
from cases.marks import marks_of
from cases.models import Victim

SCRIPTS = ("az", "ru", "en")
with (codelists.DATA / "az_names.csv").open(encoding="utf-8") as lines:
    NAMES = list(csv.DictReader(lines))
LETTERS = {"latin": "abcdefghijklmnopqrstuvyz", "cyrillic": "абвгдежзийклмнопрстуфхцчшыэюя"}


def wrong(word, errors, dice):
    """`word` with typing errors: a letter lost, added, changed, or two swapped."""
    letters = LETTERS["cyrillic" if any("а" <= letter <= "я" for letter in word.lower()) else "latin"]
    for _ in range(errors):
        place = dice.randrange(1, len(word))
        kind = dice.randrange(4)
        if kind == 0 and len(word) > 3:
            word = word[:place] + word[place + 1 :]
        elif kind == 1:
            word = word[:place] + dice.choice(letters) + word[place:]
        elif kind == 2:
            word = word[:place] + dice.choice(letters) + word[place + 1 :]
        else:
            word = word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    return word


def pairs(dice):
    """Every name of the list once or more, as (given, family)."""
    given = [row for row in NAMES if row["kind"] == "given"]
    family = [row for row in NAMES if row["kind"] == "surname"]
    count = max(len(given), len(family))
    return [
        (given[place % len(given)], family[place % len(family)]) for place in dice.sample(range(count), count)
    ]


def recall(errors):
    """The share found of names asked in each script, with `errors` in one of the two words, and alike enough."""
    dice = random.Random(errors)
    asked = found = 0
    for given, family in pairs(dice):
        victim = Victim(given_name=given["az"], family_name=family["az"], birth_year=1990)
        marks = set(marks_of(victim))
        for script in SCRIPTS:
            words = [given[script], family[script]]
            place = dice.randrange(2)
            words[place] = wrong(words[place], errors, dice)
            question = search.Question.of(" ".join(words))
            every = all(marks & set(search._near(word)) for word in question.words)
            one = any(marks & set(search._exactly(word)) for word in question.words)
            asked += 1
            found += (every or one) and search.alike(question, victim) >= search.ALIKE
    return found / asked
