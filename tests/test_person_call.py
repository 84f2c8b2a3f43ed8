"""Telephoning a person: the card before the number, and how it went as a note."""

import pytest

from aidcenter.models import AuditEvent
from cases import safety
from cases.models import Note
from tests.cast import ADULT

pytestmark = pytest.mark.django_db
PHONE = "+994 50 555 77 88"


@pytest.fixture
def case(cast, open_case):
    """A case with a number, and what keeps the person safe."""
    made = open_case({**ADULT, "phone": PHONE, "safe_contact": "after 18:00, by message first"})
    said = dict.fromkeys(safety.SafetySheet.FACTS, "")
    said |= {"safe_name": "Aygün from the sewing course", "must_not_learn": "her uncle Rauf"}
    safety.write(made, said, replaces="", by=cast.worker)
    return made


def test_the_number_is_behind_the_card(cast, case, sign_in):
    client = sign_in(cast.worker)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert PHONE not in page
    assert f"/cases/{case.pk}/call/" in page
    card = client.get(f"/cases/{case.pk}/call/").content.decode()
    for said in ("after 18:00", "Aygün from the sewing course", "her uncle Rauf"):
        assert card.index(said) < card.index(PHONE)
    assert AuditEvent.objects.filter(action="call.form", case_id=case.pk, actor_id=cast.worker.pk).exists()


@pytest.mark.parametrize(
    ("reached", "said"), [("yes", "The person was reached"), ("no", "The person was not reached")]
)
def test_one_click_writes_the_note(cast, case, sign_in, reached, said):
    client = sign_in(cast.worker)
    answer = client.post(f"/cases/{case.pk}/call/", {"reached": reached, "words": "comes on Friday"})
    assert answer["Location"] == f"/cases/{case.pk}/"
    note = Note.objects.get(case=case)
    assert note.kind == "call"
    assert note.text.startswith(said)
    assert note.text.endswith("comes on Friday")


@pytest.mark.parametrize(
    "posted", [{"words": "x"}, {"reached": "maybe"}, {"reached": "yes", "words": "x" * 5001}]
)
def test_bad_input_writes_nothing_and_keeps_what_was_typed(cast, case, sign_in, posted):
    answer = sign_in(cast.worker).post(f"/cases/{case.pk}/call/", posted)
    assert answer.status_code == 200
    assert b"error-summary" in answer.content
    assert not Note.objects.filter(case=case).exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("specialist", 404), ("administrator", 403)])
def test_who_does_not_read_the_case_has_no_number(cast, case, sign_in, who, status):
    client = sign_in(getattr(cast, who))
    assert client.get(f"/cases/{case.pk}/call/").status_code == status
    assert client.post(f"/cases/{case.pk}/call/", {"reached": "yes"}).status_code == status


def test_without_a_number_and_a_safety_sheet_the_card_says_so(cast, adult_case, sign_in):
    card = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/call/").content.decode()
    assert "No number of this person is known." in card
    assert "Nobody has written it down." in card
