"""What the centre says of codes and of the sentences of letters, without a developer.

Each change adds a row; the newest of a code holds, and to undo is to say again what was. A process reads the
rows when a request or a task begins, but not again for CODE_TEXTS_SECONDS: so long may another be behind.
"""

import re
import time
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from aidcenter import audit, codelists, folding, mails
from aidcenter.access import require
from aidcenter.codelists import LANGUAGES, Said
from aidcenter.context import act
from aidcenter.models import CodeText, Staff
from aidcenter.roles import Verb

LONGEST = 200  # characters of a label
LONGEST_TEXT = 600  # of a sentence of a letter
LONGEST_CODE = 30
MOST_FOUND = 50

_due = 0.0  # of the process's clock: when it reads again


def refresh() -> None:
    """Read what is said now, unless this process did so a moment ago."""
    if time.monotonic() >= _due:
        read()


def read() -> None:
    """Read what is said now."""
    global _due
    _due = time.monotonic() + settings.CODE_TEXTS_SECONDS
    newest = CodeText.objects.order_by("code_list", "code", "-pk").distinct("code_list", "code")
    said: dict[str, dict[str, Said]] = {}
    for row in sorted(newest, key=lambda row: row.pk):
        words = {language: getattr(row, language) for language in LANGUAGES}
        said.setdefault(row.code_list, {})[row.code] = Said(words, row.offered)
    codelists.say(said)


def task_begins(**_: object) -> None:
    """The same for a task of Celery."""
    refresh()


def history(code_list: str, code: str) -> QuerySet[CodeText]:
    """What was said of a code, the latest first."""
    rows = CodeText.objects.filter(code_list=code_list, code=code)
    return rows.select_related("set_by").order_by("-pk")


def blanks(text: str) -> set[str]:
    """The {words} that a sentence has to be filled with."""
    return set(re.findall(r"\{(\w+)\}", text))


def found(words: str) -> list[tuple[str, str]]:
    """(list, code) of what says `words` in one of the three languages, the first of each list first."""
    asked = folding.az_lower(words)
    hits = [
        (name, code)
        for name in codelists.names()
        for code in codelists.codes(name)
        if any(asked in folding.az_lower(text) for text in codelists.words_of(name, code).values())
    ]
    return hits[:MOST_FOUND]


def in_braces(words: Iterable[str]) -> str:
    """{day}, {name}: the same words as one reads them."""
    return ", ".join(f"{{{word}}}" for word in sorted(words))


@act
def put(
    code_list: str, code: str, said: Said, *, reason: str, replaces: int | None = None, by: Staff
) -> CodeText:
    """From now on `code` is called so; `replaces` is the row that was the newest when `by` saw the form.

    A code that the list does not have is added to it. Raises ValidationError where somebody was faster.
    """
    require(by, Verb.EDIT_SETTINGS)
    check(code_list, code, said)
    row = CodeText(code_list=code_list, code=code, **said.words, offered=said.offered, reason=reason,
                   replaces_id=replaces, set_by=by)  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ValidationError(
            _("Somebody else has changed this meanwhile: look at it again, then say what is to hold.")
        ) from None
    audit.record("wording.set", by=by, code_list=code_list, code=code, offered=said.offered)
    transaction.on_commit(read)
    return row


def check(code_list: str, code: str, said: Said) -> None:
    """Say kindly what does not fit; raises ValidationError by field."""
    there = codelists.words_of(code_list, code) if code in codelists.codes(code_list) else {}
    if not codelists.grows(code_list) and (not there or not said.offered):
        raise ValidationError(_("The program needs just these codes: only their words can be changed."))
    if said == Said(there, codelists.offered(code_list, code)):
        raise ValidationError(_("It says just that already."))
    changed = [language for language in LANGUAGES if said.words[language] != there.get(language)]
    wrong = {language: problem for language in changed
             if (problem := _problem(code_list, code, language, said.words[language]))}  # fmt: skip
    if wrong:
        raise ValidationError(wrong)


def _problem(code_list: str, code: str, language: str, text: str) -> str:
    wanted = blanks(codelists.words_in_file(code_list, code).get(language, ""))
    if blanks(text) != wanted:
        return _("Keep these as they are: %(words)s.") % {"words": in_braces(wanted) or "–"}
    spelt = f"{folding.az_lower(text)} {text.casefold()}"  # I is ı in the one language, and i in the others
    if codelists.is_neutral(code_list) and not mails.is_neutral(spelt):
        return _("These papers may be seen by others: nothing in them says what the centre is for.")
    others = [other for other in codelists.codes(code_list) if other != code]
    same = folding.az_lower(text)
    if any(folding.az_lower(codelists.label_in(code_list, other, language)) == same for other in others):
        return _("Another code of this list is called so already.")
    return ""


def code_for(code_list: str, label: str) -> str:
    """A code for a new label in English: its words, or a number after them where that is taken."""
    words = slugify(label).replace("-", "_")[: LONGEST_CODE - 4].strip("_") or "code"
    taken, number, code = codelists.codes(code_list), 2, words
    while code in taken:
        code, number = f"{words}_{number}", number + 1
    return code
