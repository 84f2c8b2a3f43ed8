"""One's own settings: they hold on every page at once, and what was done in one's name is one's own to read."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aidcenter import audit
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases import absence

pytestmark = pytest.mark.django_db
CHOSEN = {"language": "ru", "theme": "dark", "compact": "on", "hides_names": "on"}


def seen(client, path, **headers):
    return client.get(path, headers=headers).content.decode()


def test_what_was_chosen_holds_on_the_next_page(cast, sign_in):
    client = sign_in(cast.worker)
    assert '<html lang="en">' in seen(client, "/")
    assert client.post("/me/", CHOSEN).url == "/me/"
    assert '<html lang="ru" data-theme="dark" data-density="compact">' in seen(client, "/")
    assert '<meta name="color-scheme" content="dark">' in seen(client, "/cases/")
    row = Staff.objects.get(pk=cast.worker.pk)
    assert (row.language, row.theme, row.compact, row.hides_names, row.has_keys) == (
        "ru",
        "dark",
        True,
        True,
        False,
    )
    assert '<html lang="en">' in seen(sign_in(cast.colleague), "/")  # nobody else's


def test_what_cannot_be_is_not_kept(cast, sign_in):
    client = sign_in(cast.worker)
    for wrong in ({"language": "fr"}, {"theme": "pink"}):
        assert "error-summary" in client.post("/me/", CHOSEN | wrong).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.filter(pk=cast.worker.pk).update(theme="pink")
    assert Staff.objects.get(pk=cast.worker.pk).language == "en"


def test_the_settings_ask_the_database_nothing_more(cast, sign_in):
    client = sign_in(cast.worker)
    counts = []
    for chosen in ({"language": "en"}, CHOSEN):
        client.post("/me/", chosen)
        client.get("/cases/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/cases/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_search_hides_names_too(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    find = {"q": adult_case.number}
    assert "Quliyeva" in client.post("/cases/find/", find).content.decode()
    client.post("/me/", CHOSEN)
    assert "Quliyeva" not in client.post("/cases/find/", find).content.decode()


def test_names_are_hidden_on_a_case_until_asked_for(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/"
    assert "Quliyeva" in seen(client, page)
    client.post("/me/", CHOSEN | {"language": "en"})
    hidden = seen(client, page)
    assert "Quliyeva" not in hidden
    assert "L••• Q•••" in hidden
    assert 'href="?names=show"' in hidden
    shown = seen(client, f"{page}?names=show")
    assert ("Quliyeva" in shown, 'href="?names=show"' in shown) == (True, False)
    assert "Quliyeva" not in seen(client, page)  # asked for on each page anew


def test_every_other_session_ends_and_this_one_stays(cast, sign_in):
    here, there, colleague = sign_in(cast.worker), sign_in(cast.worker), sign_in(cast.colleague)
    assert there.get("/").status_code == 200
    assert here.post("/me/sessions/end/").url == "/me/"
    assert (here.get("/").status_code, colleague.get("/").status_code) == (200, 200)
    assert there.get("/").url.startswith("/accounts/login/")
    assert "signed out everywhere else" in seen(here, "/me/")


def test_without_the_mark_the_other_session_would_stay_open(cast, sign_in, monkeypatch):
    monkeypatch.delattr(Staff, "_get_session_auth_hash")
    here, there = sign_in(cast.worker), sign_in(cast.worker)
    here.post("/me/sessions/end/")
    assert there.get("/").status_code == 200


def test_the_record_is_of_oneself_alone(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    client.get(f"/cases/{adult_case.pk}/")
    with acting_as(cast.colleague.pk):
        audit.record("safety.write", by=cast.colleague, case=adult_case.pk)
    page = seen(client, "/me/record/")
    assert ("opened a case" in page, adult_case.number in page, "wrote a safety sheet" in page) == (
        True,
        True,
        False,
    )
    day = baku_today() - timedelta(days=1)
    assert "Nothing on record on this day" in seen(client, f"/me/record/?day={day}")
    assert "error-summary" in seen(client, "/me/record/?day=1")
    assert adult_case.number not in seen(sign_in(cast.stranger), "/me/record/")


def test_a_case_that_one_reads_no_more_is_not_named(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        audit.record("case.view", by=cast.stranger, case=adult_case.pk)
    page = seen(sign_in(cast.stranger), "/me/record/")
    assert (adult_case.number in page, "a case that you do not read now" in page) == (False, True)


def test_deputies_stand_on_the_page(cast, sign_in):
    today = baku_today()
    assert "You are not away" in seen(sign_in(cast.worker), "/me/")
    absence.plan(
        cast.worker,
        deputy=cast.colleague,
        first_day=today,
        last_day=today + timedelta(days=3),
        by=cast.worker,
    )
    assert "Colleague stands in for you." in seen(sign_in(cast.worker), "/me/")
    assert "you stand in for Worker." in seen(sign_in(cast.colleague), "/me/")
    assert "Deputies" not in seen(sign_in(cast.statistician), "/me/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_chooses_dark_on_a_light_device(chromium, live_server, settings, cast, scripts):
    settings.DEMO = True
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB", color_scheme="light")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("button[name=person][value='worker']").click()
    page.locator("a", has_text="My settings").click()
    page.get_by_label("dark", exact=True).check()
    page.get_by_label("Lines closer together").check()
    page.locator("button", has_text="Save").click()
    page.locator("text=Your settings are saved").wait_for()
    page.goto(f"{live_server.url}/cases/")
    assert page.locator("html[data-theme=dark][data-density=compact]").count() == 1
    if scripts:
        ground = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(ground) == "rgb(16, 23, 27)"
        for path in ("/me/", "/me/record/", "/cases/"):
            page.goto(live_server.url + path)
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], path
        page.emulate_media(media="print")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"  # paper stays white
    context.close()
    assert said == []
