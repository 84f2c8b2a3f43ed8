"""Every string of the screen is translated into Azerbaijani and Russian."""

import re

import polib
import pytest

from aidcenter.management.commands.messages import LANGUAGES, extract, merged, path_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

pytestmark = pytest.mark.parametrize("language", sorted(LANGUAGES))


def _catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(path_of(language)))


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_the_catalogue_holds_the_strings_of_the_code_and_no_others(language: str) -> None:
    """`manage.py messages` was run."""
    held = {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in _catalogue(language)}
    assert held == extract()
    assert path_of(language).read_text().strip() == str(merged(language)).strip()


def test_nothing_is_left_to_translate(language: str) -> None:
    """Neither empty nor guessed."""
    wrong = [entry.msgid for entry in _catalogue(language) if entry.fuzzy or not all(_translations(entry))]
    assert wrong == []


def test_placeholders_agree(language: str) -> None:
    """A translation names the values of the original; a plural form may leave one out ("one day")."""
    for entry in _catalogue(language):
        allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in filter(None, _translations(entry)):
            found = set(PLACEHOLDER.findall(text))
            assert found == allowed or (entry.msgid_plural and found <= allowed), entry.msgid
