"""The houses through the API: on shift the list and the log, off shift nothing; the roster."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.models import Incident
from rehabilitation.models import House, LogEntry, Shift
from tests.counted import counted
from tests.houses import a_bed, live_in, on_shift, sheet
from tests.test_housing import row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LONGER = {"asked_for_by": "person", "days": 10, "reason": "her paper is not ready"}
HAPPENED = {"kind": "threat", "severity": "low", "happened_at": "2026-01-01T10:00:00+04:00", "text": "a man"}


def looks(cast, action):
    with acting_as(cast.auditor.pk):
        return AuditEvent.objects.filter(action=action).count()


def test_on_shift_the_list_and_nothing_of_the_case(cast, program, resident):
    officer = program(cast.house)
    assert officer.get("residents/").json()["results"] == []
    on_shift(cast, resident.house)
    (shown,) = officer.get("residents/").json()["results"]
    assert (shown["id"], shown["name_to_use"], shown["bed_label"]) == (str(resident.pk), "Lala", "2/1")
    assert shown["safety_sheet"]["allergies"] == "penicillin"
    assert str(resident.case_id) not in str(shown)
    assert officer.get(f"cases/{resident.case_id}/").status_code == 404
    assert looks(cast, "house.view") == 2


@pytest.mark.parametrize("when", ["never", "later", "elsewhere"])
def test_off_shift_there_is_nothing(cast, program, resident, when):
    if when != "never":
        where = House.objects.create(name="B") if when == "elsewhere" else resident.house
        on_shift(cast, where, begins=1 if when == "later" else -1)
    officer, path = program(cast.house), f"residents/{resident.pk}/"
    for act, body in (("arrive", {}), ("out", {"out": True}), ("incidents", HAPPENED), ("longer", LONGER)):
        assert officer.post(f"{path}{act}/", body).status_code == 404, act
        assert program(cast.worker).post(f"{path}{act}/", body).status_code == 403, act
    assert officer.get("house-log/").json()["results"] == []
    assert program(cast.worker).get("residents/").status_code == 403
    assert Incident.objects.count() == 0


def test_in_and_out(cast, program, resident):
    on_shift(cast, resident.house)
    officer, path = program(cast.house), f"residents/{resident.pk}/out/"
    assert officer.post(path, {"out": "yes"}).status_code == 400
    assert officer.post(path, {"out": True}).json()["out_since"]
    assert officer.post(path, {}).json()["out_since"] is None
    assert officer.post(f"residents/{uuid.uuid4()}/out/", {}).status_code == 404
    assert looks(cast, "house.out") == 2


def test_who_is_awaited_arrives(cast, program, adult_case):
    awaited = row(a_bed(), adult_case, cast.worker, came_on=None)
    on_shift(cast, awaited.house)
    path = f"residents/{awaited.pk}/"
    assert program(cast.house).post(f"{path}out/", {"out": True}).status_code == 404  # is not there yet
    done = program(cast.house).post(f"{path}arrive/")
    assert (done.status_code, done.json()["came_on"]) == (200, f"{baku_today()}"), done.content
    assert program(cast.house).post(f"{path}arrive/").status_code == 404


def test_an_incident_is_reported_and_not_read(cast, program, resident):
    on_shift(cast, resident.house)
    officer, path = program(cast.house), f"residents/{resident.pk}/incidents/"
    made = officer.post(path, HAPPENED, **{"Idempotency-Key": "k"})
    assert (made.status_code, list(made.json())) == (201, ["id"]), made.content
    again = officer.post(path, HAPPENED, **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (201, made.json())
    late = officer.post(path, HAPPENED | {"happened_at": "2999-01-01T10:00:00+04:00"})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/happened_at")
    told = Incident.objects.get()
    assert (str(told.pk), told.text, told.case_id) == (made.json()["id"], "a man", resident.case_id)


def test_the_house_asks_that_somebody_stays_longer(cast, program, resident):
    on_shift(cast, resident.house)
    officer, path = program(cast.house), f"residents/{resident.pk}/longer/"
    made = officer.post(path, LONGER, **{"Idempotency-Key": "k"})
    assert (made.status_code, list(made.json())) == (201, ["id"]), made.content
    again = officer.post(path, LONGER, **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (201, made.json())
    (asked,) = program(cast.supervisor).get("extensions/").json()["results"]
    assert (asked["id"], asked["author"], asked["days"]) == (made.json()["id"], cast.house.pk, 10)
    assert officer.get("extensions/").status_code == 403
    for bad, code in (({"days": 0}, 400), ({"reason": " "}, 422), ({"days": "10"}, 400)):
        assert officer.post(path, LONGER | bad).status_code == code
    assert officer.post(f"residents/{uuid.uuid4()}/longer/", LONGER).status_code == 404


def test_the_log_passes_from_shift_to_shift(cast, program, resident):
    officer, said = program(cast.house), {"house": resident.house_id, "text": "the boiler"}
    assert officer.post("house-log/", said).status_code == 422  # off duty
    on_shift(cast, resident.house)
    made = officer.post("house-log/", said, **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["text"]) == (201, "the boiler"), made.content
    assert officer.post("house-log/", said, **{"Idempotency-Key": "k"}).json() == made.json()
    found = {who: program(getattr(cast, who)).get("house-log/") for who in ("house", "supervisor", "worker")}
    assert [found[who].json()["results"] for who in ("house", "supervisor")] == [[made.json()]] * 2
    assert found["worker"].status_code == 403
    assert program(cast.supervisor).post("house-log/", said).status_code == 403
    with acting_as(cast.house.pk):
        assert "boiler" not in LogEntry.objects.get().text


def test_the_roster_opens_and_closes_the_house(cast, program, resident):
    officer, supervisor = program(cast.house), program(cast.supervisor)
    now = timezone.localtime()
    said = {"person": cast.house.pk, "house": resident.house_id, "on": f"{now:%Y-%m-%d}",
            "begins": f"{now:%H:%M}", "until": f"{now + timedelta(hours=1):%H:%M}"}  # fmt: skip
    made = supervisor.post("shifts/", said)
    assert (made.status_code, made.json()["person"]) == (201, cast.house.pk), made.content
    assert [each["id"] for each in officer.get("residents/").json()["results"]] == [str(resident.pk)]
    assert officer.get("shifts/").json()["results"] == [made.json()]
    other = supervisor.post("shifts/", said | {"person": cast.worker.pk})
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/person")
    path = f"shifts/{made.json()['id']}/drop/"
    assert (officer.post("shifts/", said).status_code, officer.post(path).status_code) == (403, 403)
    assert supervisor.post(path).json() == made.json()
    assert (supervisor.post(path).status_code, Shift.objects.count()) == (404, 0)
    assert officer.get("residents/").json()["results"] == []
    assert looks(cast, "house.roster.change") == 2


def test_lists_ask_as_much_for_three_as_for_one(cast, program, resident, open_case):
    on_shift(cast, resident.house)
    officer, counts = program(cast.house), []
    for number in range(3):
        officer.post("house-log/", {"house": resident.house_id, "text": f"entry {number}"})
        if number:
            case = open_case()
            live_in(a_bed(label=f"2/1{number}"), case, cast.worker)
            sheet(case, cast.worker, danger="an uncle")
            on_shift(cast, resident.house, begins=10 * number)
        if number != 1:
            counts += [counted(officer, path) for path in ("residents/", "house-log/", "shifts/")]
    assert [rows for rows, _n in counts] == [1, 1, 1, 3, 3, 3]
    assert [n for _rows, n in counts[:3]] == [n for _rows, n in counts[3:]]
    assert LogEntry.objects.count() == 0  # to the worker, who asks here
