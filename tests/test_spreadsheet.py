"""A spreadsheet holds text, numbers and days: no program takes a cell for a formula, none learns who made it."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from aidcenter import spreadsheet

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", "\ufeff=1", "\ufeffx", " =1",
    "\u00a0=1", "\u200b=1", "|calc", "=cmd|' /C calc'!A0", "%calc", "＝1+1", "＋1+1", "－1+1", "＠SUM", "｜calc",
    "+994=1", "-5|calc", "-5%", "--5", "+", "-", "-cmd", "+994 50 123x",
]  # fmt: skip
PLAIN = [
    "-5",
    "-5.5",
    "+994501234567",
    "+994 (50) 123-45-67",
    "-1 000,50",
    "",
    "Leyla",
    "a=b",
    "Əli-zadə",
    "1-2",
    "'=1",
    "050",
]


def sheet_of(rows):
    book = load_workbook(io.BytesIO(spreadsheet.made("Cases", ["What", "When", "How many"], rows)))
    return list(book.active.iter_rows(min_row=2))


@pytest.mark.parametrize("text", FORMULAS, ids=repr)
def test_what_could_be_a_formula_begins_with_an_apostrophe(text):
    assert spreadsheet.safe(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN, ids=repr)
def test_what_is_none_stays_as_it_is(text):
    assert spreadsheet.safe(text) == text


def test_every_cell_is_text_even_where_the_apostrophe_is_left_out(monkeypatch):
    """Two protections: without the apostrophe a cell is a string all the same."""
    monkeypatch.setattr(spreadsheet, "safe", lambda text: text)
    cells = [
        cell for cell, *_rest in sheet_of([[text] for text in FORMULAS if text.startswith(("=", "+", "@"))])
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == "=1+1"


def test_a_library_left_to_itself_would_write_a_formula(monkeypatch):
    """The control: a sheet written in the simplest way evaluates it."""
    monkeypatch.setattr(spreadsheet, "PLAIN", {})
    monkeypatch.setattr(spreadsheet, "_write", lambda sheet, at, value, day: sheet.write(*at, value))
    assert sheet_of([["=1+1"]])[0][0].data_type == "f"


def test_days_and_numbers_are_what_they_are():
    nothing, day, number = sheet_of([[None, date(2026, 11, 25), 7]])[0]
    found = (nothing.value, day.value.date(), day.number_format, number.value)
    assert found == (None, date(2026, 11, 25), "dd.mm.yyyy", 7)


def test_nothing_says_who_made_it_or_when():
    file = zipfile.ZipFile(io.BytesIO(spreadsheet.made("Cases", ["What"], [["x"]])))
    core = file.read("docProps/core.xml").decode()
    assert ("<dc:creator></dc:creator>" in core, core.count("2000-01-01T00:00:00Z")) == (True, 2)
    assert {info.date_time[0] for info in file.infolist()} == {1980}
    assert spreadsheet.made("Cases", ["What"], [["x"]]) == spreadsheet.made("Cases", ["What"], [["x"]])
