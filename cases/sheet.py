"""The spreadsheet of old cases: the template to fill in, and the lines of a filled-in one."""

import io
import re
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import cleanfile, codelists, folding
from cases.import_forms import ImportRow

MOST = 500  # people in one spreadsheet
MOST_BYTES = 2 << 20
LANGUAGES = [code for code, _name in settings.LANGUAGES]
HEADINGS = 1 + len(LANGUAGES)  # rows: the codes, and their labels
REQUIRED = ("opened_on", "district")


@dataclass(frozen=True)
class Line:
    """A row of the sheet, by its number there, and what stands in its columns."""

    number: int
    said: dict[str, str]


def label(name: str) -> str:
    """What the column is called, in the language of now."""
    return folding.capital(str(ImportRow.base_fields[name].label))


def lines(content: bytes) -> list[Line]:
    """The people of a filled-in template; raises ValidationError for what is none."""
    if len(content) > MOST_BYTES:
        raise ValidationError(too_large())
    try:
        rows = cleanfile.cells(content, most=MOST + HEADINGS)
    except cleanfile.Refused as refusal:
        raise ValidationError(_why(refusal.why)) from None
    names = [cell.lower() for cell in rows[0][1]] if rows else []
    _check_columns(names)
    headings = [[label_in(name, language) for name in names] for language in LANGUAGES]
    found = [
        Line(number, {name: cell for name, cell in zip(names, cells, strict=False) if cell})
        for number, cells in rows[1:]
        if cells not in headings
    ]
    if not found:
        raise ValidationError(_("Nobody stands in this spreadsheet."))
    if any(len(cells) > len(names) for _number, cells in rows):
        raise ValidationError(_("Something stands beside the columns of the template."))
    return found


def too_large() -> str:
    """What is said of a file over the limit."""
    return _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES >> 20}


def _why(why: str) -> str:
    if why == "rows":
        return _("At most %(most)s people are imported at once: divide the spreadsheet.") % {"most": MOST}
    return str(cleanfile.REFUSALS[why])


def _check_columns(names: list[str]) -> None:
    """The first row has codes of columns, each once, and those without which nothing can be registered."""
    unknown = [number for number, name in enumerate(names, start=1) if name not in ImportRow.columns]
    if unknown or len(set(names)) < len(names) or any(name not in names for name in REQUIRED):
        raise ValidationError(_("The first row must have the codes of the template, each once."))


def label_in(name: str, language: str) -> str:
    """What the column is called in `language`."""
    with override(language):
        return label(name)


@codelists.remembered
def words(name: str) -> dict[str, str]:
    """The codes of a column, by what one may write for them: the code or its label in any language."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        with override(language):
            for code, text in _choices(name):
                found.setdefault(folding.az_lower(text), set()).add(code)
    by_label = {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}
    return by_label | {folding.az_lower(code): code for code, _text in _choices(name)}


def _choices(name: str) -> list[tuple[str, str]]:
    field: Any = ImportRow.base_fields[name]
    return [(str(code), str(text)) for code, text in getattr(field, "choices", []) if code]


def posted(line: Line) -> "MultiValueDict[str, str]":
    """The line as a form would send it. Of whom nothing is known, it is asked whether they could be a child:
    an empty answer means that nobody knows.
    """
    data: MultiValueDict[str, str] = MultiValueDict()
    for name, text in line.said.items():
        several = isinstance(ImportRow.base_fields[name], forms.MultipleChoiceField)
        parts = [part.strip() for part in re.split("[,;]", text)] if several else [text]
        data.setlist(name, [words(name).get(folding.az_lower(part), part) for part in parts if part])
    if not (line.said.get("birth_date") or line.said.get("could_be_minor")):
        data["could_be_minor"] = "unsure"
    return data


def template() -> bytes:
    """The template as .xlsx: the columns by code and in each language, and a second sheet with the codes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, codes = book.add_worksheet("cases"), book.add_worksheet("codes")
        plain, strong = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet.freeze_panes(HEADINGS, 0)
        codes.write_row(0, 0, ["", "code", *LANGUAGES], strong)
        at = 1
        for column, name in enumerate(ImportRow.columns):
            sheet.set_column(column, column, 22, plain)  # as text: a date stays as it was typed
            sheet.write_string(0, column, name, strong)
            for row, language in enumerate(LANGUAGES, start=1):
                sheet.write_string(row, column, label_in(name, language), strong)
            at = _write_codes(codes, at, name)
    return out.getvalue()


def _write_codes(codes: Any, at: int, name: str) -> int:
    """The codes of a column, from row `at` on; returns the row after them."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = dict(_choices(name))
    for code, _text in _choices(name):
        for column, text in enumerate([name, code, *(texts[language][code] for language in LANGUAGES)]):
            codes.write_string(at, column, text)
        at += 1
    return at
