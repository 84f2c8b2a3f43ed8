"""The states of a page: as it comes, unfolded, with its menu, with mistakes in its form, and covered."""

from collections.abc import Callable
from itertools import count

from playwright.sync_api import Page

NARROW = 900  # below, the menu is behind a button
_turns = count()

UNFOLD = "document.querySelectorAll('main details').forEach(part => { part.open = true; })"

# The form with the most fields; what no form may take goes into each of them, and its first button is marked.
BREAK = """() => {
  const text = "input[type=text], input[type=search], input[type=tel], input[type=email], input:not([type]), textarea";
  const fields = form => [...form.elements].filter(e => e.matches(text + ", select, input[type=radio]") && !e.disabled && !e.readOnly);
  const forms = [...document.querySelectorAll("main form[method=post]")].filter(form => fields(form).length && form.querySelector("button:not([type=button])"));
  const form = forms.sort((a, b) => fields(b).length - fields(a).length)[0];
  if (!form) return false;
  for (const e of fields(form)) {
    if (e.matches(text)) e.value = "a\\0b";
    else if (e.matches("select")) e.add(new Option("no such", "no such", true, true));
    else { e.value = "no such"; e.checked = true; }
  }
  form.querySelector("button:not([type=button])").setAttribute("data-look", "");
  return true;
}"""


SWAPS = "!!window.htmx && !!document.querySelector('[data-look]').closest('[hx-post]')"
SETTLED = "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, [data-look]')"


def of(page: Page, width: int, *, scripts: bool) -> list[str]:
    """The states that this page can come into."""
    has = {
        "filled": True,
        "unfolded": page.locator("main details").count() > 0,
        "menu": width <= NARROW and page.locator(".opener").count() > 0,
        "errors": page.evaluate(BREAK),
        "covered": scripts and page.locator("#cover").count() > 0,
    }
    return [state for state, here in has.items() if here]


def unfold(page: Page) -> None:
    """Everything that can be folded out."""
    page.evaluate(UNFOLD)


def menu(page: Page) -> None:
    """The menu of a narrow screen."""
    page.locator(".opener").click()
    page.locator("#side:popover-open").wait_for()


def errors(page: Page) -> None:
    """The page that says what is wrong with what was sent."""
    unfold(page)
    page.evaluate(BREAK)
    if page.evaluate(SWAPS):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator("[data-look]").click()
        page.wait_for_function(SETTLED)
        return
    with page.expect_navigation():
        page.locator("[data-look]").click()


def covered(page: Page) -> None:
    """Locked, and every second time hidden by the key."""
    if next(_turns) % 2:
        page.keyboard.press("F8")
        page.locator("#hidden-screen[open]").wait_for()
    else:
        page.evaluate("document.getElementById('cover').showModal()")


ENTER: dict[str, Callable[[Page], None]] = {
    "filled": lambda page: None,
    "unfolded": unfold,
    "menu": menu,
    "errors": errors,
    "covered": covered,
}
