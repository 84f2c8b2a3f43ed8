"""What is asked of a page as it stands in the browser; each answers with what is wrong."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SHIFT = 0.02  # the most that a page may move while it loads
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HOLLOW = 'main a[href=""], main form[action=""]'

MOVED = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(sum), 40));
})"""

# Everything that the keyboard reaches, backwards, so that what sticks to the top may cover it: is it marked, and not hidden under something?
UNSEEN = """() => {
  const wrong = [];
  const name = e => e.outerHTML.replace(/\\s+/g, " ").slice(0, 90);
  const reached = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  for (const e of reached.reverse()) {
    if (!e.checkVisibility({visibilityProperty: true}) || e.disabled || e.closest("dialog:not([open]), [inert]")) continue;
    e.focus();
    if (document.activeElement !== e) { wrong.push("not reached: " + name(e)); continue; }
    const style = getComputedStyle(e);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) { wrong.push("not marked: " + name(e)); continue; }
    const box = e.getClientRects()[0];
    const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
    if (!points.some(hit => hit && (e.contains(hit) || hit.contains(e) && !hit.matches("header")))) wrong.push("covered: " + name(e));
  }
  return wrong;
}"""


def axe(page: Page) -> list[str]:
    """What axe finds."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def width(page: Page) -> list[str]:
    """Whether the page scrolls sideways."""
    wider = page.evaluate(WIDER)
    return [f"{wider} pixels wider than the screen"] if wider > 0 else []


def shift(page: Page) -> list[str]:
    """Whether the page moved while it loaded."""
    moved = page.evaluate(MOVED)
    return [f"moved by {moved:.3f} while loading"] if moved > SHIFT else []


def focus(page: Page) -> list[str]:
    """Whether each thing that the keyboard reaches can be seen to be reached."""
    page.emulate_media(reduced_motion="reduce")  # else a page that scrolls smoothly is not there yet
    page.keyboard.press("Tab")
    return list(page.evaluate(UNSEEN))


def links(page: Page) -> list[str]:
    """Links and forms that lead nowhere."""
    return [f"leads nowhere: {link.evaluate('e => e.outerHTML')[:90]}" for link in page.locator(HOLLOW).all()]
