"""What programs send that cannot be meant: strict JSON, known keys, right types, versions, keys used twice."""

import json

import pytest
from django.test import Client, override_settings

from aidcenter.models import ApiOnce
from aidcenter.roles import Verb
from cases import sharing
from cases.models import Case, Note

pytestmark = pytest.mark.django_db
LEAST = {"district": "nasimi", "birth_year": 1990}
ROOT = "/api/v1/"


def pointers(answer):
    return [each["pointer"] for each in answer.json().get("errors", [])]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400), (b"{", 400), (b"{} x", 400), (b"{'a': 1}", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400),
        (b'{"birth_year": NaN}', 400), (b'{"birth_year": Infinity}', 400), (b'{"birth_year": 1e400}', 400),
        (b'{"district": "nasimi", "district": "ganja"}', 400),
        (b'{"a":' * 21 + b"1" + b"}" * 21, 400), (b"[" * 100_000, 400),
        ("{}".encode("utf-16"), 400), (b"\xef\xbb\xbf{}", 400), (b'{"given_name": "\xff"}', 400),
        (b'{"given_name": "\\u0000", "district": "nasimi", "birth_year": 1990}', 400),
        (b'{"given_name": "\\ud800", "district": "nasimi", "birth_year": 1990}', 400),
        (b'{"birth_year": ' + b"9" * 5000 + b"}", 400),
        (b'{"given_name": "' + b"x" * (2 << 20) + b'"}', 413),
    ],
)  # fmt: skip
def test_a_body_that_is_not_strict_json(cast, program, body, code):
    answer = program(cast.worker).post("cases/", body)
    assert (answer.status_code, answer["Content-Type"]) == (code, "application/problem+json")
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"owner": 1}, "/owner"), ({"child_status": "adult"}, "/child_status"), ({"id": "x"}, "/id"),
        ({"given_name": 5}, "/given_name"), ({"given_name": ["Leyla"]}, "/given_name"), ({"given_name": True}, "/given_name"),
        ({"given_name": None}, "/given_name"), ({"birth_year": "1990"}, "/birth_year"), ({"birth_year": True}, "/birth_year"),
        ({"birth_year": 1990.5}, "/birth_year"), ({"needs_interpreter": "yes"}, "/needs_interpreter"),
        ({"district": "atlantis"}, "/district"), ({"district": 7}, "/district"), ({"languages": "az"}, "/languages"),
        ({"languages": [1]}, "/languages/0"), ({"citizenship": ["XX"]}, "/citizenship/0"),
        ({"given_name": "x" * 101}, "/given_name"),
    ],
)  # fmt: skip
def test_a_part_of_the_wrong_kind_is_named(cast, program, said, pointer):
    answer = program(cast.worker).post("cases/", LEAST | said)
    assert (answer.status_code, pointers(answer)) == (400, [pointer]), answer.content


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"birth_date": "30.02.2010"}, "/birth_date"), ({"birth_date": "1390/05/12"}, "/birth_date"),
        ({"birth_date": "01.01.2009"}, "/birth_year"), ({"birth_year": 1800}, "/birth_year"),
        ({"birth_year": None}, "/could_be_minor"), ({"victim_status": "confirmed"}, "/decided_by"),
        ({"phone": "12"}, "/phone"),
    ],
)  # fmt: skip
def test_what_fits_and_a_rule_refuses_is_422(cast, program, said, pointer):
    answer = program(cast.worker).post("cases/", LEAST | said)
    assert (answer.status_code, pointers(answer)[0]) == (422, pointer), answer.content
    assert "30.02" not in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/yaml", "text/csv",
                                  "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                  "application/json; charset=utf-7", "application/json; charset=foo"])  # fmt: skip
def test_only_json_is_understood(cast, program, kind):
    asked = program(cast.worker)
    headers = {"Authorization": f"Bearer {asked.key}"}
    answer = asked.client.generic("POST", f"{ROOT}cases/", b"{}", content_type=kind, headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("query", ["page=2", "format=api", "fields=number", "ordering=-number", "sort=victim", "sort=due",
                                   "state=nowhere", "limit=0", "limit=-1", "limit=101", "limit=1e9", "limit=x",
                                   "state=open&state=all", "victim__given_name__startswith=L", "%00=1"])  # fmt: skip
def test_a_query_says_only_what_is_known(cast, program, query):
    answer = program(cast.worker).get(f"cases/?{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("cursor", ["x", "bz0tMQ==", "cD14&sort=opened", "cD0A"])
def test_a_cursor_that_leads_nowhere(cast, program, cursor):
    answer = program(cast.worker).get(f"cases/?cursor={cursor}")
    assert (answer.status_code, pointers(answer)) == (422, ["/cursor"]), answer.content


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("day=1990-01-01", 422),
        ("person=999999999", 422),
        ("day=x", 400),
        ("action=x", 400),
        ("case=1", 400),
        ("day=", 400),
        ("case=", 400),
    ],
)
def test_a_filter_fits_the_description_or_a_rule_refuses_it(cast, program, query, code):
    answer = program(cast.auditor).get(f"audit/?{query}")
    assert (answer.status_code, pointers(answer)) == (code, [f"/{query.partition('=')[0]}"]), answer.content


def test_a_whole_number_may_have_a_point(cast, program):
    made = program(cast.worker).post("cases/", LEAST | {"birth_year": 1990.0})
    assert (made.status_code, Case.objects.count()) == (201, 1), made.content


def test_a_query_that_is_not_utf8(cast, program):
    assert program(cast.worker).get("cases/?state=%ff").status_code == 400


def test_only_json_is_answered(cast, program):
    assert program(cast.worker).get("cases/", Accept="text/html").status_code == 406


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer ", "Bearer aid_x", "Bearer aid_" + "x" * 43, "Basic YTpi",
                                 "Bearer aid_" + "ə" * 43, "bearer x", "Bearer aid_" + "\0" * 43])  # fmt: skip
def test_a_key_that_opens_nothing(cast, key):
    answer = Client().get(f"{ROOT}me/", headers={"Authorization": key})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_session_is_no_key(cast, sign_in):
    assert sign_in(cast.worker).get(f"{ROOT}me/").status_code == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_the_address_does_not_know(cast, program, method):
    answer = program(cast.worker).ask(method, "cases/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST, HEAD")


@pytest.mark.parametrize(
    "path", ["nothing/", "cases/x/", "cases/%00/", "cases/{0}/x/", "cases", "../cases/", "cases//"]
)
def test_an_address_that_is_none(cast, program, path, adult_case):
    answer = program(cast.worker).get(path.format(adult_case.pk))
    assert answer.status_code in (301, 404)
    assert answer.status_code == 301 or answer["Content-Type"] == "application/problem+json"


def test_an_id_of_another_kind_is_not_found(cast, program, adult_case):
    assert program(cast.worker).get(f"cases/{adult_case.victim_id}/").status_code == 404
    assert program(cast.worker).get(f"documents/{adult_case.pk}/").status_code == 404


# --- versions -------------------------------------------------------------------------------


def test_an_edit_says_what_it_has_seen(cast, program, adult_case):
    asked, path = program(cast.worker), f"cases/{adult_case.pk}/"
    seen = asked.get(path)["ETag"]
    assert asked.patch(path, {"risk_level": "high"}).status_code == 428
    for stale in ('"x"', "*", f"W/{seen}", seen.strip('"'), f"{seen}, {seen}"):
        assert asked.patch(path, {"risk_level": "high"}, **{"If-Match": stale}).status_code == 412
    done = asked.patch(path, {"risk_level": "high"}, **{"If-Match": seen})
    assert (done.status_code, done.json()["risk_level"], done["ETag"] != seen) == (200, "high", True)
    assert done.json()["victim"]["given_name"] == "Leyla"  # what was not said stays
    assert asked.patch(path, {"risk_level": "low"}, **{"If-Match": seen}).status_code == 412
    assert asked.get(path)["ETag"] == done["ETag"]


# --- once -----------------------------------------------------------------------------------


def test_a_creation_sent_twice_is_done_once(cast, program):
    asked, once = program(cast.worker), {"Idempotency-Key": "arrival-7"}
    first, second = asked.post("cases/", LEAST, **once), asked.post("cases/", LEAST, **once)
    assert (first.status_code, second.status_code, Case.objects.count()) == (201, 201, 1)
    assert (second["Idempotency-Replayed"], second["Location"]) == ("true", first["Location"])
    assert first.json()["number"] == second.json()["number"]
    assert asked.post("cases/", LEAST | {"birth_year": 1991}, **once).status_code == 409
    assert program(cast.colleague).post("cases/", LEAST, **once).status_code == 201  # another person's key
    assert "1990" not in str(ApiOnce.objects.values_list("asked", "row", "key"))


def test_a_refused_creation_may_be_sent_again(cast, program):
    asked, once = program(cast.worker), {"Idempotency-Key": "x"}
    assert asked.post("cases/", LEAST | {"birth_year": 1800}, **once).status_code == 422
    assert asked.post("cases/", LEAST, **once).status_code == 201
    assert asked.post("cases/", LEAST, **{"Idempotency-Key": "ə"}).status_code == 400
    assert asked.post("cases/", LEAST, **{"Idempotency-Key": "x" * 101}).status_code == 400


def test_a_creation_asked_for_again_by_who_lost_the_case_is_not_found(cast, program, child_case):
    asked, once = program(cast.worker), {"Idempotency-Key": "x"}
    said, path = {"kind": "note", "text": "x"}, f"cases/{child_case.pk}/notes/"
    assert asked.post(path, said, **once).status_code == 201
    sharing.assign(child_case, to=cast.colleague, by=cast.supervisor)
    assert asked.post(path, said, **once).status_code == 404


def test_a_row_made_once_in_another_case_is_not_found(cast, program, open_case):
    one, other, asked = open_case(), open_case(), program(cast.worker)
    said, once = {"kind": "note", "text": "x"}, {"Idempotency-Key": "x"}
    assert asked.post(f"cases/{one.pk}/notes/", said, **once).status_code == 201
    assert asked.post(f"cases/{other.pk}/notes/", said, **once).status_code == 409
    assert Note.objects.count() == 1


# --- keys -----------------------------------------------------------------------------------


def test_a_key_may_do_what_it_is_for(cast, program, adult_case):
    reader = program(cast.worker, Verb.LIST_CASES, Verb.VIEW_CASE)
    assert reader.get(f"cases/{adult_case.pk}/").status_code == 200
    assert reader.post("cases/", LEAST).status_code == 403
    assert reader.get("me/").status_code == 403
    # an action asks again: what the address lets pass, the key does not do
    noter = program(cast.worker, Verb.CHANGE_CASE)
    answer = noter.post(
        f"cases/{adult_case.pk}/age/", {"birth_year": 1989, "reason": "x", "age_basis": "document"}
    )
    assert answer.status_code == 200
    assert b"Leyla" not in answer.content


@override_settings(API_REQUESTS_A_MINUTE=3)
def test_too_many_requests_are_told_to_wait(cast, program):
    asked = program(cast.worker)
    answers = [asked.get("me/") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit"].startswith('"minute";r=2;t=')
    assert int(answers[3]["Retry-After"]) <= 60
    assert json.loads(answers[3].content)["status"] == 429
    assert program(cast.worker).get("me/").status_code == 200  # another key


def test_problems_are_told_in_the_callers_language(cast, program):
    answers = [
        program(cast.worker).get("cases/?limit=0", **{"Accept-Language": to}).json()["title"]
        for to in ("az", "ru", "en", "xx")
    ]
    assert answers[2] == "The request could not be understood"
    assert len(set(answers)) == 3
    assert answers[3] == answers[0]
