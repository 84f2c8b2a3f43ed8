"""The process that opens a stranger's file: bytes in, harmless bytes out, or one word on stderr."""

import io
import resource
import struct
import sys
from typing import NoReturn

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import raw

MEMORY = 1 << 30  # bytes
CPU_SECONDS = 15
MOST_DOTS = 60_000_000
MOST_PAGES = 300
PREVIEW = 1400  # dots of the longer side
HEADER = struct.Struct(">3sI")
FORMATS = ("JPEG", "PNG", "WEBP")
WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD


def refuse(why: str) -> NoReturn:
    """End, saying why."""
    sys.stderr.write(why)
    sys.exit(2)


def limit() -> None:
    """No more memory and time than a scan needs, no file written, no process started."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def small(picture: Image.Image) -> bytes:
    """A JPEG for the screen."""
    shown = picture.convert("RGB")
    shown.thumbnail((PREVIEW, PREVIEW))
    return saved(shown, "JPEG", quality=80)


def saved(picture: Image.Image, kind: str, **how: int) -> bytes:
    """The bytes of a picture, without anything beside its dots."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def redrawn(content: bytes) -> tuple[bytes, bytes, bytes]:
    """A picture from its dots alone, upright as it was taken: no place, no name, no thumbnail."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        refuse("unknown")
    if picture.width * picture.height > MOST_DOTS:
        refuse("large")
    sharp = picture.format == "PNG"
    upright = ImageOps.exif_transpose(picture)
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright.convert("RGB"), mask=upright.convert("RGBA").getchannel("A"))
    whole = saved(plain, "PNG") if sharp else saved(plain, "JPEG", quality=90)
    return (b"png" if sharp else b"jpg"), whole, small(plain)


def copied(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The pages of a PDF in a new one, flattened: no scripts, forms, attachments or properties."""
    try:
        old = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        refuse("locked" if getattr(error, "err_code", None) == WRONG_PASSWORD else "broken")
    if not 0 < len(old) <= MOST_PAGES:
        refuse("large" if len(old) else "broken")
    old.init_forms()
    for number in range(len(old)):
        raw.FPDFPage_Flatten(old[number], raw.FLAT_NORMALDISPLAY)
    new = pypdfium2.PdfDocument.new()
    new.import_pages(old)
    out = io.BytesIO()
    new.save(out)
    page = new[0]
    scale = min(PREVIEW / max(page.get_size()), 4)
    return b"pdf", out.getvalue(), small(page.render(scale=scale).to_pil())


def main() -> None:
    """Read a file, write a type, a preview and the harmless file."""
    limit()
    content = sys.stdin.buffer.read()
    make = copied if b"%PDF-" in content[:1024] else redrawn
    try:
        kind, whole, preview = make(content)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        refuse("broken")
    except MemoryError:
        refuse("large")
    sys.stdout.buffer.write(HEADER.pack(kind, len(preview)) + preview + whole)


if __name__ == "__main__":
    main()
