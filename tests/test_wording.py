"""What codes and letters say: changed by the centre itself, looked at first, undone, and never lost."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.utils.translation import override
from pypdfium2 import PdfDocument

from aidcenter import codelists, forms, wording
from aidcenter.codelists import Said
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent, CodeText
from cases import case_papers, paper_forms
from cases.models import Case, Enquiry
from referrals import letter_paper
from referrals.models import Notification
from tests.conftest import as_login as running_as
from tests.test_case_papers import text_of
from tests.test_enquiries import ASKED
from tests.test_speed import queries
from tests.test_staffing import twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "as_in_the_file")]
PAGE = "/staff/settings/codes/"
HOTLINE = {"az": "Etimad telefonu", "ru": "Телефон доверия", "en": "Trust line"}


@pytest.fixture
def as_in_the_file():
    """What a test says is forgotten with it."""
    yield
    codelists.say({})


def put(cast, name, code, said=HOTLINE, *, offered=True, replaces=None):
    row = wording.put(name, code, Said(dict(said), offered), reason="order 7", replaces=replaces,
                      by=cast.administrator)  # fmt: skip
    wording.read()
    return row


def posted(said=HOTLINE, **more):
    return {**said, "offered": "on", "reason": "order 7", "replaces": ""} | more


# --- what holds ---------------------------------------------------------------------------------


def test_it_is_said_everywhere_in_each_language(cast, open_case, sign_in):
    case = open_case(referral_source="hotline")
    put(cast, "referral_source", "hotline")
    for language, text in HOTLINE.items():
        with override(language):
            assert Case(referral_source="hotline").get_referral_source_display() == text
    page = sign_in(cast.worker).get(f"/cases/{case.pk}/details/").content.decode()
    assert ("Trust line" in page, ">Hotline<" in page) == (True, False)
    answer = sign_in(cast.director).get(PAGE, {"q": "ETİMAD"}).content.decode()
    assert "Trust line" in answer


def test_a_code_that_is_added_is_offered_and_kept(cast, sign_in):
    put(cast, "referral_source", "trust_line")
    assert codelists.codes("referral_source")[-2:] == ["trust_line", "other"]
    field = forms.pick("referral_source")
    assert field.clean("trust_line") == "trust_line"
    client = sign_in(cast.worker)
    page = client.get("/cases/enquiries/").content.decode()
    assert re.search(r'<option value="trust_line">Trust line', page)
    assert client.post("/cases/enquiries/", ASKED | {"source": "trust_line"}).status_code == 302
    with acting_as(cast.worker.pk):
        assert [row.get_source_display() for row in Enquiry.objects.all()] == ["Trust line"]


def test_what_is_not_offered_stays_where_it_is(cast):
    put(cast, "referral_source", "hotline", codelists.words_of("referral_source", "hotline"), offered=False)
    new, old = forms.pick("referral_source"), forms.pick("referral_source")
    assert "hotline" not in new.widget.render("source", "")
    assert 'value="hotline" selected' in old.widget.render("source", "hotline")
    assert old.clean("hotline") == "hotline"  # a form that was opened before loses nothing


def test_undone_it_is_as_it_was(cast, sign_in):
    first = put(cast, "referral_source", "hotline")
    second = put(cast, "referral_source", "hotline", HOTLINE | {"en": "Line 2"}, replaces=first.pk)
    client = sign_in(cast.administrator)
    for again, text in ((0, "Hotline"), (first.pk, "Trust line"), (second.pk, "Line 2"), ("x", "Line 2")):
        page = client.get(f"{PAGE}referral_source/hotline/", {"again": again})
        assert page.context["form"].initial["en"] == text
    said = posted(codelists.words_in_file("referral_source", "hotline"), replaces=second.pk)
    assert twice(client, f"{PAGE}referral_source/hotline/", said).status_code == 302
    wording.read()
    assert codelists.label_in("referral_source", "hotline", "en") == "Hotline"
    with acting_as(cast.administrator.pk):
        assert CodeText.objects.count() == 3


def test_another_process_knows_it_when_a_request_or_a_task_begins(cast, monkeypatch, settings):
    put(cast, "referral_source", "hotline")
    codelists.say({})  # as a process that has not read it
    wording.refresh()
    assert codelists.label_in("referral_source", "hotline", "en") == "Hotline"  # it read a moment ago
    monkeypatch.setattr(wording, "_due", 0.0)
    wording.task_begins()
    assert codelists.label_in("referral_source", "hotline", "en") == "Trust line"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["DATABASE_WORKER_URL", "DATABASE_RELAY_URL"])
def test_worker_and_relay_read_it_and_write_nothing(cast, login):
    row = put(cast, "referral_source", "hotline")
    with running_as(login):
        codelists.say({})
        wording.read()
        assert codelists.label_in("referral_source", "hotline", "en") == "Trust line"
        with pytest.raises(Error):
            CodeText.objects.create(code_list="sex", code="male", **HOTLINE, reason="x", set_by=row.set_by)


# --- letters ------------------------------------------------------------------------------------


def test_papers_say_it_and_fill_in_what_they_know(cast, adult_case):
    text = {"az": "{day} günü gəlib.", "ru": "Был у нас {day}.", "en": "Came on {day}."}
    put(cast, "paper_text", "attendance", text)
    put(cast, "paper_text", "cover", HOTLINE)
    said = case_papers.Paper("attendance", "ru", on=adult_case.opened_on)
    with acting_as(cast.worker.pk):
        paper = case_papers.write(adult_case, said, by=cast.worker)
        assert f"Был у нас {adult_case.opened_on:%d.%m.%Y}." in text_of(paper, cast.worker)
        assert paper_forms.CoverForm(case=adult_case).initial["text"] in HOTLINE.values()


@pytest.mark.django_db(transaction=True)
def test_the_letter_to_a_body_says_it(cast, child_case):
    put(cast, "letter_text", "family", HOTLINE)
    with acting_as(cast.worker.pk):
        row = Notification.objects.filter(case=child_case).first()
        pages = PdfDocument(letter_paper.pdf(row, child_case.opened_on))
        assert HOTLINE["az"] in pages[0].get_textpage().get_text_range()


def test_every_sentence_of_the_letters_is_used():
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("cases", "referrals", "templates")
        for path in (codelists.DATA.parents[1] / folder).rglob("*")
        if path.suffix in (".py", ".html")
    )
    for name in ("letter_text", "paper_text"):
        used = set(re.findall(rf'"{name}",?\s+"(\w+)"', source))
        assert used == set(codelists.codes(name))


@pytest.mark.parametrize(
    ("name", "code", "said", "told"),
    [
        ("paper_text", "attendance", HOTLINE, "Keep these as they are: {day}"),
        ("paper_text", "cover", HOTLINE | {"en": "Of {name}"}, "Keep these as they are: –"),
        ("paper_text", "cover", HOTLINE | {"az": "İNSAN ALVERİ qurbanı"}, "what the centre is for"),
        ("paper_text", "cover", HOTLINE | {"ru": "Справка жертве"}, "what the centre is for"),
        ("paper_text", "cover", HOTLINE | {"en": "OF A VICTIM"}, "what the centre is for"),
        ("referral_source", "new", HOTLINE | {"en": "hotline"}, "called so already"),
        ("sex", "new", HOTLINE, "just these codes"),
    ],
)
def test_what_does_not_fit_is_refused(cast, name, code, said, told):
    with pytest.raises(ValidationError, match=re.escape(told)):
        put(cast, name, code, said)
    with acting_as(cast.administrator.pk):
        assert not CodeText.objects.exists()


def test_a_list_that_the_program_needs_keeps_its_codes(cast):
    male = codelists.words_of("sex", "male")
    with pytest.raises(ValidationError, match="just these codes"):
        put(cast, "sex", "male", male, offered=False)
    with pytest.raises(ValidationError, match="just that already"):
        put(cast, "sex", "male", male)
    put(cast, "sex", "male", male | {"en": "Man"})
    assert codelists.label_in("sex", "male", "en") == "Man"


# --- the record ---------------------------------------------------------------------------------


def test_of_two_at_once_one_is_told_and_nothing_is_lost(cast, sign_in):
    first = put(cast, "referral_source", "hotline")
    with pytest.raises(ValidationError, match="meanwhile"):
        put(cast, "referral_source", "hotline", HOTLINE | {"en": "Line 3"})
    put(cast, "referral_source", "hotline", HOTLINE | {"en": "Line 2"}, replaces=first.pk)
    said = posted(HOTLINE | {"en": "Line 3"}, replaces=first.pk)
    page = twice(sign_in(cast.administrator), f"{PAGE}referral_source/hotline/", said).content.decode()
    assert ("meanwhile" in page, "Line 3" in page, "Line 2" in page) == (True, True, True)


def test_what_was_said_stays_on_record(cast):
    row = put(cast, "referral_source", "hotline")
    other = put(cast, "sex", "male", HOTLINE)
    with acting_as(cast.administrator.pk):
        for change in (lambda: CodeText.objects.filter(pk=row.pk).update(en="x"), row.delete):
            with pytest.raises(Error), transaction.atomic():
                change()
        with pytest.raises(Error, match="same code"), transaction.atomic():
            CodeText.objects.create(code_list="referral_source", code="hotline", **HOTLINE, reason="x",
                                    replaces=other, set_by=cast.administrator)  # fmt: skip
    with acting_as(cast.auditor.pk):
        facts = AuditEvent.objects.filter(action="wording.set").earliest("pk").facts
    assert facts == {"code_list": "referral_source", "code": "hotline", "offered": True}


def test_who_reads_and_who_says(cast, sign_in):
    paths = (PAGE, f"{PAGE}sex/", f"{PAGE}sex/male/", "/staff/settings/languages/")
    for who, status in (("administrator", 200), ("director", 200), ("supervisor", 200), ("worker", 403),
                        ("auditor", 403), ("nasimi_guardianship", 403), ("partner", 403)):  # fmt: skip
        client = sign_in(getattr(cast, who))
        assert [client.get(path).status_code for path in paths] == [status] * 4, who
    director = sign_in(cast.director)
    assert director.get(f"{PAGE}referral_source/new/").status_code == 403
    assert director.post(f"{PAGE}referral_source/hotline/", posted()).status_code == 200
    with pytest.raises(PermissionDenied):
        wording.put("sex", "male", Said(HOTLINE), reason="x", by=cast.director)
    for person in (cast.director, cast.worker):
        with acting_as(person.pk), pytest.raises(Error), transaction.atomic():
            CodeText.objects.create(code_list="sex", code="male", **HOTLINE, reason="x", set_by=person)
    administrator = sign_in(cast.administrator)
    for path in ("nothing/", "sex/nothing/", "sex/new/", "nothing/new/"):
        assert administrator.get(f"{PAGE}{path}").status_code == 404


# --- the pages ----------------------------------------------------------------------------------


def test_it_is_shown_before_it_holds(cast, sign_in, django_capture_on_commit_callbacks):
    client, path = sign_in(cast.administrator), f"{PAGE}referral_source/new/"
    page = client.post(path, posted()).content.decode()
    assert ("This is what happens" in page, "Etimad telefonu" in page) == (True, True)
    assert codelists.codes("referral_source").count("trust_line") == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert twice(client, path, posted()).url == f"{PAGE}referral_source/"
    assert "Etimad telefonu" in client.get(f"{PAGE}referral_source/").content.decode()
    assert codelists.offered("referral_source", "trust_line")


@pytest.mark.parametrize("wrong", [{"az": ""}, {"ru": " "}, {"en": "x" * 201}, {"en": "\x00"}, {"reason": ""},
                                   {"reason": "x" * 301}, {"replaces": "x"}, {"replaces": "9" * 30}])  # fmt: skip
def test_bad_input_is_said_in_the_form(cast, sign_in, wrong):
    page = twice(sign_in(cast.administrator), f"{PAGE}referral_source/hotline/", posted(**wrong))
    assert page.status_code == 200
    assert page.context["form"].errors
    with acting_as(cast.administrator.pk):
        assert not CodeText.objects.exists()


@pytest.mark.parametrize("asked", ["\x00", "x" * 500, "{day}", "%", "\u202e"])
def test_strange_words_find_nothing_and_break_nothing(cast, sign_in, asked):
    page = sign_in(cast.administrator).get(PAGE, {"q": asked})
    assert page.status_code == 200


def test_the_api_says_it_and_takes_it(cast, program):
    asks = program(cast.worker)
    body = {"district": "nasimi", "birth_year": 1990, "referral_source": "trust_line"}
    assert asks.post("cases/", body).status_code == 400
    put(cast, "referral_source", "trust_line")
    shown = asks.get("code-lists/referral_source/").json()["codes"]
    assert shown[-2] == {"code": "trust_line", **HOTLINE, "offered": True}
    assert asks.post("cases/", body).status_code == 201


def test_as_many_queries_for_many_words(cast, sign_in):
    client = sign_in(cast.administrator)
    paths = (PAGE, f"{PAGE}sex/", f"{PAGE}sex/male/", f"{PAGE}?q=a", "/staff/settings/languages/")
    put(cast, "sex", "female", HOTLINE)
    before = [queries(client, path) for path in paths]
    row = put(cast, "sex", "male", HOTLINE | {"en": "Man", "az": "Adam", "ru": "Муж"})
    put(cast, "sex", "male", HOTLINE | {"en": "Man 2", "az": "Adam", "ru": "Муж"}, replaces=row.pk)
    assert [queries(client, path) for path in paths] == before


# --- the alphabet -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_long_lists_stand_by_the_alphabet_of_the_reader(language):
    alphabet = {"az": "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz", "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"}
    with override(language):
        labels = [str(label) for _code, label in forms.pick("district").choices][1:]
        countries = [code for code, _label in forms.pick("country").choices]
    order = alphabet.get(language)
    firsts = [label.replace("İ", "i").replace("I", "ı").lower()[0] for label in labels]
    if order:
        assert [order.index(letter) for letter in firsts] == sorted(order.index(letter) for letter in firsts)
    assert countries[:4] == ["", "AZ", "TR", "RU"]
    assert sorted(countries[1:]) == sorted(codelists.codes("country"))


def test_every_list_has_a_name_in_three_languages():
    for name in codelists.names():
        titles = {language: codelists.title(name, language) for language in codelists.LANGUAGES}
        assert all(titles.values())
        assert len(set(titles.values())) == 3
