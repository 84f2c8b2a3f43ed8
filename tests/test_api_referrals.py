"""Referrals to partners through the API: read before they are sent, and answered by the partner."""

import uuid

import pytest

from aidcenter.models import AuditEvent
from referrals.models import PartnerSheet
from tests.counted import counted
from tests.partners import REPORT, SHEET, TODAY, a_partner, prepared, sent
from tests.test_providers import offer_services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ASKED = {
    "service_type": "medical", "asked": "A general check-up", "urgency": "high", "wished_on": f"{TODAY}",
    "provider_why": "She asked for it by phone and signs tomorrow.",
}  # fmt: skip
LEAVES = SHEET | {"checked": True}


def looks(action, row):
    return AuditEvent.objects.filter(action=action, ids__contains=[row.pk]).count()


@pytest.fixture
def clinic(cast):
    offer_services(cast.administrator)
    a_partner(cast, cast.other_partner, name="Clinic 9")
    return a_partner(cast, cast.partner)


@pytest.fixture
def sheet(cast, adult_case, clinic):
    return sent(prepared(adult_case, clinic, cast.worker), cast.worker)


def test_the_quartet_of_the_centre(cast, program, adult_case, clinic):
    row = prepared(adult_case, clinic, cast.worker)
    people = {who: program(getattr(cast, who)) for who in ("worker", "stranger", "partner")}
    for path in (f"referrals/{row.pk}/", f"cases/{adult_case.pk}/referrals/"):
        found = {who: asks.get(path).status_code for who, asks in people.items()}
        assert found == {"worker": 200, "stranger": 404, "partner": 403}, path
    asks = {
        "preview": LEAVES,
        "send": LEAVES | {"seen": "0" * 64},
        "withdraw": {"why": "x"},
        "answer": {"text": "x"},
    }
    for act, body in asks.items():
        assert people["stranger"].post(f"referrals/{row.pk}/{act}/", body).status_code == 404, act
        assert people["partner"].post(f"referrals/{row.pk}/{act}/", body).status_code == 403, act
    assert people["stranger"].get(f"referrals/{uuid.uuid4()}/").status_code == 404
    assert people["stranger"].get("referrals/").json()["results"] == []
    assert (looks("referral.view", row), looks("referral.list", row)) == (1, 1)


def test_prepared_read_and_sent(cast, program, adult_case, clinic):
    worker = program(cast.worker)
    made = worker.post(f"cases/{adult_case.pk}/referrals/", ASKED | {"provider": str(clinic.pk)})
    assert (made.status_code, made.json()["state"]) == (201, "due"), made.content
    path = made["Location"].removeprefix("/api/v1/")
    away = worker.post(f"{path}preview/", LEAVES | {"must_know": "Call her Quliyeva"})
    assert (away.status_code, away.json()["errors"][0]["pointer"]) == (422, "/must_know")
    assert worker.post(f"{path}preview/", LEAVES | {"checked": False}).status_code == 422
    read = worker.post(f"{path}preview/", LEAVES)
    assert (read.status_code, read.json()["said"]["name"]) == (200, "Lale"), read.content
    assert "Phone number" in read.json()["withheld"]
    other = LEAVES | {"must_know": "something else", "seen": read.json()["seen"]}
    assert worker.post(f"{path}send/", other).status_code == 422
    assert PartnerSheet.objects.count() == 0
    done = worker.post(f"{path}send/", LEAVES | {"seen": read.json()["seen"]})
    assert (done.status_code, done.json()["state"]) == (200, "sent"), done.content
    assert [each["said"]["must_know"] for each in done.json()["sheets"]] == [SHEET["must_know"]]
    assert worker.post(f"{path}preview/", LEAVES).status_code == 422  # is not to be sent
    assert worker.post(f"{path}withdraw/", {"why": "she moved"}).json()["state"] == "cancelled"
    assert worker.get("referrals/").json()["results"] == []
    assert len(worker.get("referrals/?state=all").json()["results"]) == 1


def test_the_quartet_of_the_partner(cast, program, sheet):
    path = f"sheets/{sheet.pk}/"
    who = ("partner", "other_partner", "worker", "supervisor", "director")
    assert {each: program(getattr(cast, each)).get(path).status_code for each in who} == {
        "partner": 200, "other_partner": 404, "worker": 403, "supervisor": 403, "director": 403,
    }  # fmt: skip
    asks = {"receive": {}, "accept": {}, "open": {}, "decline": {"text": "x"}, "ask": {"text": "x"}}
    for act, body in asks.items():
        assert program(cast.other_partner).post(f"{path}{act}/", body).status_code == 404, act
        assert program(cast.worker).post(f"{path}{act}/", body).status_code == 403, act
    assert looks("partner.view", sheet) == 1
    assert program(cast.partner).get(f"sheets/{uuid.uuid4()}/").status_code == 404


def test_the_name_opens_with_the_receipt(cast, program, sheet):
    partner, path = program(cast.partner), f"sheets/{sheet.pk}/"
    before = partner.get(path)
    assert (before.json()["open"], "name" in before.json()["said"]) == (False, False)
    assert SHEET["name"] not in before.content.decode()
    assert str(sheet.case_id) not in before.content.decode()
    after = partner.post(f"{path}receive/").json()
    assert (after["state"], after["open"], after["said"]["name"]) == ("delivered", True, "Lale")
    assert looks("partner.open", sheet) == 1
    assert partner.post(f"{path}receive/").status_code == 422
    assert partner.post(f"{path}accept/").json()["state"] == "accepted"


def test_asked_answered_and_reported(cast, program, sheet):
    partner, worker, path = program(cast.partner), program(cast.worker), f"sheets/{sheet.pk}/"
    partner.post(f"{path}accept/")
    assert partner.post(f"{path}ask/", {"text": "In the morning?"}).status_code == 200
    of = f"referrals/{sheet.referral_id}/"
    assert worker.get(of).json()["asks"] is True
    assert worker.post(f"{of}answer/", {"text": "After ten"}).status_code == 200
    told = [word["text"] for word in partner.get(path).json()["words"]]
    assert told[-2:] == ["In the morning?", "After ten"]
    early = REPORT | {"starts_on": f"{TODAY}", "ends_on": "2020-01-01"}
    assert partner.post(f"{path}report/", early).status_code == 422
    done = partner.post(f"{path}report/", REPORT | {"starts_on": f"{TODAY}"})
    assert (done.status_code, done.json()["state"]) == (200, "completed"), done.content


def test_what_was_withdrawn_says_nothing_more(cast, program, sheet):
    program(cast.worker).post(f"referrals/{sheet.referral_id}/withdraw/", {"why": "she moved"})
    partner, path = program(cast.partner), f"sheets/{sheet.pk}/"
    shown = partner.get(path).json()
    assert (shown["state"], shown["said"], shown["words"]) == ("cancelled", None, [])
    for act in ("open", "receive", "accept"):
        assert partner.post(f"{path}{act}/").status_code == 422, act


def test_declined_and_asked_again(cast, program, sheet, clinic):
    of, worker = f"referrals/{sheet.referral_id}/", program(cast.worker)
    assert (
        program(cast.partner).post(f"sheets/{sheet.pk}/decline/", {"text": "full"}).json()["state"]
        == "declined"
    )
    again = {"provider": str(clinic.pk), "provider_why": ASKED["provider_why"]}
    asked = worker.post(f"{of}again/", again)
    assert (asked.status_code, asked.json()["state"]) == (200, "due"), asked.content


def test_what_a_partner_said_by_telephone_is_entered(cast, program, sheet):
    of, worker = f"referrals/{sheet.referral_id}/", program(cast.worker)
    word = {"kind": "accepted", "said_by": "Dr Aliyeva", "said_on": f"{TODAY}"}
    done = worker.post(f"{of}enter/", word)
    assert (done.status_code, done.json()["state"]) == (200, "accepted"), done.content
    assert done.json()["words"][-1]["said_by"] == "Dr Aliyeva"


def test_lists_ask_as_much_for_three_as_for_one(cast, program, open_case, adult_case, clinic):
    worker, partner = program(cast.worker), program(cast.partner)
    lists = ((worker, "referrals/"), (worker, f"cases/{adult_case.pk}/referrals/"), (partner, "sheets/"))
    sent(prepared(adult_case, clinic, cast.worker), cast.worker)
    one = [counted(*each) for each in lists]
    for name in ("Clinic 6", "Clinic 7"):
        sent(prepared(adult_case, a_partner(cast, name=name), cast.worker), cast.worker, way="paper",
             told_to="Dr Aliyeva")  # fmt: skip
    for _ in range(2):
        sent(prepared(open_case(), clinic, cast.worker), cast.worker)
    three = [counted(*each) for each in lists]
    assert [rows for rows, _n in (*one, *three)] == [1, 1, 1, 5, 3, 3]
    assert [n for _rows, n in one] == [n for _rows, n in three]
