"""Finding people whose names are encrypted: any spelling, errors, only what one may see; and possible matches."""

import pytest
from django.db import Error, connection, transaction

from aidcenter import folding
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import search
from cases.actions import change_details
from cases.models import PossibleMatch
from tests.spellings import recall

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("errors", "aim"), [(0, 0.97), (1, 0.93), (2, 0.89)])
def test_recall_over_three_scripts(errors, aim):
    assert recall(errors) >= aim


SPELLINGS = [
    ("Əliyev", "Aliyev", "Алиев", "ALİYEV", "Eliyev"),
    ("Hüseynova", "Huseynova", "Гусейнова", "Huseinova"),
    ("Cəfərov", "Jafarov", "Джафаров", "Dzhafarov"),
    ("Çingiz", "Chingiz", "Чингиз", "Cingiz"),
    ("Xəlilzadə", "Khalilzade", "Халилзаде"),
    ("Şükürova", "Shukurova", "Шукюрова"),
    ("İsmayılov", "Ismayilov", "Исмаилов", "ISMAYILOV"),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda names: names[0])
def test_one_name_has_one_skeleton(spellings):
    skeletons = [set(folding.skeletons(folding.name_tokens(name)[0])) for name in spellings]
    assert all(skeletons[0] & other for other in skeletons[1:])


@pytest.fixture
def known(open_case):
    """Three people of the worker, alike and not."""
    said = [
        {"given_name": "Leyla", "family_name": "Əliyeva", "father_name": "Rafiq", "birth_year": 1990},
        {
            "given_name": "Leyla",
            "family_name": "Əliyeva",
            "father_name": "Natiq",
            "birth_year": 1975,
            "phone": "+994501234567",
        },
        {"given_name": "Günel", "family_name": "Məmmədova", "birth_year": 1990},
    ]
    return [open_case(one) for one in said]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("Алиева Лейла", [0, 1]), ("leyla aliyeva 1990", [0]), ("Leyla Rafiq qızı", [0]), ("Əliyeva L.", [0, 1]),
        ("Mamedova", [2]), ("Gunell Mamedova", [2]), ("050 123 45 67", [1]), ("501234567", [1]), ("+994 50 123-45-67", [1]),
        ("Nobody Atall", []), ("", []), ("1", []), ("\x00", []), ("%_*", []), ("x" * 5000, []), ("а" * 199, []),
    ],
)  # fmt: skip
def test_a_question_finds_whom_it_means(cast, known, question, places):
    found = search.find(question, by=cast.worker)
    assert {case.number for case in found} == {known[place].number for place in places}


def test_a_number_finds_its_case(cast, known):
    assert search.find(known[1].number.lower(), by=cast.worker) == [known[1]]


def test_the_best_stands_first(cast, open_case):
    far, near = (open_case({"family_name": name, "birth_year": 1990}) for name in ("Həsənov", "Hüseynov"))
    assert search.find("Гусейнов", by=cast.worker)[0] == near != far


def test_only_what_one_may_read_is_found(cast, known, sign_in):
    for question in ("Əliyeva", "0501234567", known[0].number):
        with acting_as(cast.stranger.pk):
            assert search.find(question, by=cast.stranger) == []
    answers = [
        sign_in(person).post("/cases/find/", {"q": "Əliyeva"})
        for person in (cast.stranger, cast.administrator)
    ]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert known[0].number not in answers[0].content.decode()


def test_the_page_finds_and_the_record_keeps_no_question(cast, known, sign_in):
    page = sign_in(cast.worker).post("/cases/find/", {"q": "Мамедова"}).content.decode()
    assert "Məmmədova" in page
    event = AuditEvent.objects.filter(action="case.search").get()
    assert (event.ids, event.facts) == ([known[2].pk], {})


def test_a_changed_name_is_found_and_the_old_one_is_not(cast, known):
    change_details(known[2], victim={"family_name": "Rzayeva"}, details={}, by=cast.worker)
    assert search.find("Рзаева", by=cast.worker) == [known[2]]
    assert search.find("Məmmədova", by=cast.worker) == []


def test_the_marks_say_nothing_without_the_key(known):
    with connection.cursor() as cursor:
        cursor.execute("SELECT marks FROM cases_victim WHERE id = %s", [known[0].victim_id])
        stored = cursor.fetchone()[0]
    words = {skeleton for name in ("leyla", "əliyeva", "rafiq") for skeleton in folding.skeletons(name)}
    assert len(stored) == len(words)
    assert not {abs(hash(word)) for word in words} & set(stored)


# --- possible matches -------------------------------------------------------------------------


def register(open_as, sign_in, **said):
    return (
        sign_in(open_as)
        .post("/cases/new/", {"district": "nasimi", "birth_year": "1990", **said}, follow=True)
        .content.decode()
    )


def test_a_possible_match_is_told_to_the_other_supervisor_and_never_whose(cast, known, sign_in):
    page = register(cast.stranger, sign_in, given_name="Лейла", family_name="Алиева")
    assert "may be known already" in page
    assert known[0].number not in page
    with acting_as(cast.stranger.pk):
        assert PossibleMatch.objects.count() == 0
    client = sign_in(cast.supervisor)
    assert b"A new person may be known to you" in client.get("/").content
    with acting_as(cast.supervisor.pk):
        match = PossibleMatch.objects.get()
    shown = client.get(f"/cases/matches/{match.pk}/").content.decode()
    assert cast.stranger.display_name in shown
    assert client.post(f"/cases/matches/{match.pk}/", {"same": "yes"}).status_code == 302
    with acting_as(cast.supervisor.pk):
        assert PossibleMatch.objects.get().same is True


@pytest.mark.parametrize(
    "said",
    [
        {"given_name": "Leyla", "family_name": "Quliyeva"},
        {"given_name": "Leyla", "family_name": "Əliyeva", "birth_year": "1960"},
    ],
)
def test_another_person_is_no_match(cast, known, sign_in, said):
    assert "may be known already" not in register(cast.stranger, sign_in, **said)


def test_the_same_phone_is_a_match(cast, known, sign_in):
    assert "may be known already" in register(
        cast.stranger, sign_in, phone_0="AZ", phone="0501234567", given_name="Sevda"
    )


@pytest.mark.parametrize("who", ["worker", "other_supervisor", "director"])
def test_only_the_supervisor_of_the_other_case_decides(cast, known, sign_in, who):
    register(cast.stranger, sign_in, given_name="Leyla", family_name="Əliyeva")
    with acting_as(cast.supervisor.pk):
        match = PossibleMatch.objects.get()
    expected = {"worker": 403, "other_supervisor": 404, "director": 403}[who]
    assert (
        sign_in(getattr(cast, who)).post(f"/cases/matches/{match.pk}/", {"same": "no"}).status_code
        == expected
    )


def test_the_check_answers_only_about_a_case_of_ones_own(cast, known):
    with acting_as(cast.stranger.pk), connection.cursor() as cursor:
        cursor.execute("SELECT check_duplicates(%s, NULL)", [known[0].pk])
        assert cursor.fetchone() == (False,)


def test_web_writes_no_matches_itself(cast, known):
    with pytest.raises(Error), transaction.atomic():
        PossibleMatch.objects.create(case=known[0], other=known[1])
