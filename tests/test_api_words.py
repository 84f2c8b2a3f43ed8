"""What a body asks and the centre answers through the API, who steps aside, and papers."""

import base64
import uuid

import pytest

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.models import Guardianship
from referrals.models import BodyWord, Message, Notification, Recusal
from tests.bodies import decided, picture, received, second_member, told
from tests.counted import counted
from tests.test_paper import child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
SCAN = base64.b64encode(picture()).decode()
PAPER = {"number": "7/1", "on": f"{baku_today()}", "file": SCAN}
WHY = {"text": "To write to the school", "field": "school"}


@pytest.fixture
def row(cast, child_case):
    """A notification that its body has acknowledged."""
    return received(child_case, cast)


def asked(cast, program, row, **said):
    made = program(cast.nasimi_guardianship).post(f"notifications/{row.pk}/words/", {"text": "?"} | said)
    assert made.status_code == 201, made.content
    return f"words/{made.json()['id']}/"


def test_the_quartet(cast, program, row):
    path = asked(cast, program, row)
    for each in (path, f"notifications/{row.pk}/words/"):
        found = {who: program(getattr(cast, who)).get(each).status_code
                 for who in ("nasimi_guardianship", "nasimi_minors_commission", "ganja_guardianship", "worker",
                             "stranger", "director")}  # fmt: skip
        assert found == {"nasimi_guardianship": 200, "nasimi_minors_commission": 404, "ganja_guardianship": 404,
                         "worker": 200, "stranger": 404, "director": 403}  # fmt: skip
    for act in ("answer", "propose", "approve", "refuse"):
        found = [program(who).post(f"{path}{act}/", {"text": "x"} if act != "approve" else {}).status_code
                 for who in (cast.other_supervisor, cast.nasimi_guardianship, cast.director)]  # fmt: skip
        assert found == [404, 403, 403], act
    assert program(cast.worker).post(f"{path}approve/").status_code == 403
    assert program(cast.worker).get(f"words/{uuid.uuid4()}/").status_code == 404
    with acting_as(cast.worker.pk):
        assert BodyWord.objects.count() == 1
    assert AuditEvent.objects.filter(action="notification.view", ids__contains=[row.pk]).count() == 4


def test_a_question_and_its_answer(cast, program, row):
    path = asked(cast, program, row, text="Does she go to school?")
    answered = program(cast.worker).post(f"{path}answer/", {"text": "Since Monday."})
    assert (answered.status_code, answered.json()["open"]) == (200, False), answered.content
    assert [word["author"] for word in answered.json()["words"]] == [
        cast.nasimi_guardianship.pk,
        cast.worker.pk,
    ]
    again = program(cast.supervisor).post(f"{path}answer/", {"text": "No."})
    assert (again.status_code, "answered this already" in again.content.decode()) == (422, True)
    read = program(cast.nasimi_guardianship).get(path).json()
    assert [word["text"] for word in read["words"]] == ["Does she go to school?", "Since Monday."]
    assert [word["author"] for word in read["words"]] == [cast.nasimi_guardianship.pk, None]
    assert program(cast.worker).post(f"{path}approve/").status_code == 403
    assert program(cast.supervisor).post(f"{path}approve/").status_code == 422  # it asks for no field


def test_a_field_leaves_when_two_agree(cast, program, row):
    path = asked(cast, program, row, **WHY)
    worker, supervisor = program(cast.worker), program(cast.supervisor)
    assert worker.post(f"{path}answer/", {"text": "School 7"}).status_code == 422  # not a question
    assert supervisor.post(f"{path}approve/").status_code == 422  # nothing is proposed
    proposed = worker.post(f"{path}propose/", {"text": "School 7"})
    assert (proposed.status_code, proposed.json()["open"]) == (200, True), proposed.content
    assert [word["kind"] for word in proposed.json()["words"]] == ["request", "proposal"]
    member = program(cast.nasimi_guardianship)
    assert [word["kind"] for word in member.get(path).json()["words"]] == ["request"]
    done = supervisor.post(f"{path}approve/")
    assert (done.status_code, done.json()["open"]) == (200, False), done.content
    with acting_as(cast.worker.pk):
        assert Message.objects.filter(word__isnull=False).count() == 1
    other = asked(cast, program, row, text="why not", field="phone")
    refused = worker.post(f"{other}refuse/", {"text": "It is not safe."})
    assert [word["kind"] for word in refused.json()["words"]] == ["request", "refusal"]


def test_nothing_is_read_before_the_letters_are_open(cast, program, row):
    path, second = asked(cast, program, row), second_member()
    assert program(second).get(f"notifications/{row.pk}/words/").json()["results"] == []
    assert program(second).get(path).status_code == 404
    program(second).post(f"notifications/{row.pk}/open/")
    assert program(second).get(path).json()["words"][0]["text"] == "?"


def test_who_steps_aside_loses_it_at_once(cast, program, row):
    member, path = program(cast.nasimi_guardianship), f"notifications/{row.pk}/asides/"
    assert program(cast.worker).post(path).status_code == 403
    assert program(cast.ganja_guardianship).post(path).status_code == 404
    made = member.post(path, **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["staff"]) == (201, cast.nasimi_guardianship.pk), made.content
    assert member.post(path, **{"Idempotency-Key": "k"}).json() == made.json()
    assert member.get(f"notifications/{row.pk}/").status_code == 404
    assert (member.post(path).status_code, member.get(path).status_code) == (404, 403)
    worker, seen = program(cast.worker), f"asides/{made.json()['id']}/seen/"
    assert worker.get(path).json()["results"] == [made.json()]
    found = [program(who).post(seen).status_code for who in (cast.stranger, second_member(), cast.director)]
    assert found == [404, 403, 403]
    assert worker.post(seen).json()["seen_by"] == cast.worker.pk
    assert worker.post(seen).status_code == 422
    assert program(cast.stranger).get(path).status_code == 404


def test_a_paper_answer_confirms_and_then_decides(cast, program, child_case):
    row = told(child_case)
    path, worker = f"notifications/{row.pk}/paper/", program(cast.worker)
    found = [program(who).post(path, PAPER).status_code
             for who in (cast.stranger, cast.nasimi_guardianship, cast.director)]  # fmt: skip
    assert found == [404, 403, 403]
    assert worker.post(path, PAPER | {"file": base64.b64encode(b"MZ").decode()}).status_code == 422
    done = worker.post(path, PAPER)
    assert (done.status_code, done.json()["state"], done.json()["paper_number"]) == (
        200,
        "acknowledged",
        "7/1",
    )
    assert worker.post(path, PAPER).status_code == 422  # it is received already
    assert worker.post(path, PAPER | {"decision": "visit"}).json()["state"] == "decided"


def test_the_guardian_is_entered_once(cast, program, row):
    path = f"notifications/{row.pk}/guardian/"
    assert program(cast.worker).post(path).status_code == 422  # it has appointed nobody
    decided(row, cast.nasimi_guardianship)
    found = [program(who).post(path).status_code
             for who in (cast.stranger, cast.nasimi_guardianship, cast.worker, cast.worker)]  # fmt: skip
    assert found == [404, 403, 200, 422]
    with acting_as(cast.worker.pk):
        assert Guardianship.objects.get().decided_on == baku_today()


def test_the_paper_of_a_decision_is_handed_out(cast, program, row):
    path = f"notifications/{row.pk}/document/"
    assert program(cast.worker).get(path).status_code == 404  # there is none yet
    decided(row, cast.nasimi_guardianship, scan=picture())
    found = {who: program(getattr(cast, who)).get(path)
             for who in ("worker", "nasimi_guardianship", "ganja_guardianship", "stranger", "director")}  # fmt: skip
    assert {who: answer.status_code for who, answer in found.items()} == {
        "worker": 200, "nasimi_guardianship": 200, "ganja_guardianship": 404, "stranger": 404, "director": 403,
    }  # fmt: skip
    assert {found[who]["Content-Type"] for who in ("worker", "nasimi_guardianship")} == {"image/png"}
    assert AuditEvent.objects.filter(action="notification.document").count() == 2


def test_what_is_held_is_released_by_a_supervisor(cast, program):
    case = child(cast)
    supervisor = program(cast.supervisor)
    shown = supervisor.get("notifications/held/").json()["results"]
    assert {(row["state"], row["held"], row["case"]) for row in shown} == {("owed", True, str(case.pk))}
    assert program(cast.other_supervisor).get("notifications/held/").json()["results"] == []
    assert program(cast.worker).get("notifications/held/").status_code == 403
    path = f"notifications/{shown[0]['id']}/release/"
    assert [program(who).post(path).status_code for who in (cast.other_supervisor, cast.worker)] == [404, 403]
    done = supervisor.post(path)
    assert (done.status_code, done.json()["held"], done.json()["released_by"]) == (
        200,
        False,
        cast.supervisor.pk,
    )
    assert supervisor.post(path).status_code == 404  # it waits no more
    assert len(supervisor.get("notifications/held/").json()["results"]) == len(shown) - 1


def test_lists_ask_as_much_for_three_as_for_one(cast, program, row):
    counts = []
    for number in range(3):
        path = asked(cast, program, row, text=f"question {number}")
        program(cast.worker).post(f"{path}answer/", {"text": "yes"})
        if number != 1:
            words = f"notifications/{row.pk}/words/"
            counts += [counted(program(who), words) for who in (cast.worker, cast.nasimi_guardianship)]
    assert [rows for rows, _n in counts] == [1, 1, 3, 3]
    assert [n for _rows, n in counts[:2]] == [n for _rows, n in counts[2:]]


def test_asides_ask_as_much_for_three_as_for_one(cast, program, row):
    worker, path = program(cast.worker), f"notifications/{row.pk}/asides/"
    program(cast.nasimi_guardianship).post(path)
    one = counted(worker, path)
    for name in ("second", "third"):
        program(second_member(name=name)).post(path)
    assert (one[0], counted(worker, path)) == (1, (3, one[1]))
    with acting_as(cast.worker.pk):
        assert Recusal.objects.count() == 3


def test_what_is_held_asks_as_much_for_three_as_for_one(cast, program):
    child(cast)
    supervisor = program(cast.supervisor)
    counts = [counted(supervisor, f"notifications/held/?limit={limit}") for limit in (1, 2)]
    assert [rows for rows, _n in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]
    assert Notification.objects.filter(held=True).count() == 0  # to the worker, who asks here
