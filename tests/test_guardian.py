"""A guardian whom a body appointed is entered with one click; the consent rules follow who stands for the child."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from aidcenter.context import acting_as
from cases import records
from cases.kinds import KINDS
from cases.models import Guardianship
from tests.bodies import TODAY, decided, received
from tests.cast import write_consent_texts
from tests.test_consent import given

pytestmark = pytest.mark.django_db(transaction=True)


def page(row):
    return f"/referrals/{row.pk}/guardian/"


@pytest.mark.parametrize(
    ("decision", "kind"), [("guardian_appointed", "trustee"), ("representative_appointed", "representative")]
)
def test_one_click_enters_what_the_body_decided_and_no_second(cast, child_case, sign_in, decision, kind):
    row = decided(received(child_case, cast), cast.nasimi_guardianship, decision)
    client = sign_in(cast.worker)
    assert "Enter the guardian" in client.get(f"/referrals/{row.pk}/").content.decode()
    assert "appointed somebody" in client.get("/").content.decode()
    moved = client.post(page(row))
    body = row.commission.name_en
    made = Guardianship.objects.get()
    assert moved["Location"] == f"/cases/{child_case.pk}/record/guardian/{made.pk}/"
    assert (made.kind, made.body, made.document_number, made.decided_on, made.author) == (
        kind, body, "7/1", TODAY, cast.worker,
    )  # fmt: skip
    assert client.get(moved["Location"]).status_code == 200
    client.post(page(row))
    assert Guardianship.objects.count() == 1
    assert "appointed somebody" not in client.get("/").content.decode()


def test_below_14_it_is_a_guardian(cast, open_case, sign_in):
    case = open_case({"estimated_age": 9, "age_basis": "declared"})
    row = decided(received(case, cast), cast.nasimi_guardianship)
    sign_in(cast.supervisor).post(page(row))
    assert Guardianship.objects.get().kind == "guardian"


def test_nobody_is_entered_whom_no_body_appointed(cast, child_case, sign_in):
    row = decided(received(child_case, cast), cast.nasimi_guardianship, "visit")
    client = sign_in(cast.worker)
    assert "Enter the guardian" not in client.get(f"/referrals/{row.pk}/").content.decode()
    assert client.post(page(row)).status_code == 302
    assert Guardianship.objects.count() == 0


def test_the_quartet(cast, child_case, sign_in):
    row = decided(received(child_case, cast), cast.nasimi_guardianship)
    answers = {who: sign_in(getattr(cast, who)).post(page(row)).status_code
               for who in ("stranger", "director", "administrator", "nasimi_guardianship")}  # fmt: skip
    assert answers == {"stranger": 404, "director": 403, "administrator": 403, "nasimi_guardianship": 403}
    assert sign_in(cast.worker).get(page(row)).status_code == 405
    assert Guardianship.objects.count() == 0


def guardian(case, by, **said):
    row = Guardianship(case=case, victim=case.victim, kind="guardian", **said)
    records.add(KINDS["guardian"], row, by=by)


def test_a_guardian_whose_time_has_ended_does_not_agree(cast, child_case):
    write_consent_texts(cast.administrator)
    guardian(child_case, cast.worker, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError, match=r"has ended|başa çatıb"):
        given(child_case, cast.worker, "services", giver="person_guardian")
    given(
        child_case, cast.worker, "services", giver="person_guardian", why_alone="a new one is being appointed"
    )
    guardian(child_case, cast.worker, ends_on=TODAY)
    given(child_case, cast.worker, "contact", giver="person_guardian")


def test_one_that_is_safe_and_in_force_is_enough(cast, child_case):
    write_consent_texts(cast.administrator)
    guardian(child_case, cast.worker, conflict=True)
    with pytest.raises(ValidationError, match=r"conflict of interest|maraqlar toqquşması"):
        given(child_case, cast.worker, "services", giver="person_guardian")
    guardian(child_case, cast.worker, ends_on=TODAY - timedelta(days=1))  # ended: no help
    with pytest.raises(ValidationError, match=r"conflict of interest|maraqlar toqquşması"):
        given(child_case, cast.worker, "services", giver="person_guardian")
    guardian(child_case, cast.worker)
    given(child_case, cast.worker, "services", giver="person_guardian")
    with acting_as(cast.worker.pk):
        assert Guardianship.objects.count() == 3
