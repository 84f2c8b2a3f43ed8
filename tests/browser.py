"""A real browser for the tests marked `browser`: Debian's Chromium through playwright."""

import os
import shutil
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "no Chromium was found (Debian: apt-get install chromium)"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "looks: looks at pages, and at more with PAGES=full")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Chromium its tests are skipped, and the run's last lines say so."""
    if not CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a plain sentence what did not run, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} test{'s' * (count > 1)} did not run: {reason}.")


@pytest.fixture(scope="session")
def starter() -> Generator[BrowserType]:
    """What starts a Chromium."""
    # playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chromium(starter: BrowserType) -> Generator[Browser]:
    """The browser, started once for each worker."""
    browser = starter.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Generator[Page]:
    """A page of a browser that knows nothing yet."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def enter(live_server: Any, page: Page, settings: Any, cast: Any) -> Any:
    """Sign in by the demo's one click; what the console says is kept in `enter.said`."""
    settings.DEMO = True
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def entered(username: str, language: str = "en", path: str = "/") -> None:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/accounts/login/")
        page.locator(f"button[name=person][value='{username}']").click()
        page.wait_for_url(f"{live_server.url}/")
        host = live_server.url
        page.context.add_cookies([{"name": "django_language", "value": language, "url": host}])
        page.goto(f"{host}{path}")

    entered.said = said  # type: ignore[attr-defined]
    return entered
