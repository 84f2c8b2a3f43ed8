"""Calls to a body and the letters to it through the API: by whom, what they are told, what is on record."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from referrals import letter_facts
from referrals.models import Call, LetterFacts, Message, Notification
from tests.counted import counted
from tests.database import as_owner
from tests.houses import a_bed, on_shift
from tests.silence import by_night, climb, to_guardianship
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
PHONE = "012 555 01 03"
SAID = {
    "reached": "yes",
    "spoken_with": "Rauf Rzayev",
    "position": "duty officer",
    "number": PHONE,
    "note": "will come",
}
FACTS = {"accompanied": "separated", "needs": ["medical", "safety"], "taken": ["psychological"],
         "asked": ["trace_family"], "informed": "yes", "views": "She wants to go to school."}  # fmt: skip


def call(**more):
    return SAID | {"spoken_at": timezone.localtime().replace(second=0, microsecond=0).isoformat()} | more


def looks(cast, action):
    with acting_as(cast.auditor.pk):
        return AuditEvent.objects.filter(action=action).count()


@pytest.fixture
def silent(child_case):
    """A notification that waits by night, of which the first rung is taken."""
    by_night()
    with as_owner() as cursor:
        cursor.execute(f"UPDATE referrals_commission SET duty_phone = '{PHONE}'")
    climb()
    return to_guardianship(child_case)


def test_the_quartet_of_a_call(cast, program, silent):
    path = f"notifications/{silent.pk}/call/"
    found = {who: program(getattr(cast, who)).post(path, call()).status_code
             for who in ("stranger", "other_supervisor", "director", "house", "specialist", "nasimi_guardianship",
                         "partner")}  # fmt: skip
    assert found == {"stranger": 404, "other_supervisor": 404, "director": 404, "house": 404, "specialist": 403,
                     "nasimi_guardianship": 403, "partner": 403}  # fmt: skip
    with acting_as(cast.worker.pk):
        assert Call.objects.count() == 0
    worker = program(cast.worker)
    made = worker.post(path, call(), **{"Idempotency-Key": "k"})
    assert (made.status_code, list(made.json())) == (201, ["id"]), made.content
    assert worker.post(path, call(), **{"Idempotency-Key": "k"}).json() == made.json()
    there = made["Location"].removeprefix("/api/v1/")
    (shown,) = worker.get(there).json()["results"]
    assert (shown | SAID | made.json() | {"reached": True}, shown["recorded_by"]) == (shown, cast.worker.pk)
    found = {who: program(getattr(cast, who)).get(there).status_code
             for who in ("supervisor", "stranger", "director", "house", "nasimi_guardianship")}  # fmt: skip
    assert found == {"supervisor": 200, "stranger": 404, "director": 403, "house": 403,
                     "nasimi_guardianship": 403}  # fmt: skip
    with acting_as(cast.worker.pk):
        assert Call.objects.count() == 1
        assert Notification.objects.get(pk=silent.pk).acknowledged_at is None
    assert looks(cast, "notification.call") == 1


def test_on_duty_by_night_one_calls_and_reads_no_case(cast, program, silent):
    officer, path = program(cast.house), f"to-call/{silent.pk}/"
    assert (officer.get("to-call/").json(), officer.get(path).status_code) == ({"to_call": []}, 404)
    on_shift(cast, a_bed().house)
    found = {row["id"]: row for row in officer.get("to-call/").json()["to_call"]}
    told = officer.get(path).json()
    assert (told["phone"], told["office"]["open"], told["reference"]) == (PHONE, False, silent.reference)
    assert told == found[str(silent.pk)] | {"office": told["office"]}
    assert str(silent.case_id) not in f"{found}{told}"
    made = officer.post(f"notifications/{silent.pk}/call/", call(), **{"Idempotency-Key": "k"})
    again = officer.post(f"notifications/{silent.pk}/call/", call(), **{"Idempotency-Key": "k"})
    assert (made.status_code, again.status_code, again.json()) == (201, 201, made.json())
    assert officer.get(path).status_code == 404  # the night is quiet
    found = [
        program(who).get(path).status_code for who in (cast.worker, cast.stranger, cast.nasimi_guardianship)
    ]
    assert found == [200, 404, 403]
    assert looks(cast, "notification.call.form") == 2


@pytest.mark.parametrize(
    ("bad", "code", "pointer"),
    [({"spoken_with": ""}, 422, "/spoken_with"), ({"spoken_at": "2999-01-01T10:00:00+04:00"}, 422, "/spoken_at"),
     ({"reached": "perhaps"}, 400, "/reached"), ({"number": ""}, 400, "/number")],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_place(cast, program, silent, bad, code, pointer):
    refused = program(cast.worker).post(f"notifications/{silent.pk}/call/", call(**bad))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (code, pointer)
    assert program(cast.worker).post(f"notifications/{uuid.uuid4()}/call/", call()).status_code == 404


def test_the_facts_of_the_letter_are_said_and_leave(cast, program, child_case):
    path, worker = f"cases/{child_case.pk}/letter-facts/", program(cast.worker)
    found = {who: program(getattr(cast, who)).post(path, FACTS).status_code
             for who in ("stranger", "director", "nasimi_guardianship")}  # fmt: skip
    assert found == {"stranger": 404, "director": 403, "nasimi_guardianship": 403}
    assert worker.get(path).json()["results"] == []
    made = worker.post(path, FACTS, **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json() | FACTS) == (201, made.json()), made.content
    assert worker.post(path, FACTS, **{"Idempotency-Key": "k"}).json() == made.json()
    assert program(cast.supervisor).get(path).json()["results"] == [made.json()]
    assert program(cast.stranger).get(path).status_code == 404
    deliver()
    same = worker.post(path, FACTS)
    assert (same.status_code, "nothing has changed" in same.json()["detail"]) == (422, True)
    with acting_as(cast.worker.pk):
        assert LetterFacts.objects.count() == 1
        assert {row.extract["views"] for row in Message.objects.all()} == {FACTS["views"]}


def test_each_letter_is_shown_as_it_would_leave(cast, program, child_case):
    with acting_as(cast.worker.pk):
        letter_facts.tell(child_case, FACTS, by=cast.worker)
    path = f"cases/{child_case.pk}/letters/"
    found = {who: program(getattr(cast, who)).get(path).status_code
             for who in ("stranger", "director", "nasimi_guardianship")}  # fmt: skip
    assert found == {"stranger": 404, "director": 403, "nasimi_guardianship": 403}
    letters = {row["said"]["body"]: row["said"] for row in program(cast.worker).get(path).json()["letters"]}
    needs = {body: said["needs"] for body, said in letters.items()}
    assert needs == {"guardianship": ["medical", "safety"], "minors_commission": ["safety"]}
    assert looks(cast, "notification.tell.form") == 1


def test_the_letter_on_paper(cast, program, child_case):
    row = to_guardianship(child_case)
    found = {who: program(getattr(cast, who)).get(f"notifications/{row.pk}/letter/")
             for who in ("worker", "stranger", "director", "nasimi_guardianship")}  # fmt: skip
    assert {who: answer.status_code for who, answer in found.items()} == {
        "worker": 200, "stranger": 404, "director": 403, "nasimi_guardianship": 403,
    }  # fmt: skip
    assert found["worker"].content.startswith(b"%PDF")
    assert looks(cast, "notification.letter") == 1


def test_lists_ask_as_much_for_three_as_for_one(cast, program, child_case, silent):
    worker, counts = program(cast.worker), []
    for number in range(3):
        when = timezone.localtime().replace(second=0, microsecond=0) - timedelta(minutes=number)
        worker.post(f"notifications/{silent.pk}/call/", call(spoken_at=when.isoformat()))
        worker.post(f"cases/{child_case.pk}/letter-facts/", FACTS | {"views": f"wish {number}"})
        if number != 1:
            counts += [counted(worker, path) for path in (
                f"notifications/{silent.pk}/calls/", f"cases/{child_case.pk}/letter-facts/")]  # fmt: skip
    assert [rows for rows, _n in counts] == [1, 1, 3, 3]
    assert [n for _rows, n in counts[:2]] == [n for _rows, n in counts[2:]]
