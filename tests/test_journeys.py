"""Whole ways through the centre in a real browser, with the page's own scripts and without them."""

import pytest

from aidcenter.context import acting_as
from cases.models import Case, PossibleMatch, UrgentAccess
from rehabilitation.models import GroupSession, Service
from tests.browser import ARGUMENTS, CHROMIUM
from tests.test_matching import AGAIN, KNOWN
from tests.test_providers import offer_services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
both_ways = pytest.mark.parametrize("scripts", [True, False])


def run_scripts(page, scripts):
    """Let the page's own scripts run, or not."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setScriptExecutionDisabled", {"value": not scripts})


def press(page, words):
    """The first button or link in the page that says so."""
    page.locator("main button, main a", has_text=words).first.click()
    page.wait_for_load_state()


@both_ways
def test_from_intake_to_closed(enter, page, cast, scripts):
    run_scripts(page, scripts)
    enter("worker", path="/cases/new/")
    page.fill("[name=given_name]", "Leyla")
    page.fill("[name=birth_year]", "1990")
    page.locator("#register-button button").click()
    page.wait_for_url("**/cases/*-*/")
    case = Case.objects.get()
    press(page, "How the person came, language, contact")
    page.fill("[name=safe_contact]", "only in the morning")
    press(page, "Save")
    page.wait_for_url("**/safety/?intake")  # the next step that is not done
    page.goto(page.url.split("/safety/")[0] + "/close/")
    page.check("[name=to][value=closed]")
    page.select_option("[name=reason]", "goals_met")
    page.fill("[name=summary]", "works as a seamstress")
    press(page, "Ask to close")
    page.locator("text=Asked for; a supervisor decides.").wait_for()
    enter("supervisor")
    page.locator("main a[href$='/close/']").first.click()
    page.locator("text=works as a seamstress").wait_for()
    press(page, "Approve: close the case")
    page.locator("text=The case is closed.").wait_for()
    case.refresh_from_db()
    assert (case.state, enter.said) == ("closed", [])


@both_ways
def test_one_session_for_two_and_no_case_shows_the_other(enter, page, cast, adult_case, open_case, scripts):
    run_scripts(page, scripts)
    offer_services(cast.administrator)
    other = open_case({"given_name": "Sevda", "birth_year": 1992})
    enter("worker", path="/services/group/")
    page.select_option("[name=type]", "social")
    for case in (adult_case, other):
        page.check(f"[name=cases][value='{case.pk}']")
    press(page, "Record for all of them")
    page.locator(".messages .notice").wait_for()
    assert (GroupSession.objects.count(), Service.objects.filter(state="delivered").count()) == (1, 2)
    page.goto(page.evaluate("location.origin") + f"/services/of/{adult_case.pk}/")
    shown = page.inner_text("main")
    assert ("Social" in shown, other.number in shown, "Sevda" in shown) == (True, False, False)
    assert enter.said == []


def test_who_is_registered_twice_is_told_by_the_other_supervisor(enter, page, cast, open_case):
    known = open_case(KNOWN)
    enter("stranger", path="/cases/new/")
    for name in ("given_name", "father_name"):
        page.fill(f"[name={name}]", AGAIN[name])
    page.fill("[name=family_name]", AGAIN["family_name"])
    page.fill("[name=birth_year]", "1990")
    page.check("[name=sex][value=female]")
    page.locator("summary", has_text="What else is known already").click()
    page.fill("[name=phone]", AGAIN["phone"])
    page.locator("#register-button button").click()
    page.locator("text=The person may be known already; a supervisor is asked to look.").wait_for()
    number = page.inner_text("h1")
    enter("supervisor")
    page.locator("main a[href*='/cases/matches/']").first.click()
    assert AGAIN["given_name"] in page.inner_text("main")
    press(page, "The same person")
    page.locator("text=Your decision is on record.").wait_for()
    with acting_as(cast.supervisor.pk):
        assert PossibleMatch.objects.get().same
    enter("worker", path=f"/cases/{known.pk}/family/")
    page.locator("text=There is a linked case that you do not read.").wait_for()
    assert (number in page.inner_text("main"), enter.said) == (False, [])


@both_ways
def test_a_case_is_opened_urgently_and_somebody_reviews_it(enter, page, cast, adult_case, scripts):
    run_scripts(page, scripts)
    enter("stranger", path="/cases/urgent/")
    page.fill("[name=text]", adult_case.number)
    page.fill("[name=reason]", "she has collapsed in the street")
    press(page, "Open urgently")
    page.wait_for_url(f"**/cases/{adult_case.pk}/")
    page.locator("text=Open for 60 minutes of reading.").wait_for()
    enter("supervisor")
    page.locator("main a[href*='/cases/urgent/']").first.click()
    page.locator("text=she has collapsed in the street").wait_for()
    press(page, "It was justified")
    page.locator("text=Your review is on record.").wait_for()
    with acting_as(cast.supervisor.pk):
        assert UrgentAccess.objects.get().justified
    assert enter.said == []


def test_another_language_in_the_middle_of_a_form_keeps_what_was_typed(enter, page, cast):
    enter("worker", path="/cases/new/")
    page.fill("[name=given_name]", "Nuray")
    page.locator("summary", has_text="What else is known already").click()
    page.select_option("[name=risk_level]", "high")
    page.check("[name=could_be_minor] >> nth=0")
    page.locator("#side [name=language][value=ru]").click()
    page.locator("h1", has_text="Зарегистрировать").wait_for()
    assert page.evaluate("document.activeElement.value") == "ru"  # the keyboard is where it was
    assert (page.input_value("[name=given_name]"), page.input_value("[name=risk_level]")) == ("Nuray", "high")
    assert page.locator("[name=could_be_minor] >> nth=0").is_checked()
    assert page.locator("main details").evaluate("part => part.open")
    page.fill("[name=estimated_age]", "14")
    page.locator("[name=estimated_age]").press("Tab")
    page.locator("#register-button .notice").wait_for()  # htmx goes on
    page.locator("#register-button button").click()
    page.wait_for_url("**/cases/*-*/")
    case = Case.objects.select_related("victim").get()
    assert (case.victim.given_name, case.risk_level, enter.said) == ("Nuray", "high", [])
    page.keyboard.press("F8")
    page.locator("#hidden-screen[open]").wait_for()


def test_the_keys_go_on_after_another_language(enter, page, cast):
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(body="<title>neutral</title>"))
    enter("worker", path="/cases/new/")
    page.fill("[name=given_name]", "Nuray")
    page.locator("#side [name=language][value=az]").click()
    page.locator("html[lang=az]").wait_for()
    page.locator("[data-hide]").first.click()
    page.locator("#hidden-screen[open]").wait_for()
    page.keyboard.press("F8")
    page.locator("#hidden-screen:not([open])").wait_for(state="attached")
    page.locator(".top .exit").click()
    page.wait_for_url("https://www.wikipedia.org/")


def test_two_tabs_lose_nothing(enter, page, cast, adult_case):
    form = f"/cases/{adult_case.pk}/details/"
    enter("worker", path=form)
    second = page.context.new_page()
    second.goto(page.url)
    page.fill("[name=safe_contact]", "only her aunt")
    press(page, "Save")
    page.locator("text=Saved.").wait_for()
    second.fill("[name=safe_contact]", "only in the morning")
    press(second, "Save")
    second.locator("text=Somebody changed this while you were typing").first.wait_for()
    there, mine = second.locator(".watch").inner_text(), second.input_value("[name=safe_contact]")
    assert ("only her aunt" in there, mine) == (True, "only in the morning")
    second.fill("[name=safe_contact]", "only her aunt, in the morning")
    press(second, "Save")
    second.locator("text=Saved.").wait_for()
    adult_case.victim.refresh_from_db()
    assert adult_case.victim.safe_contact == "only her aunt, in the morning"


@pytest.fixture
def keeper(starter, live_server, settings):
    """A page of a browser that keeps the pages one leaves, as people's browsers do."""
    settings.DEMO = True
    browser = starter.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = browser.new_page(locale="en-GB")
    page.set_default_timeout(10_000)
    yield page
    browser.close()


def test_going_back_after_signing_out_shows_nothing(keeper, live_server, cast, adult_case):
    page = keeper
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("button[name=person][value='worker']").click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/cases/{adult_case.pk}/")
    assert adult_case.number in page.inner_text("main")
    page.locator("#side form button", has_text="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    page.go_back()
    page.wait_for_url("**/accounts/login/**")
    page.locator("button[name=person]").first.wait_for()
    assert adult_case.number not in page.content()
