"""The registration form: what it takes, what it asks again, and that it saves whole or not at all."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.exceptions import FieldError
from django.db import connection, connections

from aidcenter.clock import baku_today
from aidcenter.crypto import DoesNotOpen
from cases.models import Case, DataKey, StatusDecision, Victim

pytestmark = pytest.mark.django_db
ADULT = {"birth_year": "1990", "district": "nasimi"}


def saved():
    return (Victim.objects.count(), Case.objects.count(), DataKey.objects.count())


def errors(response):
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


def test_the_least_is_enough(cast, sign_in):
    response = sign_in(cast.worker).post("/cases/new/", ADULT)
    case = Case.objects.get()
    assert (response.status_code, response.url) == (302, f"/cases/{case.pk}/")
    assert (case.child_status, case.owner, case.victim.full_name) == ("adult", cast.worker, "")


def test_everything_known(cast, sign_in):
    said = {
        **ADULT, "birth_year": "", "birth_date": "03.04.1990", "given_name": "Leyla", "family_name": "Quliyeva",
        "father_name": "Rafiq", "sex": "female", "age_basis": "document", "citizenship": ["AZ", "TR"],
        "languages": ["aze", "rus"], "phone": "050 123 45 67", "safe_contact": "after 18:00",
        "victim_status": "confirmed", "decided_by": "police", "document_number": "12/34",
        "referral_source": "police",
    }  # fmt: skip
    sign_in(cast.worker).post("/cases/new/", said)
    victim, decision = Victim.objects.get(), StatusDecision.objects.get()
    assert (victim.birth_date.isoformat(), victim.phone, victim.citizenship) == (
        "1990-04-03",
        "+994501234567",
        ["AZ", "TR"],
    )
    assert (decision.status, decision.decided_by, decision.document_number) == (
        "confirmed",
        "police",
        "12/34",
    )


def test_confirmed_needs_body_and_document_and_keeps_what_was_typed(cast, sign_in):
    response = sign_in(cast.worker).post(
        "/cases/new/", {**ADULT, "victim_status": "confirmed", "given_name": "Aysel"}
    )
    assert set(errors(response)) == {"decided_by", "document_number"}
    assert (b'value="Aysel"' in response.content, saved()) == (True, (0, 0, 0))


def test_a_child_is_announced_before_it_is_saved(cast, sign_in):
    client, said = sign_in(cast.worker), {"estimated_age": "15", "district": "ganja"}
    page = client.post("/cases/new/", said)
    notice = page.context["notice"]
    assert (notice["status"], notice["age"], saved()) == ("presumed_child", "about 15 years", (0, 0, 0))
    assert notice["bodies"] == ["ganja guardianship", "ganja minors_commission"]
    assert all(body in page.content.decode() for body in [*notice["bodies"], "Register and notify"])
    key = html.unescape(re.search(r'name="key" value="([^"]+)"', page.content.decode())[1])
    answers = [
        client.post("/cases/new/", {**said, "child_understood": "presumed_child", "key": key})
        for _ in range(2)
    ]
    assert [answer.url for answer in answers] == [f"/cases/{Case.objects.get().pk}/"] * 2
    assert Case.objects.get().notifications.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_case(cast, sign_in):
    client = sign_in(cast.worker)
    page = client.get("/cases/new/").content.decode()
    said = {**ADULT, "key": html.unescape(re.search(r'name="key" value="([^"]+)"', page)[1])}

    def click(_):
        try:
            return client.post("/cases/new/", said).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as clicks:
        assert set(clicks.map(click, range(4))) == {f"/cases/{Case.objects.get().pk}/"}
    assert saved() == (1, 1, 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"birth_date": (baku_today() + timedelta(days=1)).strftime("%d.%m.%Y")}, "birth_date"),
        ({"birth_date": "29.02.2023"}, "birth_date"),
        ({"birth_date": "03/04/2010"}, "birth_date"),
        ({"birth_date": "1390/05/12"}, "birth_date"),
        ({"birth_date": "03.04.10"}, "birth_date"),
        ({"birth_date": "0000-00-00"}, "birth_date"),
        ({"birth_date": "01.01.1890"}, "birth_date"),
        ({"birth_year": "3010"}, "birth_year"),
        ({"birth_year": "1e400"}, "birth_year"),
        ({"birth_date": "03.04.1990", "birth_year": "1991"}, "birth_year"),
        ({"estimated_age": "-1"}, "estimated_age"),
        ({}, "could_be_minor"),
        ({"birth_year": "1990", "given_name": "a\0b"}, "given_name"),
        ({"birth_year": "1990", "given_name": "a" * 1_000_000}, "given_name"),
        ({"birth_year": "1990", "given_name": "a\ufffdb"}, "given_name"),
        ({"birth_year": "1990", "district": "atlantis"}, "district"),
        ({"birth_year": "1990", "citizenship": ["ZZZ"]}, "citizenship"),
        ({"birth_year": "1990", "phone": "call me"}, "phone"),
    ],
)  # fmt: skip
def test_bad_input_is_asked_again_and_nothing_is_saved(cast, sign_in, said, field):
    response = sign_in(cast.worker).post("/cases/new/", {"district": "nasimi", **said})
    assert (response.status_code, set(errors(response)), saved()) == (200, {field}, (0, 0, 0))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2009", {"birth_year": 2009}),
        ("about 16", {"estimated_age": 16}),
        ("təxminən 16", {"estimated_age": 16}),
        ("Около 16 лет", {"estimated_age": 16}),
    ],
)
def test_an_age_as_people_write_it(cast, sign_in, written, kept):
    said = {"birth_date": written, "district": "nasimi", "child_understood": "presumed_child"}
    sign_in(cast.worker).post("/cases/new/", said)
    victim = Victim.objects.get()
    assert {name: getattr(victim, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ليلى", "ليلى"),
        ("Ley\u202ela", "Leyla"),
        ("\u200b\ufeff\u00a0", ""),
        ("I\u0307lqar", "İlqar"),
        ("O'Hara <b>", "O'Hara <b>"),
        ("  Nər  giz ", "Nər giz"),
    ],
)
def test_names_as_people_have_them(cast, sign_in, written, kept):
    client = sign_in(cast.worker)
    page = client.post("/cases/new/", {**ADULT, "given_name": written}, follow=True).content.decode()
    assert (Victim.objects.get().given_name or "", html.escape(kept) in page) == (kept, True)


def test_a_form_that_is_not_utf8_is_400(cast, sign_in):
    body = f"birth_year=1990&district=nasimi&given_name={quote('Ley')}%ff"
    kind = "application/x-www-form-urlencoded"
    response = sign_in(cast.worker).generic("POST", "/cases/new/", body, content_type=kind)
    assert (response.status_code, saved()) == (400, (0, 0, 0))


def test_a_ciphertext_opens_only_in_its_own_row(adult_case, open_case):
    other = open_case({"given_name": "Nuray", "birth_year": 1991})
    assert Victim.objects.get(pk=other.victim_id).given_name == "Nuray"  # in its own row it does
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_victim SET given_name = (SELECT given_name FROM cases_victim WHERE id = %s) WHERE id = %s",
            [adult_case.victim_id, other.victim_id],
        )
    with pytest.raises(DoesNotOpen):
        Victim.objects.get(pk=other.victim_id).given_name  # noqa: B018 - reading is the act


def test_the_side_doors_of_an_encrypted_field_are_bolted(adult_case):
    with pytest.raises(FieldError):
        Victim.objects.update(given_name="plain")
    with pytest.raises(FieldError):
        Victim.objects.filter(given_name="Leyla").exists()
