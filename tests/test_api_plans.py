"""Plans through the API: written, handed in, decided by another, and lived."""

import base64
import uuid
from datetime import timedelta

import pytest
from pypdfium2 import PdfDocument

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from rehabilitation import plan_decisions, plans
from rehabilitation.models import Plan
from rehabilitation.plan_content import content
from tests.bodies import picture
from tests.counted import counted
from tests.plans import TODAY, approved, drafted, goal_of, submitted

pytestmark = pytest.mark.django_db
GOAL = {
    "domain": "documents", "text": "Apply for a passport", "priority": "high",
    "actions": [{"service_type": "documents", "text": "go to the ASAN centre", "due_on": f"{TODAY}"}],
}  # fmt: skip
REVIEW = {"reviewed_on": f"{TODAY}", "decision": "continue", "summary": "she learns quickly",
          "next_review_on": f"{TODAY + timedelta(days=30)}"}  # fmt: skip
SIGNED = {"signer": "person", "name": "Leyla", "signed_on": f"{TODAY}",
          "file": base64.b64encode(picture()).decode()}  # fmt: skip


def looks(action, *ids):
    return AuditEvent.objects.filter(action=action, ids__contains=list(ids)).count()


def test_the_quartet(cast, program, adult_case):
    plan = drafted(adult_case, cast)
    people = {who: program(getattr(cast, who)) for who in ("worker", "stranger", "statistician")}
    for path in (f"plans/{plan.pk}/", f"goals/{goal_of(plan).pk}/", f"cases/{adult_case.pk}/plans/",
                 f"plans/{plan.pk}/reviews/", f"plans/{plan.pk}/signatures/"):  # fmt: skip
        found = {who: asks.get(path).status_code for who, asks in people.items()}
        assert found == {"worker": 200, "stranger": 404, "statistician": 403}, path
    for path in (f"plans/{uuid.uuid4()}/", f"goals/{uuid.uuid4()}/", f"cases/{uuid.uuid4()}/plans/"):
        assert people["stranger"].get(path).status_code == 404
    for act in ("submit", "take-back", "discard", "goals", "approve", "return"):
        path = f"plans/{plan.pk}/{act}/"
        assert people["statistician"].post(path).status_code == 403, act
        assert people["worker"].get(path).status_code == 405, act
    for path, body in ((f"plans/{plan.pk}/reviews/", REVIEW), (f"plans/{plan.pk}/signatures/", SIGNED)):
        found = [asks.post(path, body).status_code for asks in (people["stranger"], people["statistician"])]
        assert found == [404, 403], path
    assert looks("plan.view", plan.pk) == 5


def test_written_handed_in_and_approved(cast, program, adult_case):
    worker, supervisor = program(cast.worker), program(cast.supervisor)
    made = worker.post(f"cases/{adult_case.pk}/plans/")
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    path = f"plans/{made.json()['id']}/"
    assert made["Location"] == f"/api/v1/{path}"
    seen = worker.get(path)
    said = {"wishes": "work", "participation": "full"}
    assert worker.patch(path, said).status_code == 428
    written = worker.patch(path, said, **{"If-Match": seen["ETag"]})
    assert (written.status_code, written.json()["wishes"]) == (200, "work"), written.content
    assert worker.patch(path, said, **{"If-Match": seen["ETag"]}).status_code == 412
    assert worker.patch(path, {"child_views": "x"}, **{"If-Match": written["ETag"]}).status_code == 422
    goal = worker.post(f"{path}goals/", GOAL)
    assert goal.status_code == 201, goal.content
    assert [step["text"] for step in goal.json()["actions"]] == ["go to the ASAN centre"]
    assert (
        worker.post(f"{path}submit/", {"seen": written.json()["mark"]}).status_code == 422
    )  # it has a goal now
    mark = worker.get(path).json()["mark"]
    handed = worker.post(f"{path}submit/", {"seen": mark})
    assert (handed.status_code, handed.json()["state"]) == (200, "submitted"), handed.content
    assert [row["id"] for row in supervisor.get("plans/").json()["results"]] == [made.json()["id"]]
    assert supervisor.post(f"{path}approve/", {"seen": "0" * 64}).status_code == 422
    assert supervisor.post(f"{path}approve/").status_code == 400
    done = supervisor.post(f"{path}approve/", {"seen": mark}).json()
    assert (done["state"], done["decided_by"]) == ("active", cast.supervisor.pk)


def test_a_goal_is_changed_in_part_and_keeps_its_actions(cast, program, adult_case):
    plan = drafted(adult_case, cast)
    worker, path = program(cast.worker), f"goals/{goal_of(plan).pk}/"
    seen = worker.get(path)
    changed = worker.patch(path, {"measure": "she shows it"}, **{"If-Match": seen["ETag"]})
    assert (changed.status_code, changed.json()["measure"]) == (200, "she shows it"), changed.content
    assert changed.json()["actions"] == seen.json()["actions"]
    assert changed.json()["responsible"] == cast.worker.pk
    kept = seen.json()["actions"][0]
    steps = [{"id": kept["id"], "service_type": "legal"}, {"service_type": "medical"}]
    again = worker.patch(path, {"actions": steps}, **{"If-Match": changed["ETag"]}).json()
    assert [step["service_type"] for step in again["actions"]] == ["legal", "medical"]
    assert again["actions"][0]["id"] == kept["id"]
    wrong = {"actions": [{"service_type": "legal", "starts_on": f"{TODAY}", "due_on": "2020-01-01"}]}
    refused = worker.patch(path, wrong, **{"If-Match": worker.get(path)["ETag"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/actions")
    assert worker.post(f"{path}drop/").json()["goals"] == []


def test_returned_with_what_should_change(cast, program, adult_case):
    plan = submitted(adult_case, cast)
    supervisor, path = program(cast.supervisor), f"plans/{plan.pk}/"
    assert program(cast.worker).post(f"{path}return/", {"why": "mine"}).status_code == 403
    assert program(cast.other_supervisor).post(f"{path}return/", {"why": "x"}).status_code == 404
    assert supervisor.post(f"{path}return/", {}).status_code == 422
    about = [{"about": f"{uuid.uuid4()}", "text": "which one?"}]
    assert supervisor.post(f"{path}return/", {"comments": about}).status_code == 422
    about = [{"about": f"{goal_of(plan).same_as}", "text": "by when?"}]
    given = supervisor.post(f"{path}return/", {"why": "too thin", "comments": about})
    assert (given.status_code, given.json()["state"]) == (200, "returned"), given.content
    shown = program(cast.worker).get(path).json()
    assert [each["text"] for each in shown["comments"]] == ["too thin", "by when?"]
    refused = supervisor.post(f"{path}approve/", {"seen": shown["mark"]})
    assert refused.status_code == 422  # it does not wait any more


def test_nobody_approves_their_own(cast, program, adult_case):
    plan = submitted(adult_case, cast, by=cast.supervisor)
    seen = {"seen": plan.submitted_hash}
    assert program(cast.supervisor).post(f"plans/{plan.pk}/approve/", seen).status_code == 422
    director, path = program(cast.director), f"plans/{plan.pk}/"
    assert director.get(path).json()["mark"] == plan.submitted_hash
    assert director.get(f"goals/{goal_of(plan).pk}/").status_code == 403
    done = director.post(f"{path}approve/", seen)
    assert (done.status_code, done.json()["state"]) == (200, "active"), done.content
    assert [goal["text"] for goal in done.json()["goals"]] == ["Apply for a passport"]
    assert director.get(path).status_code == 404


def test_progress_and_the_end(cast, program, adult_case):
    plan = approved(adult_case, cast)
    worker, path = program(cast.worker), f"goals/{goal_of(plan).pk}/progress/"
    said = worker.post(path, {"state": "achieved", "note": "she holds it"}, **{"Idempotency-Key": "one"})
    again = worker.post(path, {"state": "achieved", "note": "she holds it"}, **{"Idempotency-Key": "one"})
    assert (said.status_code, again.json()) == (201, said.json()), said.content
    assert [row["note"] for row in worker.get(path).json()["results"]] == ["she holds it"]
    assert worker.get(f"plans/{plan.pk}/").json()["goals"][0]["share"] == 100
    assert program(cast.stranger).get(path).status_code == 404
    assert program(cast.director).get(path).status_code == 403
    end = {"to": "completed", "outcome": "achieved", "result": "all of it"}
    assert worker.post(f"plans/{plan.pk}/end/", end).json()["state"] == "completed"


def test_a_review_says_how_the_goals_stand(cast, program, adult_case):
    plan = approved(adult_case, cast)
    worker, path = program(cast.worker), f"plans/{plan.pk}/reviews/"
    stands = [{"goal": f"{goal_of(plan).pk}", "state": "in_progress", "note": "the papers are in"}]
    said = REVIEW | {"goals": stands}
    made = worker.post(path, said, **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["goals"][0]["note"]) == (201, "the papers are in"), made.content
    assert worker.post(path, said, **{"Idempotency-Key": "k"}).json() == made.json()
    assert worker.get(path).json()["results"] == [made.json()]
    assert worker.get(f"plans/{plan.pk}/").json()["goals"][0]["state"] == "in_progress"
    assert looks("plan.review", plan.pk) == 1
    for wrong, code, pointer in (
        ({"next_review_on": f"{TODAY}"}, 422, "/next_review_on"), ({"decision": "later"}, 400, "/decision"),
        ({"goals": [{"state": "achieved"}]}, 400, "/goals/0/goal"),
        ({"goals": [{"goal": f"{uuid.uuid4()}", "state": "achieved"}]}, 422, None),
        ({"goals": [stands[0] | {"services": [f"{uuid.uuid4()}"]}]}, 422, None),
    ):  # fmt: skip
        refused = worker.post(path, REVIEW | wrong)
        assert refused.status_code == code, refused.content
        assert pointer in (None, refused.json()["errors"][0]["pointer"])
    assert worker.post(f"plans/{plan.pk}/end/", {"to": "completed", "outcome": "achieved", "result": "all"})
    assert worker.post(path, REVIEW).status_code == 422  # no longer in force


def test_a_signature_is_kept_with_its_scan(cast, program, adult_case):
    plan = drafted(adult_case, cast)
    worker, path = program(cast.worker), f"plans/{plan.pk}/signatures/"
    made = worker.post(path, SIGNED)
    assert (made.status_code, made.json()["plan_hash"]) == (201, content(plan).mark), made.content
    assert worker.get(path).json()["results"] == [made.json()]
    assert worker.get(f"documents/{made.json()['document']}/").json()["kind"] == "signature"
    assert looks("plan.sign", plan.pk) == 1
    for wrong, code in (({"file": ""}, 422), ({"file": "%"}, 400), ({"drawn": "x"}, 400),
                        ({"file": base64.b64encode(b"MZ").decode()}, 422), ({"signed_on": "2020-01-01"}, 422)):  # fmt: skip
        assert worker.post(path, SIGNED | wrong).status_code == code, wrong
    assert plan.signatures.count() == 1


def test_reviews_and_signatures_ask_as_much_for_three_as_for_one(cast, program, adult_case):
    plan = approved(adult_case, cast)
    worker, counts = program(cast.worker), []
    stands = [{"goal": f"{goal_of(plan).pk}", "note": "on the way"}]
    for _ in range(3):
        worker.post(f"plans/{plan.pk}/reviews/", REVIEW | {"goals": stands})
        worker.post(f"plans/{plan.pk}/signatures/", SIGNED)
        counts.append([counted(worker, f"plans/{plan.pk}/{kind}/") for kind in ("reviews", "signatures")])
    assert [[rows for rows, _n in row] for row in counts] == [[1, 1], [2, 2], [3, 3]]
    assert len({tuple(n for _rows, n in row) for row in counts}) == 1


def test_taken_back_and_discarded(cast, program, adult_case):
    plan = submitted(adult_case, cast)
    worker = program(cast.worker)
    assert program(cast.supervisor).post(f"plans/{plan.pk}/take-back/").status_code == 403
    assert worker.post(f"plans/{plan.pk}/take-back/").json()["state"] == "returned"
    assert worker.post(f"plans/{plan.pk}/discard/").json()["state"] == "terminated"
    assert worker.post(f"plans/{plan.pk}/discard/").status_code == 422


def test_lists_ask_as_much_for_three_as_for_one(cast, program, open_case):
    case, others = open_case(), [open_case() for _ in range(2)]
    worker, supervisor = program(cast.worker), program(cast.supervisor)
    first = submitted(case, cast)
    one = counted(worker, f"cases/{case.pk}/plans/"), counted(supervisor, "plans/")
    for other in others:
        submitted(other, cast)
    waiting = counted(supervisor, "plans/")
    with acting_as(cast.worker.pk):
        plan_decisions.take_back(first, by=cast.worker)
        plans.discard(Plan.objects.get(pk=first.pk), by=cast.worker)
        for _ in range(2):
            last = plans.draft(case, by=cast.worker)
            plans.discard(last, by=cast.worker)
    versions = counted(worker, f"cases/{case.pk}/plans/")
    assert [rows for rows, _n in (*one, versions, waiting)] == [1, 1, 3, 3]
    assert (versions[1], waiting[1]) == (one[0][1], one[1][1])


def test_progress_lists_ask_as_much_for_three_as_for_one(cast, program, adult_case):
    plan = approved(adult_case, cast)
    worker, path = program(cast.worker), f"goals/{goal_of(plan).pk}/progress/"
    counts = []
    for number in range(3):
        worker.post(path, {"state": "in_progress", "note": f"step {number}"})
        counts.append(counted(worker, path))
    assert counts == [(1, counts[0][1]), (2, counts[0][1]), (3, counts[0][1])]


def test_the_mark_is_that_of_the_screen(cast, program, adult_case):
    plan = drafted(adult_case, cast)
    assert program(cast.worker).get(f"plans/{plan.pk}/").json()["mark"] == content(plan).mark


def test_the_paper_is_made_in_a_language(cast, program, adult_case):
    plan = approved(adult_case, cast)
    path, worker = f"plans/{plan.pk}/pdf/", program(cast.worker)
    found = {who: program(getattr(cast, who)).get(f"{path}?language=az").status_code
             for who in ("supervisor", "stranger", "accountant")}  # fmt: skip
    assert found == {"supervisor": 200, "stranger": 404, "accountant": 403}
    made = worker.get(f"{path}?language=ru")
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(made.content))
    assert ("план" in text, "Quliyeva" in text, "Quliyeva" in made["Content-Disposition"]) == (
        True,
        True,
        False,
    )
    assert looks("plan.paper", plan.pk) == 2
    assert [worker.get(f"{path}{query}").status_code for query in ("", "?language=xx", "?of=az")] == [400] * 3
