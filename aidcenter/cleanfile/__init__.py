"""An uploaded file made harmless, by a process of its own that can reach nothing and lasts not long.

A picture is drawn anew, the pages of a PDF are put into a new one: places, names, scripts, hidden
attachments and second faces of the file stay behind. Of a spreadsheet only the cells come out. Everything
else is refused.
"""

import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

WORKER = Path(__file__).with_name("worker.py")
SHEET_WORKER = Path(__file__).with_name("sheet.py")
SECONDS = 20
LENGTH = struct.Struct(">3sI")  # type, length of the preview
TYPES = {b"pdf": "application/pdf", b"jpg": "image/jpeg", b"png": "image/png"}
REFUSALS = {
    "empty": _("The file is empty."),
    "unknown": _(
        "Only PDF, JPEG, PNG and WebP can be kept. Save the document as PDF, or take a picture of it."
    ),
    "broken": _("The file is damaged: it does not open."),
    "locked": _("The PDF has a password. Save it without one."),
    "large": _("The picture or the document has too many dots or pages."),
    "slow": _("The file took too long to look through."),
    "no_sheet": _("This is no spreadsheet in the format .xlsx, or it has a password. Use the template."),
    "bomb": _("The spreadsheet is too large when it is unpacked."),
    "active": _("The spreadsheet has links to other files, macros or embedded things. Save the cells alone."),
    "formula": _("The spreadsheet has formulas. Replace them by their values."),
    "rows": _("The spreadsheet has too many rows."),
}


class Refused(Exception):
    """The file is not kept; `why` is a key of REFUSALS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why if why in REFUSALS else "broken"


@dataclass(frozen=True)
class Clean:
    """What may be kept: its type, its bytes, and a JPEG of the first page."""

    type: str
    content: bytes
    preview: bytes


def clean(content: bytes) -> Clean:
    """`content` made harmless; raises Refused."""
    if not content:
        raise Refused("empty")
    made = _made_by(WORKER, content)
    kind, length = LENGTH.unpack_from(made)
    start = LENGTH.size + length
    return Clean(TYPES[kind], made[start:], made[LENGTH.size : start])


def cells(content: bytes, *, most: int) -> list[tuple[int, list[str]]]:
    """(number, cells) of up to `most` rows of a spreadsheet in which something stands; raises Refused."""
    if not content:
        raise Refused("empty")
    return [(number, row) for number, row in json.loads(_made_by(SHEET_WORKER, content, str(most)))]


def _made_by(worker: Path, content: bytes, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(worker), *arguments],
            input=content, capture_output=True, timeout=SECONDS, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Refused("slow") from None
    if done.returncode:
        raise Refused(done.stderr.decode(errors="replace").strip())
    return done.stdout
