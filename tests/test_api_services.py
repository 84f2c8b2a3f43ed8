"""Services and stays through the API: recorded, booked, moved, given; a place, and staying longer."""

import uuid
from datetime import timedelta

import pytest

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.actions import register_victim
from rehabilitation import extensions, stays
from rehabilitation.models import GroupSession, Service, Stay
from tests.cast import say
from tests.counted import counted
from tests.database import as_login
from tests.houses import DECISION, a_bed, live_in, sent
from tests.test_housing import row
from tests.test_providers import offer_services
from tests.test_services import NOON, booked
from tests.test_session_access import session, team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = baku_today()
GIVEN = {"type": "documents", "delivered_on": f"{TODAY}", "quantity": "1.50"}
AHEAD = {
    "type": "documents",
    "state": "booked",
    "starts_at": f"{NOON:%Y-%m-%dT%H:%M:%S%z}",
    "times": 3,
    "every": 7,
    "quantity": "1",
}
GROUP = {"type": "social", "minutes": 60}
LONGER = {"asked_for_by": "person", "days": 14, "reason": "the flat is not ready"}


@pytest.fixture(autouse=True)
def _offered(cast):
    offer_services(cast.administrator)


def looks(action):
    return AuditEvent.objects.filter(action=action).count()


def test_the_quartet_of_services(cast, program, adult_case):
    service = booked(adult_case, cast.worker)
    people = {who: program(getattr(cast, who)) for who in ("worker", "stranger", "accountant")}
    for path in (f"services/{service.pk}/", f"cases/{adult_case.pk}/services/"):
        found = {who: asks.get(path).status_code for who, asks in people.items()}
        assert found == {"worker": 200, "stranger": 404, "accountant": 403}, path
    assert (looks("service.view"), looks("service.list")) == (1, 1)
    assert people["stranger"].get(f"services/{uuid.uuid4()}/").status_code == 404
    for path, body in (
        (f"cases/{adult_case.pk}/services/", GIVEN),
        (f"cases/{adult_case.pk}/services/book/", AHEAD),
        (f"services/{service.pk}/strike/", {"why": "x"}),
    ):
        assert people["stranger"].post(path, body).status_code == 404, path
        assert people["accountant"].post(path, body).status_code == 403, path
    assert Service.objects.count() == 1


def test_a_service_is_recorded(cast, program, adult_case):
    worker, path = program(cast.worker), f"cases/{adult_case.pk}/services/"
    said = GIVEN | {"given_by": cast.worker.pk, "note": "she came alone", "cost_azn": "12.50"}
    made = worker.post(path, said, **{"Idempotency-Key": "k"})
    assert made.status_code == 201, made.content
    assert (made.json()["quantity"], made.json()["given_by"]) == ("1.50", cast.worker.pk)
    assert worker.post(path, said, **{"Idempotency-Key": "k"}).json()["id"] == made.json()["id"]
    shown = worker.get(made["Location"].removeprefix("/api/v1/")).json()
    assert (shown["note"]["text"], shown["cost_azn"]) == ("she came alone", "12.50")
    refused = worker.post(path, GIVEN | {"delivered_on": "2020-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/delivered_on")
    assert worker.post(path, GIVEN | {"quantity": 1.5}).status_code == 400
    assert worker.post(path, GIVEN | {"quantity": "1e3"}).status_code == 400
    small = worker.post(path, GIVEN | {"quantity": "0"})
    assert (small.status_code, small.json()["errors"][0]["pointer"]) == (422, "/quantity")
    assert Service.objects.count() == 1


def test_a_series_is_booked_moved_given_and_cancelled(cast, program, adult_case):
    worker, path = program(cast.worker), f"cases/{adult_case.pk}/services/"
    made = worker.post(f"{path}book/", AHEAD, **{"Idempotency-Key": "k"})
    assert made.status_code == 201, made.content
    first, second, _third = (row["id"] for row in made.json()["services"])
    again = worker.post(f"{path}book/", AHEAD, **{"Idempotency-Key": "k"})
    assert [row["id"] for row in again.json()["services"]] == [row["id"] for row in made.json()["services"]]
    assert made["Location"] == f"/api/v1/{path}"
    later = {"starts_at": f"{NOON + timedelta(days=1):%Y-%m-%dT%H:%M:%S%z}"}
    moved = worker.post(f"services/{first}/move/", later)
    assert moved.status_code == 200, moved.content
    given = worker.post(f"services/{first}/deliver/", {"delivered_on": f"{TODAY}", "quantity": "1"})
    assert (given.status_code, given.json()["state"]) == (200, "delivered"), given.content
    assert worker.post(f"services/{first}/move/", later).status_code == 422
    noted = worker.post(f"services/{first}/note/", {"note": "all is well"})
    assert noted.json()["note"]["text"] == "all is well"
    assert (
        worker.post(f"services/{second}/cancel-rest/", {"why": "moved away"}).json()["state"] == "cancelled"
    )
    assert len(worker.get(f"{path}?state=cancelled").json()["results"]) == 2
    assert worker.post(f"services/{first}/strike/", {"why": "twice"}).json()["struck_why"] == "twice"


def test_a_session_for_several_is_recorded_and_booked(cast, program, open_case):
    worker, cases = program(cast.worker), [open_case() for _ in range(3)]
    ids = {"cases": [str(case.pk) for case in cases]}
    for path, said in (
        ("services/group/", GROUP | ids | {"delivered_on": f"{TODAY}"}),
        ("services/group/book/", GROUP | ids | {"starts_at": AHEAD["starts_at"]}),
    ):
        found = [program(who).post(path, said).status_code for who in (cast.stranger, cast.accountant)]
        assert found == [404, 403], path
        made = worker.post(path, said, **{"Idempotency-Key": path})
        assert made.status_code == 201, made.content
        assert {row["case"] for row in made.json()["services"]} == set(ids["cases"])
        assert worker.post(path, said, **{"Idempotency-Key": path}).json() == made.json()
        first = made.json()["services"][0]["id"]
        assert (made["Location"], worker.get(f"services/{first}/").status_code) == (
            f"/api/v1/services/{first}/",
            200,
        )
    assert (Service.objects.count(), GroupSession.objects.count()) == (6, 2)
    assert (looks("service.group"), looks("service.group_book")) == (1, 1)


def test_a_session_is_for_all_or_none(cast, program, open_case):
    with acting_as(cast.stranger.pk):
        foreign = str(register_victim(say(), by=cast.stranger).pk)
    worker, own = program(cast.worker), [str(open_case().pk) for _ in range(2)]
    said = GROUP | {"delivered_on": f"{TODAY}"}
    for cases, code in (([*own, foreign], 404), ([*own, str(uuid.uuid4())], 404), (own[:1], 400), ([], 400),
                        ([own[0], own[0]], 422), (["x", "y"], 400), ("all", 400)):  # fmt: skip
        assert worker.post("services/group/", said | {"cases": cases}).status_code == code, cases
    late = worker.post("services/group/", said | {"cases": own, "delivered_on": "2020-01-01"})
    assert late.status_code == 422
    assert Service.objects.count() == 0


def test_not_given(cast, program, adult_case):
    service, worker = booked(adult_case, cast.worker), program(cast.worker)
    path = f"services/{service.pk}/not-given/"
    assert worker.post(path, {"state": "delivered", "why": "x"}).status_code == 400
    assert worker.post(path, {"state": "missed", "why": "ill"}).json()["why_not"] == "ill"


def test_a_section_keeps_its_note(cast, program, adult_case):
    refused = program(cast.worker).post(
        f"cases/{adult_case.pk}/services/", GIVEN | {"type": "legal", "note": "secret"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")
    team_of(adult_case, cast)
    row = session(adult_case, cast)
    given = {"delivered_on": f"{TODAY}", "quantity": "1", "note": "slept badly"}
    said = program(cast.specialist).post(f"services/{row.pk}/deliver/", given)
    assert (said.status_code, said.json()["note"]["text"]) == (200, "slept badly"), said.content
    assert program(cast.worker).get(f"services/{row.pk}/").json()["note"] is None


@pytest.mark.django_db(transaction=True)
def test_who_loses_the_case_with_the_note_still_gets_an_answer(cast, program, open_case):
    case = open_case({"birth_year": 1990})
    team_of(case, cast)
    row, asks = session(case, cast), program(cast.specialist)
    ended = "UPDATE cases_caseusergrant SET expires_at = now() WHERE source = 'care_team'"
    with as_login("SUPERUSER") as cursor:
        cursor.execute(ended)
    given = {"delivered_on": f"{TODAY}", "quantity": "1", "note": "slept badly"}
    assert asks.get(f"services/{row.pk}/").status_code == 200
    assert asks.post(f"services/{row.pk}/deliver/", given).status_code == 200
    assert asks.get(f"services/{row.pk}/").status_code == 404
    assert program(cast.worker).get(f"services/{row.pk}/").json()["state"] == "delivered"


def test_lists_of_services_ask_as_much_for_three_as_for_one(cast, program, adult_case):
    worker, path = program(cast.worker), f"cases/{adult_case.pk}/services/"
    booked(adult_case, cast.worker)
    one = counted(worker, path)
    for hours in (2, 4):
        booked(adult_case, cast.worker, NOON + timedelta(hours=hours))
    assert (one[0], counted(worker, path)) == (1, (3, one[1]))


# --- stays ----------------------------------------------------------------------------------


def test_the_quartet_of_stays(cast, program, resident):
    people = {who: program(getattr(cast, who)) for who in ("worker", "stranger", "accountant")}
    for path in (
        f"stays/{resident.pk}/",
        f"cases/{resident.case_id}/stays/",
        f"stays/{resident.pk}/extensions/",
    ):
        found = {who: asks.get(path).status_code for who, asks in people.items()}
        assert found == {"worker": 200, "stranger": 404, "accountant": 403}, path
    for act, body in (("come", {}), ("leave", {"left_on": f"{TODAY}"}), ("extensions", LONGER)):
        assert people["stranger"].post(f"stays/{resident.pk}/{act}/", body).status_code == 404, act
        assert people["accountant"].post(f"stays/{resident.pk}/{act}/", body).status_code == 403, act
    assert people["stranger"].get(f"stays/{uuid.uuid4()}/").status_code == 404
    assert looks("house.view") == 3


def test_a_place_is_given_changed_and_left(cast, program, adult_case):
    bed, worker = a_bed(), program(cast.worker)
    path = f"cases/{adult_case.pk}/stays/"
    made = worker.post(path, sent(bed, starts_on=f"{TODAY + timedelta(days=2)}"))
    assert (made.status_code, made.json().get("came_on")) == (201, None), made.content
    assert worker.post(path, sent(bed)).status_code == 422  # has a place already
    stay = made["Location"].removeprefix("/api/v1/")
    seen = worker.get(stay)
    changed = worker.patch(stay, {"visitors": "her sister"}, **{"If-Match": seen["ETag"]})
    assert (changed.status_code, changed.json()["visitors"]) == (200, "her sister"), changed.content
    assert changed.json()["name_to_use"] == "Lala"
    assert worker.patch(stay, {"ends_on": f"{TODAY}"}, **{"If-Match": changed["ETag"]}).status_code == 422
    assert worker.post(f"{stay}leave/", {"left_on": f"{TODAY}"}).json()["left_on"]
    assert worker.post(f"{stay}come/").status_code == 422  # has ended


def test_who_is_awaited_comes(cast, program, adult_case):
    awaited = row(a_bed(), adult_case, cast.worker, came_on=None)
    assert program(cast.worker).post(f"stays/{awaited.pk}/come/").json()["came_on"] == f"{TODAY}"


def test_a_child_is_never_placed_by_the_centre(cast, program, child_case):
    bed, worker = a_bed(), program(cast.worker)
    path = f"cases/{child_case.pk}/stays/"
    assert worker.post(path, sent(bed)).status_code == 422
    assert Stay.objects.count() == 0
    said = sent(bed) | DECISION | {"decision_on": f"{TODAY}"}
    assert worker.post(path, said).status_code == 201


def test_an_adult_is_asked_for_no_decision(cast, program, adult_case):
    said = sent(a_bed()) | DECISION | {"decision_on": f"{TODAY}"}
    assert program(cast.worker).post(f"cases/{adult_case.pk}/stays/", said).status_code == 422


def test_longer_by_two(cast, program, resident):
    worker, supervisor = program(cast.worker), program(cast.supervisor)
    asked = worker.post(f"stays/{resident.pk}/extensions/", LONGER)
    assert asked.status_code == 201, asked.content
    path = f"extensions/{asked.json()['id']}/"
    assert worker.get(path).status_code == 403
    assert program(cast.other_supervisor).get(path).status_code == 404
    assert [row["id"] for row in supervisor.get("extensions/").json()["results"]] == [asked.json()["id"]]
    assert supervisor.get(path).json()["reason"] == LONGER["reason"]
    assert supervisor.post(f"{path}decide/", {"verdict": "refuse"}).status_code == 422
    done = supervisor.post(f"{path}decide/", {"verdict": "approve"})
    assert (done.status_code, done.json()["approved"]) == (200, True), done.content
    assert supervisor.post(f"{path}decide/", {"verdict": "approve"}).status_code == 422
    ends = resident.ends_on + timedelta(days=14)
    assert worker.get(f"stays/{resident.pk}/").json()["ends_on"] == f"{ends}"


def test_the_director_decides_where_no_other_supervisor_may(cast, program, resident):
    with acting_as(cast.supervisor.pk):
        asked = extensions.ask(resident, LONGER, by=cast.supervisor)
    director = program(cast.director)
    assert director.get(f"extensions/{asked.pk}/").json()["reason"] == LONGER["reason"]
    done = director.post(f"extensions/{asked.pk}/decide/", {"verdict": "refuse", "answer": "no"})
    assert (done.status_code, done.json()["answer"]) == (200, "no"), done.content
    assert director.get(f"stays/{resident.pk}/").status_code == 403


def test_lists_of_stays_ask_as_much_for_three_as_for_one(cast, program, open_case):
    worker, supervisor = program(cast.worker), program(cast.supervisor)
    bed, case = a_bed(), open_case()

    def stayed(case, bed):
        with acting_as(cast.worker.pk):
            stay = live_in(bed, case, cast.worker)
            extensions.ask(stay, LONGER, by=cast.worker)
        return stay

    stay, path = stayed(case, bed), f"cases/{case.pk}/stays/"
    longer = f"stays/{stay.pk}/extensions/"
    one = counted(worker, path), counted(supervisor, "extensions/"), counted(worker, longer)
    for number in (2, 3):
        stayed(open_case(), a_bed(label=f"2/{number}"))
    assert (one[1][0], counted(supervisor, "extensions/")) == (1, (3, one[1][1]))
    for _ in range(2):
        asked = extensions.asked_for(stay)[0]
        with acting_as(cast.supervisor.pk):
            extensions.decide(asked, approved=False, answer="no", by=cast.supervisor)
        with acting_as(cast.worker.pk):
            extensions.ask(stay, LONGER, by=cast.worker)
    assert (one[2][0], counted(worker, longer)) == (1, (3, one[2][1]))
    with acting_as(cast.worker.pk):
        stays.leave(stay, by=cast.worker)
        for ahead in (1, 3):
            other = live_in(bed, case, cast.worker, starts_on=TODAY + timedelta(days=ahead))
            Stay.objects.filter(pk=other.pk).update(left_on=other.starts_on + timedelta(days=1))
    assert (one[0][0], counted(worker, path)) == (1, (3, one[0][1]))
