"""Nobody comes in by password alone, and the demo's door exists in the demo only."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from aidcenter.factor import SESSION_KEY
from aidcenter.management.seed import as_administrator
from aidcenter.models import Staff
from aidcenter.signin import BACKEND, FactorAdapter
from tests.cast import just_shown

PASSWORD = "correct-horse-battery-9"
MFA = "/accounts/2fa/"


@pytest.fixture
def person(db: None) -> Staff:
    """Someone who has a password and nothing else yet."""
    cache.clear()
    return Staff.objects.create_user(
        "aysel", password=PASSWORD, display_name="Aysel", role="caseworker", language="en"
    )


@pytest.fixture
def client() -> Client:
    """A browser that reads English."""
    return Client(headers={"accept-language": "en"})


def enter(client: Client, password: str = PASSWORD) -> Any:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": "aysel", "password": password})


def code(secret: str) -> str:
    """What the authenticator app shows now; a code about to end is waited out, as a person would."""
    if (left := 30 - time.time() % 30) < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# --- the second factor ----------------------------------------------------------------------


def test_password_alone_reaches_nothing(client: Client, person: Staff) -> None:
    """Every page but the few to set up a second factor, to leave and to switch language leads there."""
    assert enter(client).status_code == 302
    for path in (
        "/",
        "/cases/",
        "/cases/new/",
        "/accounts/password/change/",
        "/accounts/2fa/recovery-codes/",
    ):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, MFA)
    assert client.get(MFA).status_code == 200


def test_htmx_and_programs_are_told_401(client: Client, person: Staff) -> None:
    """A fragment cannot show a page; htmx is led there."""
    enter(client)
    response = client.get("/cases/", headers={"hx-request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, MFA)
    response = client.get("/api/cases/")
    assert (response.status_code, response.content) == (401, b"")


def test_without_the_rule_the_password_would_do(client: Client, person: Staff, settings: Any) -> None:
    """The rule is what stops it."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("SecondFactor")]
    enter(client)
    assert client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_authenticator_app_lets_in_at_once_and_is_asked_for_later(client: Client, person: Staff) -> None:
    """Setting up proves it; the next sign-in asks for a code."""
    enter(client)
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if page.request["PATH_INFO"] == "/accounts/reauthenticate/":
        page = client.post(
            page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD}
        )
        page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.get("/").status_code == 302
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert (done.status_code, done["Location"]) == (302, "/accounts/2fa/recovery-codes/")
    assert client.get("/").status_code == 200

    client.post("/accounts/logout/")
    cache.clear()  # allauth refuses the same code twice
    assert enter(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/").status_code == 200


def test_a_second_factor_cannot_be_replaced_by_whoever_has_not_shown_it(
    client: Client, person: Staff
) -> None:
    """However the session began: with a factor on record, only that factor opens it."""
    TOTP.activate(person, generate_totp_secret())
    client.force_login(person, backend=BACKEND)
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "home"):
        response = client.get(reverse(name))
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/reauthenticate/")


def test_the_mark_of_another_person_counts_for_nothing(client: Client, person: Staff) -> None:
    """The session remembers whose factor it saw."""
    client.force_login(person, backend=BACKEND)
    session = client.session
    session[SESSION_KEY] = str(person.pk + 1)
    session.save()
    assert client.get("/").status_code == 302


def test_the_last_second_factor_stays(person: Staff) -> None:
    """The first may go when there is another; recovery codes are not one."""
    totp = TOTP.activate(person, generate_totp_secret()).instance
    Authenticator.objects.create(user=person, type="recovery_codes", data={})
    assert not FactorAdapter().can_delete_authenticator(totp)
    Authenticator.objects.create(user=person, type="webauthn", data={})
    assert FactorAdapter().can_delete_authenticator(totp)


def test_nobody_signs_up(client: Client, db: None) -> None:
    """An administrator makes accounts."""
    client.post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not Staff.objects.filter(username="eve").exists()


def test_lockout_is_kept_in_postgresql(client: Client, person: Staff) -> None:
    """Five wrong passwords, and the right one is refused too; losing Redis unlocks nobody."""
    for _ in range(5):
        assert enter(client, "wrong").status_code == 200
    enter(client)
    assert "_auth_user_id" not in client.session
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM aidcenter_cache")
        assert cursor.fetchone()[0] > 0
    cache.clear()
    enter(client)
    assert "_auth_user_id" in client.session


# --- the demo -------------------------------------------------------------------------------


def test_the_demo_signs_in_with_one_click(client: Client, person: Staff, settings: Any) -> None:
    """The list names the person, and the button leads to the desk."""
    settings.DEMO = True
    assert 'name="person" value="aysel"' in client.get("/accounts/login/").content.decode()
    response = client.post("/demo/sign-in/", {"person": "aysel"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "", "a\x00b", "x" * 5000])
def test_the_demo_does_not_know_everyone(client: Client, person: Staff, settings: Any, name: str) -> None:
    """400 says so and offers the others; nobody inactive comes in."""
    settings.DEMO = True
    response = client.post("/demo/sign-in/", {"person": name})
    assert response.status_code == 400
    assert "The demo has no such person" in response.content.decode()
    assert 'value="aysel"' in response.content.decode()
    with as_administrator():
        Staff.objects.update(is_active=False)
    assert client.post("/demo/sign-in/", {"person": "aysel"}).status_code == 400
    assert client.get("/demo/sign-in/").status_code == 405


def test_outside_the_demo_there_is_no_such_door(client: Client, person: Staff, settings: Any) -> None:
    """404 for all its pages, and no list of people."""
    settings.DEMO = False
    assert client.post("/demo/sign-in/", {"person": "aysel"}).status_code == 404
    assert client.get("/demo/sign-in/").status_code == 404
    assert client.get("/demo/mail/").status_code == 404
    assert "aysel" not in client.get("/accounts/login/").content.decode()
    assert "_auth_user_id" not in client.session


# --- language and leaving -------------------------------------------------------------------


def test_language_is_remembered(client: Client, person: Staff, settings: Any) -> None:
    """In the browser, and for the person."""
    settings.DEMO = True
    client.post("/demo/sign-in/", {"person": "aysel"})
    response = client.post("/language/", {"language": "ru", "next": "/cases/"})
    assert (response.status_code, response["Location"]) == (302, "/cases/")
    person.refresh_from_db()
    assert person.language == "ru"
    assert '<html lang="ru">' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    """Only to a page of this site, and only in a language it speaks."""
    response = client.post("/language/", {"language": "xx", "next": target})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "django_language" not in response.cookies
    assert client.get("/language/").status_code == 405


def test_quick_exit_ends_the_session(client: Client, person: Staff, settings: Any) -> None:
    """Also without JavaScript: a page that is replaced at once by a neutral site."""
    settings.DEMO = True
    client.post("/demo/sign-in/", {"person": "aysel"})
    response = client.post("/exit/")
    assert (response.status_code, response["Refresh"]) == (200, "0; url=https://www.wikipedia.org/")
    assert "_auth_user_id" not in client.session
    assert client.get("/exit/").status_code == 405


# --- a real browser -------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_lets_in_without_a_password(page: Page, live_server: Any, person: Staff) -> None:
    """Added in the browser it opens this session, and later it is all that is needed."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**key, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Username").fill("aysel")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live_server.url}{MFA}")
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/")
    page.get_by_role("link", name="Go on to Today").click()
    page.wait_for_url(f"{live_server.url}/")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.get_by_text("Aysel", exact=True).is_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_esc_esc_leaves(page: Page, live_server: Any, person: Staff, settings: Any) -> None:
    """Twice within a second; once is nothing. The session is over, and going back shows the sign-in page."""
    settings.DEMO = True
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(body="<title>neutral</title>"))
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Aysel").click()
    page.wait_for_url(f"{live_server.url}/")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1100)
    assert page.url == f"{live_server.url}/"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    page.go_back()
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.usefixtures("in_english")
def test_the_pages_of_the_factors_open(cast, sign_in) -> None:
    """Also to somebody without a password, whose page of it is that of their settings."""
    client = just_shown(sign_in(cast.worker))
    paths = ("", "recovery-codes/generate/", "totp/activate/", "webauthn/")
    found = {path: client.get(f"/accounts/2fa/{path}", follow=True).status_code for path in paths}
    assert {path: code for path, code in found.items() if code != 200} == {}
    cast.worker.set_unusable_password()
    cast.worker.save()
    assert sign_in(cast.worker).get("/accounts/password/change/").url == "/me/"


@pytest.mark.usefixtures("in_english")
def test_a_refusal_that_no_order_made_names_none(cast, sign_in) -> None:
    shown = sign_in(cast.worker).get("/staff/").content.decode()
    assert ("Your role does not include this" in shown, "by order" in shown) == (True, False)
