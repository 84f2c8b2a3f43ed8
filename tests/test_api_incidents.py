"""Incidents through the API: reported by who reads the case, told to the director without words, ended."""

import uuid

import pytest

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.models import Incident
from tests.counted import counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SAID = {
    "kind": "threat",
    "severity": "high",
    "happened_at": "2026-01-01T10:00:00+04:00",
    "text": "at the gate",
}


def reported(asked, case, **said):
    made = asked.post(f"cases/{case.pk}/incidents/", SAID | said)
    assert made.status_code == 201, made.content
    return made.json()


def test_the_quartet(cast, program, adult_case):
    path = f"cases/{adult_case.pk}/incidents/"
    found = {who: program(getattr(cast, who)).post(path, SAID).status_code
             for who in ("stranger", "director", "auditor", "house")}  # fmt: skip
    assert (found, Incident.objects.count()) == (
        {"stranger": 404, "director": 404, "auditor": 403, "house": 404}, 0,
    )  # fmt: skip
    made = reported(program(cast.worker), adult_case)
    one = f"incidents/{made['id']}/"
    assert (made["text"], made["author"]) == ("at the gate", cast.worker.pk)
    found = {who: [program(getattr(cast, who)).get(each).status_code for each in (path, one)]
             for who in ("worker", "supervisor", "stranger", "director", "auditor")}  # fmt: skip
    assert found == {"worker": [200, 200], "supervisor": [200, 200], "stranger": [404, 404],
                     "director": [404, 200], "auditor": [403, 403]}  # fmt: skip
    assert program(cast.worker).get(f"incidents/{uuid.uuid4()}/").status_code == 404
    assert program(cast.worker).get(path).json()["results"] == [made]
    with acting_as(cast.supervisor.pk):
        assert AuditEvent.objects.filter(action="incident.view", ids__contains=[made["id"]]).count() == 6


def test_the_director_is_told_of_a_serious_one_without_its_words(cast, program, adult_case):
    worker, director = program(cast.worker), program(cast.director)
    made, low = reported(worker, adult_case), reported(worker, adult_case, severity="low")
    shown = director.get(f"incidents/{made['id']}/").json()
    assert shown == made | {"text": None, "done": None, "steps": []}
    assert director.get(f"incidents/{low['id']}/").status_code == 404
    told = {who: program(getattr(cast, who)).get("incidents/").json()["incidents"]
            for who in ("director", "worker", "stranger")}  # fmt: skip
    assert told == {"director": [made | {"text": None, "done": None}], "worker": [made], "stranger": []}


def test_one_key_reports_once(cast, program, adult_case):
    worker, key = program(cast.worker), {"Idempotency-Key": "k"}
    first, again = (worker.post(f"cases/{adult_case.pk}/incidents/", SAID, **key) for _time in range(2))
    assert (again.status_code, again.json(), Incident.objects.count()) == (201, first.json(), 1)


@pytest.mark.parametrize("happened_at", ["2999-01-01T10:00:00+04:00", "0001-01-01T10:00:00+04:00"])
def test_a_moment_that_cannot_be_is_refused(cast, program, adult_case, happened_at):
    said = SAID | {"happened_at": happened_at}
    refused = program(cast.worker).post(f"cases/{adult_case.pk}/incidents/", said)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/happened_at")
    assert Incident.objects.count() == 0


def test_a_missing_person_has_steps_and_is_found(cast, program, adult_case):
    worker = program(cast.worker)
    path = f"incidents/{reported(worker, adult_case, kind='missing')['id']}/"
    for act, said in (("step", {"step": "told_police"}), ("end", {"outcome": "found"})):
        found = [program(who).post(f"{path}{act}/", said).status_code
                 for who in (cast.stranger, cast.auditor)]  # fmt: skip
        assert found == [404, 403], act
    assert program(cast.director).post(f"{path}end/", {"outcome": "found"}).status_code == 403
    done = worker.post(f"{path}step/", {"step": "told_police"})
    assert [(row["step"], row["person"]) for row in done.json()["steps"]] == [("told_police", cast.worker.pk)]
    again = worker.post(f"{path}step/", {"step": "told_police"})
    assert (again.status_code, worker.post(f"{path}step/", {"step": "prayed"}).status_code) == (422, 400)
    wrong = worker.post(f"{path}end/", {"outcome": "resolved"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/outcome")
    ended = worker.post(f"{path}end/", {"outcome": "found"}).json()
    assert (ended["outcome"], ended["ended_by"], len(ended["steps"])) == ("found", cast.worker.pk, 1)
    assert worker.get(path).json() == ended
    late = [
        worker.post(f"{path}end/", {"outcome": "found"}),
        worker.post(f"{path}step/", {"step": "asked_house"}),
    ]
    assert [each.status_code for each in late] == [422, 422]


def test_a_list_asks_as_much_for_three_as_for_one(cast, program, adult_case):
    worker, counts = program(cast.worker), []
    for number in range(3):
        reported(worker, adult_case)
        if number != 1:
            counts.append(counted(worker, f"cases/{adult_case.pk}/incidents/"))
    assert ([rows for rows, _n in counts], counts[0][1]) == ([1, 3], counts[1][1])
