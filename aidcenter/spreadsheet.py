"""Spreadsheets (.xlsx) of text, numbers and days: no cell is a formula, and nothing says who made it when."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

Cell = str | int | date | None
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SAYS_NOTHING = {"author": "", "created": datetime(2000, 1, 1)}  # noqa: DTZ001 - of no zone, and no true day
WIDTH = 18  # characters of a column

# What a program takes for a formula, after anything that it does not see; tab and CR are such by themselves.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@|%＝＋－＠｜％]|[\t\r\n\ufeff]")
NUMBER = re.compile(r"[+-]\d[\d .,()-]*")  # -5, +994 50 123-45-67: no name of a function is in it


def safe(text: str) -> str:
    """`text` that stays text in every program, also when it was saved as CSV: an apostrophe goes first."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def made(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A file with one sheet called `name`; written in memory, never in clear on a disk."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN})
    book.set_properties(SAYS_NOTHING)
    formats = {"head": book.add_format({"bold": True}), "day": book.add_format({"num_format": "dd.mm.yyyy"})}
    sheet = book.add_worksheet(name)
    sheet.set_column(0, len(head) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(head):
        sheet.write_string(0, column, safe(text), formats["head"])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, (number, column), value, formats["day"])
    book.close()
    return out.getvalue()


def _write(sheet: Any, at: tuple[int, int], value: Cell, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*at, value, day)
    elif isinstance(value, int):
        sheet.write_number(*at, value)
    elif value:
        sheet.write_string(*at, safe(value))
