"""Help: the words of the centre, the keys, a guide of one page for each role, a tour that can be skipped."""

import io
import json

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from aidcenter import codelists, folding, guide, helptexts
from aidcenter.models import Staff
from aidcenter.roles import MATRIX, Role

pytestmark = pytest.mark.django_db
LANGUAGES = ("az", "ru", "en")


def seen(client, path):
    return client.get(path).content.decode()


# --- words ----------------------------------------------------------------------------------


def test_every_word_is_there_in_three_languages():
    rows = json.loads((codelists.DATA / "glossary.json").read_text(encoding="utf-8"))
    assert len({row["code"] for row in rows}) == len(rows) >= 30
    for row in rows:
        for part in (row["term"], row["meaning"]):
            assert set(part) == set(LANGUAGES), row["code"]
            assert all(text.strip() for text in part.values()), row["code"]


def test_the_words_are_sorted_by_the_alphabet_of_the_reader():
    words = ["Çay", "Ev", "Əl", "Xidmət", "Qurban", "İş", "Işıq", "Həkim", "Gün", "Şəxs", "Sosial", "Cəza"]
    assert sorted(words, key=lambda word: folding.alphabetical(word, "az")) == [
        "Cəza", "Çay", "Ev", "Əl", "Gün", "Həkim", "Xidmət", "Işıq", "İş", "Qurban", "Sosial", "Şəxs",
    ]  # fmt: skip
    assert helptexts.glossary("az")[0]["term"] == "Bildiriş"


@pytest.mark.parametrize(("language", "word"), [("az", "Uşaq hesab edilən"), ("ru", "Направление")])
def test_the_page_speaks_the_language_of_the_reader(cast, sign_in, language, word):
    client = sign_in(cast.partner)
    client.cookies["django_language"] = language
    page = seen(client, "/help/glossary/")
    assert f'<th scope="row">{word}</th>' in page
    assert '<span lang="en">' in page
    assert f'<span lang="{language}">' not in page


# --- keys -----------------------------------------------------------------------------------


def test_keys_are_marked_only_for_who_wants_them(cast, sign_in):
    client = sign_in(cast.worker)
    page = seen(client, "/")
    assert [mark in page for mark in ('data-key="g c"', 'data-key="/"', "keys.js")] == [True] * 3
    client.post("/me/", {"language": "en"})
    page = seen(client, "/")
    assert ("data-key" in page, "keys.js" in page) == (False, False)
    assert "F8" in seen(client, "/help/keys/")


def test_the_keys_page_lists_what_works_for_the_role(cast, sign_in):
    def listed(person):
        page = seen(sign_in(person), "/help/keys/").split("They always work")[1]
        return [name for name in ("Go to the search box", "Cases", "Calendar", "Today") if f"{name}<" in page]

    assert listed(cast.worker) == ["Go to the search box", "Cases", "Calendar", "Today"]
    assert listed(cast.auditor) == ["Today"]


# --- the guide ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_has_a_guide_of_one_page(language):
    for role in Role:
        document = pypdfium2.PdfDocument(io.BytesIO(guide.pdf(role, language)))
        assert len(document) == 1, (role, language)
        text = " ".join(document[0].get_textpage().get_text_bounded().split()).lower()
        assert all(word not in text for word in ("victims of human", "alveri", "торговли")), (role, language)
    assert len(MATRIX[Role.SUPERVISOR]) > 40  # the longest of them


def test_the_guide_is_of_the_own_role_unless_another_is_asked_for(cast, sign_in):
    client = sign_in(cast.worker)
    own = client.get("/help/guide/")
    assert (own["Content-Type"], "guide-caseworker-en.pdf" in own["Content-Disposition"]) == (
        "application/pdf",
        True,
    )
    other = client.get("/help/guide/?role=house&language=ru")
    assert "guide-house-ru.pdf" in other["Content-Disposition"]
    assert "guide-caseworker" in client.get("/help/guide/?role=king&language=xx")["Content-Disposition"]


# --- the tour -------------------------------------------------------------------------------


def test_the_tour_is_offered_until_it_is_ended(cast, sign_in):
    client = sign_in(cast.worker)
    assert "New here?" in seen(client, "/")
    assert "New here?" not in seen(client, "/cases/")
    assert client.post("/help/tour/end/").url == "/"
    assert "New here?" not in seen(client, "/")
    first = Staff.objects.get(pk=cast.worker.pk).toured_at
    client.post("/help/tour/end/")
    assert Staff.objects.get(pk=cast.worker.pk).toured_at == first
    assert "Begin with Today" in seen(client, "/help/tour/")  # Help still has it
    assert "New here?" in seen(sign_in(cast.colleague), "/")


def test_each_role_is_led_only_to_what_it_has(cast, in_english):
    def titles(person):
        return [str(step.title) for step in helptexts.steps_for(person)]

    assert "Find and register people" in titles(cast.worker)
    assert "Find and register people" not in titles(cast.partner)
    assert "Answer what you are asked" in titles(cast.partner)
    assert "Acknowledge what was sent to you" in titles(cast.nasimi_guardianship)
    assert len(titles(cast.auditor)) == 4


@pytest.mark.parametrize("step", ["0", "-1", "99", "x", "٣", ""])
def test_a_step_that_is_none_is_the_nearest(cast, sign_in, step):
    assert sign_in(cast.worker).get("/help/tour/", {"step": step}).status_code == 200


# --- in a browser ---------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_newcomer_takes_the_tour(chromium, live_server, settings, cast, scripts):
    settings.DEMO = True
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("button[name=person][value='worker']").click()
    page.locator("a", has_text="Look round").click()
    titles = [page.locator("h1").inner_text()]
    while page.locator("a", has_text="Next").count():
        page.locator("a", has_text="Next").click()
        titles.append(page.locator("h1").inner_text())
    assert (len(titles), titles[0], titles[-1]) == (6, "Begin with Today", "Make it yours")
    page.locator("button", has_text="Done").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.locator("text=New here?").count() == 0
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_keys_open_pages_and_never_while_typing(enter, page, cast):
    enter("worker")
    host = page.evaluate("location.origin")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"{host}/cases/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("g t?")
    assert (page.input_value("#find"), page.url) == ("g t?", f"{host}/cases/")
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+g")
    page.keyboard.press("t")  # no g before it
    assert page.url == f"{host}/cases/"
    page.keyboard.press("?")
    page.wait_for_url(f"{host}/help/keys/")
    page.keyboard.press("F8")
    page.locator("#hidden-screen[open]").wait_for()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.keyboard.press("F8")
    assert (page.url, enter.said) == (f"{host}/help/keys/", [])
    page.goto(f"{host}/me/")
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.locator("button", has_text="Save").click()
    page.locator("text=Your settings are saved").wait_for()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.keyboard.press("?")
    assert (page.url, enter.said) == (f"{host}/me/", [])
