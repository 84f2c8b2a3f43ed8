"""Notifications through the API: what a body reads when, and what its members say."""

import base64
import uuid

import pytest

from aidcenter.clock import baku_today
from aidcenter.models import AuditEvent
from referrals.models import Notification
from tests.bodies import picture, received, second_member, told
from tests.counted import counted
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
TODAY = baku_today()
NAME = "Nuray"
DECISION = {"decision": "guardian_appointed", "decision_number": "7/1", "decided_on": f"{TODAY}"}


def looks(action, row):
    return AuditEvent.objects.filter(action=action, ids__contains=[row.pk]).count()


def test_the_quartet(cast, program, child_case):
    row = told(child_case)
    path = f"notifications/{row.pk}/"
    found = {who: program(getattr(cast, who)).get(path).status_code
             for who in ("nasimi_guardianship", "nasimi_minors_commission", "ganja_guardianship", "worker",
                         "stranger", "director")}  # fmt: skip
    assert found == {"nasimi_guardianship": 200, "nasimi_minors_commission": 404, "ganja_guardianship": 404,
                     "worker": 200, "stranger": 404, "director": 403}  # fmt: skip
    assert looks("notification.view", row) == 2
    for act, body in (("acknowledge", {"seen": 1}), ("open", {}), ("decide", DECISION)):
        assert program(cast.ganja_guardianship).post(f"{path}{act}/", body).status_code == 404, act
        assert program(cast.worker).post(f"{path}{act}/", body).status_code == 403, act
    assert program(cast.worker).post(f"{path}cancel/", {"reason": "x"}).status_code == 403
    assert program(cast.other_supervisor).post(f"{path}cancel/", {"reason": "x"}).status_code == 404
    assert program(cast.worker).get(f"notifications/{uuid.uuid4()}/").status_code == 404


def test_the_name_opens_with_the_receipt_and_to_others_by_an_act(cast, program, child_case):
    row = told(child_case)
    path, member, second = f"notifications/{row.pk}/", program(cast.nasimi_guardianship), second_member()
    before = member.get(path)
    assert NAME not in before.content.decode()
    (letter,) = before.json()["letters"]
    assert (letter["open"], set(letter["said"])) == (False, {"reference", "sex", "age", "urgency"})
    assert before.json()["case"] is None
    assert str(child_case.pk) not in before.content.decode()
    assert letter["deliveries"] == []
    assert program(second).post(f"{path}open/").status_code == 422  # confirm the receipt first
    after = member.post(f"{path}acknowledge/", {"seen": letter["number"]})
    assert (after.status_code, after.json()["state"]) == (200, "acknowledged"), after.content
    assert NAME in after.json()["letters"][0]["said"]["name"]
    assert NAME not in program(second).get(path).content.decode()
    assert NAME in program(second).post(f"{path}open/").content.decode()
    assert looks("notification.open", row) == looks("notification.acknowledge", row) == 1
    assert member.post(f"{path}acknowledge/", {"seen": 1}).status_code == 200
    assert looks("notification.acknowledge", row) == 1


def test_a_body_decides_once_with_its_paper(cast, program, child_case):
    row = received(child_case, cast)
    path, member = f"notifications/{row.pk}/decide/", program(cast.nasimi_guardianship)
    late = member.post(path, DECISION | {"decided_on": "2999-01-01"})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/decided_on")
    paper = {"file": base64.b64encode(picture()).decode()}
    done = member.post(path, DECISION | paper)
    assert (done.status_code, done.json()["state"]) == (200, "decided"), done.content
    row.refresh_from_db()
    assert (row.decision_number, row.decision_scan_id is not None) == ("7/1", True)
    assert member.post(path, DECISION).status_code == 422


def test_the_centre_follows_and_cancels(cast, program, child_case):
    row = Notification.objects.get(case=child_case, body="guardianship")
    path, supervisor = f"notifications/{row.pk}/", program(cast.supervisor)
    assert program(cast.nasimi_guardianship).get(path).status_code == 404  # not sent yet
    assert supervisor.post(f"{path}cancel/", {"reason": ""}).status_code == 400
    done = supervisor.post(f"{path}cancel/", {"reason": "registered twice"})
    assert (done.status_code, done.json()["cancelled_reason"]) == (200, "registered twice"), done.content
    deliver()
    other = Notification.objects.get(case=child_case, body="minors_commission")
    seen = program(cast.worker).get(f"notifications/{other.pk}/").json()
    assert seen["case"] == str(child_case.pk)
    assert {way["channel"] for way in seen["letters"][0]["deliveries"]} == {"portal", "email"}
    assert supervisor.post(f"notifications/{other.pk}/cancel/", {"reason": "late"}).status_code == 422


def test_lists_ask_as_much_for_three_as_for_one(cast, program, open_case):
    counts = []
    for number in (1, 2, 3):
        told(open_case({"estimated_age": 14, "age_basis": "declared"}))
        if number != 2:
            counts += [counted(program(cast.nasimi_guardianship), "notifications/"),
                       counted(program(cast.worker), "notifications/?state=sent")]  # fmt: skip
    assert [rows for rows, _n in counts] == [1, 2, 3, 6]
    assert (counts[2][1], counts[3][1]) == (counts[0][1], counts[1][1])
    ids = AuditEvent.objects.filter(action="notification.list").order_by("-id").first().ids
    assert len(ids) == 6
