"""Collects the strings to translate into `locale/`, in Python alone: a fresh machine has no gettext."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import polib
from babel.messages.extract import extract as babel_extract
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import templatize

PACKAGES = ("aidcenter", "cases", "referrals", "rehabilitation")
LANGUAGES = {
    "az": "nplurals=2; plural=(n != 1);",
    "ru": (
        "nplurals=3; "
        "plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


class Message(NamedTuple):
    """A string to translate; `context` and `plural` are empty when there is none."""

    context: str
    msgid: str
    plural: str


def extract() -> set[tuple[str, str, str]]:
    """Every string to translate, as (context, msgid, plural)."""
    return set(_found())


def _found() -> dict[Message, set[str]]:
    """Every string and the files that say it; one that has a plural anywhere has it everywhere."""
    places: dict[tuple[str, str], set[str]] = {}
    plurals: dict[tuple[str, str], str] = {}
    for path, code in _sources():
        name = str(path.relative_to(settings.BASE_DIR))
        for message in _messages(code):
            key = (message.context, message.msgid)
            places.setdefault(key, set()).add(name)
            plurals[key] = plurals.get(key) or message.plural
    return {Message(*key, plurals[key]): files for key, files in places.items()}


def _sources() -> Iterator[tuple[Path, str]]:
    """Each file that may hold strings, as Python code."""
    base: Path = settings.BASE_DIR
    for package in PACKAGES:
        for path in sorted((base / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in sorted(path for path in (base / "templates").rglob("*") if path.is_file()):
        code = templatize(path.read_text(), origin=str(path))
        yield (
            path,
            "\n".join(line.strip() for line in code.splitlines()),
        )  # what is left has no indentation of its own


def _messages(code: str) -> Iterator[Message]:
    for _line, text, _comments, context in babel_extract("python", BytesIO(code.encode()), keywords=_WORDS):
        singular, plural = text if isinstance(text, tuple) else (text, "")
        yield Message(context or "", singular, plural)


def merged(language: str) -> polib.POFile:
    """The catalogue of `language` with today's strings: translations kept, the rest gone."""
    old = {(entry.msgctxt or "", entry.msgid): entry for entry in _catalogue(language)}
    po = polib.POFile(wrapwidth=100)
    po.metadata = {
        "Project-Id-Version": "Aid Centre",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language],
    }
    for message, files in sorted(_found().items()):
        po.append(_entry(message, files, old.get((message.context, message.msgid)), language))
    return po


def _entry(message: Message, files: set[str], old: polib.POEntry | None, language: str) -> polib.POEntry:
    """The entry of `message`, with its translation as far as there is one."""
    entry = polib.POEntry(msgctxt=message.context or None, msgid=message.msgid)
    entry.occurrences = [(name, "") for name in sorted(files)]
    if "%(" in message.msgid:
        entry.flags = ["python-format"]
    if message.plural:
        forms = int(LANGUAGES[language].partition("nplurals=")[2][0])
        kept = old.msgstr_plural if old is not None else {}
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {form: kept.get(form, "") for form in range(forms)}
    elif old is not None:
        entry.msgstr = old.msgstr
    return entry


def path_of(language: str) -> Path:
    """Where the catalogue of `language` lies."""
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"


def _catalogue(language: str) -> polib.POFile:
    path = path_of(language)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


class Command(BaseCommand):
    """`manage.py messages [--check]`."""

    help = "Collects the strings to translate into locale/az and locale/ru."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --check."""
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail when something would change."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write each catalogue, and say how much is still to translate."""
        for language in LANGUAGES:
            po, path = merged(language), path_of(language)
            text = f"{po}\n" if not str(po).endswith("\n") else str(po)
            if options["check"]:
                if not path.exists() or path.read_text() != text:
                    raise CommandError(f"{path} is not up to date. Run: python3 manage.py messages")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            self.stdout.write(f"{language}: {len(po)} strings, {len(po.untranslated_entries())} to translate")
