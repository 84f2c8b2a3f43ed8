"""The process that opens a stranger's spreadsheet: bytes in, the cells of its first sheet out, as JSON."""

import io
import json
import resource
import sys
import zipfile
from datetime import datetime, time
from typing import Any, NoReturn

import openpyxl

MEMORY = 1 << 30  # bytes
CPU_SECONDS = 15
MOST_BYTES = 40 << 20  # unpacked
MOST_PARTS = 200
MOST_CELLS = 60  # in a row
LOOKED_AT = 20_000  # rows, the empty ones too
ACTIVE = ("externallinks", "embeddings", "activex", "macrosheets", "connections", "querytables", "vbaproject")


def refuse(why: str) -> NoReturn:
    """End, saying why."""
    sys.stderr.write(why)
    sys.exit(2)


def limit() -> None:
    """No more memory and time than a list needs, no file written, no process started."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def look_at_parts(content: bytes) -> None:
    """Refuse what is no spreadsheet, what would burst, and what reaches out of the file."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        refuse("no_sheet")
    names = [part.filename.lower() for part in parts]
    if "xl/workbook.xml" not in names:
        refuse("no_sheet")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        refuse("bomb")
    if any(word in name for name in names for word in ACTIVE):
        refuse("active")


def text_of(cell: Any) -> str:
    """What stands in a cell, as one would type it."""
    value = cell.value
    if cell.data_type == "f":
        refuse("formula")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def rows_of(content: bytes, most: int) -> list[tuple[int, list[str]]]:
    """(number, cells) of the rows in which something stands."""
    found = []
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    for number, row in enumerate(book.worksheets[0].iter_rows(), start=1):
        cells = [text_of(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((number, cells))
        if len(found) > most or number > LOOKED_AT:
            refuse("rows")
        if len(cells) > MOST_CELLS:
            refuse("no_sheet")
    return found


def main() -> None:
    """Read a spreadsheet, write its rows; the argument is how many there may be."""
    limit()
    content = sys.stdin.buffer.read()
    look_at_parts(content)
    if not openpyxl.DEFUSEDXML:
        refuse("broken")
    try:
        rows = rows_of(content, int(sys.argv[1]))
    except MemoryError:
        refuse("bomb")
    except Exception:
        refuse("broken")
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main()
