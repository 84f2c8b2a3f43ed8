"""The keyboard stays where it was when a part of the page is exchanged, and what changed is said; no motion."""

import pytest

from tests.bodies import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.name || document.activeElement.id || document.activeElement.className"


def test_the_button_that_is_exchanged_keeps_the_keyboard_and_is_announced(enter, page, cast):
    enter("worker", path="/cases/new/")
    page.fill("[name=estimated_age]", "14")
    page.locator("#register").focus()
    page.locator("#register-button .notice[role=alert]").wait_for()
    assert page.evaluate(FOCUSED) == "register"
    assert page.locator("#register").inner_text() == "Register and notify"
    assert page.locator("#register-button[aria-live=polite]").count() == 1


def test_who_mends_a_mistake_is_not_thrown_back(enter, page, cast):
    enter("worker", path="/cases/new/")
    page.fill("[name=birth_date]", "no such day")
    page.locator("#register").click()
    page.locator(".error-summary").wait_for()
    assert page.evaluate(FOCUSED) == "error-summary"  # what went wrong is read first
    page.fill("[name=birth_date]", "about 15")
    page.locator("[name=birth_year]").focus()
    page.locator("#register-button .notice").wait_for()
    assert page.evaluate(FOCUSED) == "birth_year"
    assert enter.said == []


def test_after_an_upload_what_was_done_is_read(enter, page, cast, adult_case):
    enter("worker", path=f"/cases/{adult_case.pk}/documents/")
    button = page.locator("[data-upload] button")
    button.click()
    page.locator(".error-summary:focus").wait_for()
    page.set_input_files("[name=file]", {"name": "d.png", "mimeType": "image/png", "buffer": picture()})
    page.select_option("[name=kind]", index=1)
    page.fill("[name=title]", "Contract")
    button.click()
    page.locator("h2", has_text="Contract").wait_for()
    page.locator(".messages > :focus", has_text="The document is kept.").wait_for()
    assert adult_case.documents.count() == 1
    assert enter.said == []


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_who_wants_no_motion_sees_none(enter, page, cast, wish, moves):
    page.emulate_media(reduced_motion=wish)
    enter("worker", path="/cases/new/")
    longest = """Math.max(...[...document.querySelectorAll("*")].map(e => getComputedStyle(e)).map(
        style => parseFloat(style.transitionDuration) + parseFloat(style.animationDuration)))"""
    scrolls = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert (page.evaluate(longest) > 0, scrolls) == (moves, "smooth" if moves else "auto")
