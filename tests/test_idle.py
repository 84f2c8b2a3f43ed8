"""The idle lock: kept by the server, unlocked in place, and nothing that was typed is lost."""

import time

import pytest
from django.test import Client

from aidcenter import factor, idle
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.models import Case
from tests.test_signin import PASSWORD

pytestmark = pytest.mark.django_db
MINUTES = 60


@pytest.fixture
def client(cast, sign_in):
    """A browser of the worker, who has a password."""
    cast.worker.set_password(PASSWORD)
    cast.worker.save()
    return sign_in(cast.worker)


def wait(client, *, idle_for=0, open_for=0):
    """Let a session grow older, in minutes."""
    session = client.session
    session[idle.SEEN] -= idle_for * MINUTES
    session[idle.BEGAN] -= open_for * MINUTES
    session.save()


def test_ten_minutes_lock_every_page(client, adult_case):
    wait(client, idle_for=9)
    assert client.get("/cases/").status_code == 200  # and this was an act
    wait(client, idle_for=9)
    assert client.get("/cases/").status_code == 200
    wait(client, idle_for=11)
    for path in ("/", "/cases/", f"/cases/{adult_case.pk}/", "/accounts/2fa/"):
        page = client.get(path)
        assert (page.status_code, adult_case.number in page.content.decode()) == (423, False)
    assert client.get("/cases/", headers={"hx-request": "true"}).content == b""


def test_asking_how_long_is_no_act(client):
    for _ in range(3):
        wait(client, idle_for=4)
        left = client.get("/accounts/idle/").json()["left"]
    assert left == 0
    assert client.post("/accounts/idle/").json() == {"left": 0}  # too late
    assert client.get("/").status_code == 423


def test_typing_is_an_act(client):
    for _ in range(3):
        wait(client, idle_for=9)
        assert client.post("/accounts/idle/").json()["left"] > 9 * MINUTES
    assert client.get("/").status_code == 200


def test_the_password_unlocks_in_place(client, cast):
    wait(client, idle_for=11)
    assert client.post("/accounts/unlock/", {"password": "wrong"}).status_code == 403
    assert client.get("/").status_code == 423
    assert client.post("/accounts/unlock/", {"password": PASSWORD}).status_code == 200
    assert client.get("/").status_code == 200
    with acting_as(cast.auditor.pk):
        done = AuditEvent.objects.filter(action__startswith="unlock").order_by("pk")
        assert list(done.values_list("action", flat=True)) == ["unlock.failed", "unlock"]


def test_a_form_that_was_under_way_is_kept(client):
    wait(client, idle_for=11)
    typed = {"given_name": "Nuray <b>", "birth_year": "1990", "sex": "female", "district": "nasimi"}
    page = client.post("/cases/new/", typed)
    assert page.status_code == 423
    assert b"Nuray &lt;b&gt;" in page.content
    assert Case.objects.count() == 0
    kept = dict(page.context["kept"])
    assert kept == typed
    again = client.post("/cases/new/", {**kept, idle.SENT_BY: "POST", idle.PASSWORD: "wrong"})
    assert (again.status_code, dict(again.context["kept"])) == (423, typed)
    done = client.post("/cases/new/", {**kept, idle.SENT_BY: "POST", idle.PASSWORD: PASSWORD})
    assert done.status_code == 302
    assert Case.objects.get().victim.given_name == "Nuray <b>"


def test_a_page_that_was_asked_for_follows(client):
    wait(client, idle_for=11)
    page = client.get("/cases/?state=all")
    assert page.context["sent_by"] == "GET"
    done = client.post("/cases/?state=all", {idle.SENT_BY: "GET", idle.PASSWORD: PASSWORD})
    assert done.url == "/cases/?state=all"


def test_a_shift_ends_for_the_busiest(client, settings):
    settings.SHIFT_SECONDS = 10 * 60 * MINUTES
    wait(client, open_for=9 * 60)
    assert client.get("/").status_code == 200
    wait(client, open_for=2 * 60)
    assert client.get("/").status_code == 423
    assert client.post("/accounts/unlock/", {"password": PASSWORD}).status_code == 200
    assert client.get("/").status_code == 200


def test_five_wrong_passwords_end_the_session(client):
    wait(client, idle_for=11)
    found = [client.post("/accounts/unlock/", {"password": "wrong"}).status_code for _ in range(5)]
    assert found == [403, 403, 403, 403, 401]
    assert client.post("/accounts/unlock/", {"password": PASSWORD}).status_code == 401
    assert client.get("/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "nonsense", '{"id": "x"}', '{"rawId": 1}'])
def test_a_made_up_passkey_unlocks_nothing(client, credential):
    wait(client, idle_for=11)
    assert client.get("/accounts/unlock/").json() == {"passkey": None}
    assert client.post("/accounts/unlock/", {"credential": credential}).status_code == 403
    assert client.get("/").status_code == 423


def test_a_session_of_unknown_age_is_locked(client):
    session = client.session
    del session[idle.SEEN]
    session.save()
    assert client.get("/").status_code == 423


def test_the_ways_out_stay_open(client):
    wait(client, idle_for=11)
    assert client.post("/exit/").status_code == 200
    assert client.get("/").url.startswith("/accounts/login/")


def test_without_the_middleware_it_would_stay_open(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("IdleLock")]
    wait(client, idle_for=11)
    assert client.get("/").status_code == 200


def test_a_stranger_learns_nothing(client, cast):
    for path in ("/accounts/idle/", "/accounts/unlock/"):
        assert [Client().get(path).status_code, Client().post(path).status_code] == [401, 401]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_cover_keeps_what_was_typed(live_server, page, cast, settings, client):
    settings.IDLE_SECONDS = 3
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
         {"name": "django_language", "value": "en", "url": live_server.url}]
    )  # fmt: skip
    began = time.time()
    session = client.session
    session[idle.SEEN], session[idle.BEGAN] = int(began), int(began)
    session[factor.SESSION_KEY] = str(cast.worker.pk)
    session.save()
    page.goto(f"{live_server.url}/cases/new/")
    page.fill("[name=given_name]", "Nuray")
    page.keyboard.press("F8")
    page.locator("#hidden-screen[open]").wait_for()
    page.keyboard.press("F8")
    page.locator("#cover[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#cover[open]").wait_for()
    assert not page.locator("[name=given_name]").evaluate(
        "field => field.matches(':focus') || field.checkVisibility() && document.elementFromPoint(200, 300) === field"
    )
    page.fill("#cover-password", "wrong")
    page.keyboard.press("Enter")
    page.locator("text=did not unlock").wait_for()
    settings.IDLE_SECONDS = 600
    page.fill("#cover-password", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#cover:not([open])").wait_for(state="attached")
    assert page.input_value("[name=given_name]") == "Nuray"
