"""Looks at pages in a real browser: every day at each once, with PAGES=full in chosen pairs of everything."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.pages import checks, states
from tests.pages.choice import Choice, Look

FULL = os.environ.get("PAGES") == "full"
TURNS = range(6 if FULL else 3)  # a third of the pages each; with PAGES=full a sixth
FACTORS: dict[str, Sequence[Any]] = {
    "width": (1280, 320, 768, 360, 640),  # 640: a screen of 1280 at 200 %
    "language": ("en", "az", "ru"),
    "theme": ("light", "dark"),
    "scripts": (True, False),
}
EVERYDAY: tuple[Look, ...] = (
    {"width": 1280, "language": "en", "theme": "light"},
    {"width": 360, "language": "az", "theme": "dark"},
    {"width": 320, "language": "ru", "theme": "light"},
)
NOT_SAID = "the mistakes were not said"
NOT_READ = "the mistakes are not where the keyboard is"


class Eyes:
    """What is looked at, and `found` there."""

    def __init__(self, enter: Any, page: Page) -> None:
        self.enter, self.page = enter, page
        self.devtools = page.context.new_cdp_session(page)
        self.choice = Choice()
        self.found: list[str] = []
        self.addresses: set[str] = set()
        self.looks = 0

    def look(self, who: str, paths: Iterable[str], turn: int, *, looks: int = 5) -> None:
        """Look at each of `paths` as `who` sees it: every day once, else `looks` times."""
        self.scripts(True)
        self.enter(who)
        for path in paths:
            self.addresses.add(path)
            if FULL:
                for _ in range(looks):
                    self.take(path, self.choice.next(f"{who} {path}", FACTORS))
            else:
                self.take(path, {"address": path, "scripts": True, "state": "unfolded"} | EVERYDAY[turn % 3])

    def take(self, path: str, look: Look) -> None:
        """One look."""
        self.looks += 1
        said = len(self.enter.said)
        try:
            wrong = self.see(path, look)
        except Error as error:
            wrong = [str(error).splitlines()[0]]
        wrong += self.enter.said[said:]
        self.choice.took(look)
        self.scripts(True)
        self.found += [f"{look}: {one}" for one in wrong]

    def see(self, path: str, look: Look) -> list[str]:
        """Open `path` as `look` says, bring it into its state, and check it."""
        page, scripts = self.page, look["scripts"]
        page.emulate_media(color_scheme=look["theme"])
        page.set_viewport_size({"width": look["width"], "height": 450 if look["width"] == 640 else 900})
        host = page.evaluate("location.origin")
        page.context.add_cookies([{"name": "django_language", "value": look["language"], "url": host}])
        self.scripts(scripts)
        page.goto(host + path)
        if "state" not in look:
            known = states.of(page, look["width"], scripts=scripts)
            look["state"] = self.choice.rarest(look, "state", known)
            page.goto(host + path)
        wrong = checks.shift(page) if scripts else []
        states.ENTER[look["state"]](page)
        self.scripts(True)
        return wrong + self.check(look)

    def check(self, look: Look) -> list[str]:
        """Everything that is asked of a page in its state."""
        page, wrong = self.page, []
        if look["state"] == "errors":
            if not page.locator(".error-summary, .error, .alarm").count():
                wrong.append(NOT_SAID)
            elif look["scripts"] and page.locator(".error-summary:not(:focus)").count():
                wrong.append(NOT_READ)
        asked: list[Callable[[Page], list[str]]] = [checks.width, checks.axe, checks.links]
        if look["state"] not in ("menu", "covered"):
            asked.append(checks.focus)
        return wrong + [one for check in asked for one in check(page)]

    def scripts(self, on: bool) -> None:
        """Switch the page's own scripts on or off."""
        self.devtools.send("Emulation.setScriptExecutionDisabled", {"value": not on})


@pytest.fixture
def eyes(enter: Any, page: Page, record_property: Callable[[str, object], None]) -> Any:
    """Looks at pages; how many, and what was found, is kept for the sum of `python -m tests.pages`."""
    looking = Eyes(enter, page)
    yield looking
    record_property("addresses", sorted(looking.addresses))
    record_property("looks", looking.looks)
    record_property("findings", looking.found)
