"""Text as people type it, and names in any spelling.

A name is found by the skeleton of its consonants: sixteen classes in which Əliyev, Aliyev and Алиев
are one. What the classes merge too much (Həsənov, Hüseynov), the ranking by `canonical` tells apart.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import Any

from django.utils.functional import keep_lazy_text
from django.utils.translation import get_language

# Bidirectional overrides and isolates, and characters without width that no name needs. ZWNJ and ZWJ
# stay: some scripts are misspelt without them.
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
SPACES = re.compile(r"\s+")
UNREADABLE = "\ufffd"


def clean(text: str) -> str:
    """`text` in NFC, without invisible characters, with single spaces; "" if nothing visible is left."""
    text = SPACES.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()
    return text if any(unicodedata.category(letter)[0] != "C" for letter in text) else ""


def az_upper(text: str) -> str:
    """Upper case by Azerbaijani rules: i becomes İ, ı becomes I."""
    return text.replace("i", "İ").replace("ı", "I").upper()


def az_lower(text: str) -> str:
    """Lower case by Azerbaijani rules: I becomes ı, İ becomes i."""
    return text.replace("I", "ı").replace("İ", "i").lower()


# The Latin alphabet of Azerbaijani, in its order; w stands where foreign words need it.
AZERBAIJANI = {letter: place for place, letter in enumerate("abcçdeəfgğhxıijkqlmnoöprsştuüvwyz")}
RUSSIAN = {"ё": "е\uffff"}  # after е, before ж


@keep_lazy_text
def capital(text: str) -> str:
    """`text` with its first letter large: in Azerbaijani i becomes İ."""
    if (get_language() or "")[:2] == "az":
        return az_upper(text[:1]) + text[1:]
    return text[:1].upper() + text[1:]


def alphabetical(text: str, language: str) -> list[Any]:
    """A key to sort `text` by the alphabet of `language`; what is no letter stands first."""
    if language == "az":
        return [AZERBAIJANI.get(letter, -1) for letter in az_lower(text)]
    return [RUSSIAN.get(letter, letter) for letter in text.casefold()]


# --- names in any spelling ------------------------------------------------------------------

CYRILLIC_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғҝјөүһҹ"
LATIN_LETTERS = "a b v g d e o j z i y k l m n o p r s t u f x s ç ş ş _ i _ e yu ya ə ğ g y ö ü h c"
CYRILLIC = dict(zip(CYRILLIC_LETTERS, LATIN_LETTERS.split(" "), strict=True))
TOGETHER = {
    # the longer first
    "shch": "ş",
    "dzh": "c",
    "sch": "ş",
    "дж": "c",
    "dj": "c",
    "sh": "ş",
    "ch": "ç",
    "kh": "x",
    "gh": "ğ",
    "zh": "j",
    "ts": "s",
    "ph": "f",
    "ck": "k",
}
CLASSES = {
    letter: group[0].upper()
    for group in ("b", "p", "vw", "f", "d", "t", "z", "sş", "cçj", "kqgğ", "hx", "m", "n", "l", "r")
    for letter in group
}
VOWEL = "A"  # at the beginning only: elsewhere spellings differ most in vowels
ALPHABET = "".join(sorted({*CLASSES.values(), VOWEL}))
OF_FATHER = {"qızı", "oğlu", "qizi", "oglu", "kyzy", "ogly", "gizi", "kizi", "gyzy", "кызы", "оглы", "гызы"}
CANONICAL = str.maketrans(dict(zip("əıöüxğqşçjwe", "aiouhggsccva", strict=True)))
SHORTEST_CUT = 2  # a skeleton of two consonants is not shortened further by an error


def name_tokens(text: str) -> list[str]:
    """The words of a name in lower case, without the words for son and daughter."""
    words = re.split(r"[^\w]+", az_lower(clean(text)).replace("i\u0307", "i").replace("'", ""))
    return [word for word in words if word and word not in OF_FATHER]


def _latin(token: str) -> str:
    for letters, one in TOGETHER.items():
        token = token.replace(letters, one)
    return "".join(CYRILLIC.get(letter, letter) for letter in token).replace("_", "")


@lru_cache(10_000)
def skeletons(token: str) -> tuple[str, ...]:
    """The consonant skeletons of a word of a name: one, or more where Cyrillic г may be an h."""
    either = [("г", "һ") if letter == "г" else (letter,) for letter in token]
    spellings = product(*either) if token.count("г") <= SHORTEST_CUT else [token]
    return tuple(dict.fromkeys(_skeleton(_latin("".join(spelling))) for spelling in spellings))


def _skeleton(word: str) -> str:
    found = [VOWEL] if word and word[0] not in CLASSES else []
    found += [CLASSES[letter] for letter in word if letter in CLASSES]
    return "".join(letter for place, letter in enumerate(found) if place == 0 or found[place - 1] != letter)


@lru_cache(1_000)
def within_one_edit(skeleton: str) -> frozenset[str]:
    """Every skeleton that one typing error (lost, added, other or swapped letter) makes of this one."""
    found = {skeleton}
    for place in range(len(skeleton) + 1):
        head, tail = skeleton[:place], skeleton[place:]
        found.update(head + letter + tail for letter in ALPHABET)
        if tail:
            found.update(head + letter + tail[1:] for letter in ALPHABET)
            if len(skeleton) > SHORTEST_CUT:
                found.add(head + tail[1:])
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return frozenset(found)


@lru_cache(10_000)
def canonical(token: str) -> str:
    """A word of a name in one Latin spelling, to compare letter by letter."""
    word = _latin(token).translate(CANONICAL)
    for letters, one in (("yu", "u"), ("ya", "a"), ("ye", "a"), ("iy", "i")):
        word = word.replace(letters, one)
    return re.sub(r"(.)\1", r"\1", word)
