"""Take the pictures of README.md anew, from a demo centre that lives as long as this takes.

`python -m tests.pictures [name ...]`; each is a PNG of at most 100 kB beside this file.
"""

import io
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aidcenter import bootstrap

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
READY = "Aid Centre is ready: "
MOST = 100_000  # bytes
COLOURS = (256, 128, 64)  # the most that keep a picture small enough


@dataclass(frozen=True)
class Picture:
    """Whose desk, how wide, where it begins and what is opened from there."""

    name: str
    person: str
    width: int
    path: str
    opened: str = ""


PICTURES = (
    Picture("today", "caseworker-1", 1280, "/"),
    Picture("case", "caseworker-1", 1280, "/cases/", "main tr:has-text('Implementation') a.number"),
    Picture("plan-review", "supervisor-1", 1280, "/plans/review/", "main .duty a.btn, main table a.btn"),
    Picture("commission", "nasimi-guardianship", 1280, "/referrals/"),
    Picture("phone", "caseworker-1", 360, "/"),
)


def small(taken: bytes) -> bytes:
    """The picture in as many colours as make it small."""
    from PIL import Image

    with Image.open(io.BytesIO(taken)) as picture:
        for colours in COLOURS:
            out = io.BytesIO()
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            if out.tell() <= MOST:
                return out.getvalue()
    raise SystemExit(f"A picture has {out.tell()} bytes in {COLOURS[-1]} colours; {MOST} are allowed.")


def take(address: str, wanted: list[str]) -> None:
    """Take the pictures named in `wanted`, or all, at the centre at `address`."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, CHROMIUM

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for picture in PICTURES:
            if wanted and picture.name not in wanted:
                continue
            size = {"width": picture.width, "height": 860 if picture.width > 700 else 780}
            page = browser.new_context(viewport=size, locale="en-GB", color_scheme="light").new_page()
            page.goto(f"{address}accounts/login/")
            page.locator(f"button[name=person][value='{picture.person}']").click()
            page.wait_for_url(address)
            page.context.add_cookies([{"name": "django_language", "value": "en", "url": address}])
            page.goto(address)
            if page.locator("text=Skip the tour").count():
                page.click("text=Skip the tour")
            page.goto(address.rstrip("/") + picture.path)
            if picture.opened:
                page.locator(picture.opened).first.click()
                page.wait_for_load_state()
            made = small(page.screenshot())
            (HERE / f"{picture.name}.png").write_bytes(made)
            print(f"{picture.name}.png: {len(made)} bytes", flush=True)
            page.context.close()
        browser.close()


def main(wanted: list[str]) -> int:
    """0 when the pictures were taken."""
    with tempfile.TemporaryDirectory(prefix="aidcenter-pictures-") as made:
        Path(made).chmod(0o711)
        environment = os.environ | {"AIDCENTER_HOME": f"{made}/home", "PORT": "0"}
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            said = next((line for line in demo.stdout or () if line.startswith(READY)), None)
            if said is None:
                return 1
            take(said.removeprefix(READY).strip(), wanted)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()
    return 0


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main(sys.argv[1:]))
