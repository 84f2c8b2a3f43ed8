"""The records of a case through the API: each kind kept, changed by who has seen it, and struck out."""

import uuid

import pytest

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.kinds import KINDS
from cases.models import ConnectedPerson, IdentityPaper, Revision
from tests.counted import counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = f"{baku_today()}"
LEAST = {
    "consent": {"purposes": ["services"], "giver": "person", "form": "informed_consent_written", "given_on": TODAY},
    "reflection": {"begins_on": TODAY, "days": 30},
    "exploitation": {"types": ["forced_labour"], "story": "was promised a shop"},
    "route": {"kind": "transit", "place": "a flat in Qırmızı"},
    "people": {"name": "Uncle Səməd", "roles": ["recruiter"], "dangerous": True},
    "guardian": {"kind": "guardian", "name": "Aunt Gülnarə"},
    "proceeding": {"kind": "criminal", "role": "victim", "number": "12-345", "claimed": "1200.50",
                   "next_hearing": "2035-01-31T10:30:00+04:00"},
    "paper": {"kind": "passport", "number": "C01234567"},
    "belonging": {"what": "a red suitcase", "received_on": TODAY},
    "disclosure": {"asked_on": TODAY, "basis": "court", "asked_by": "Nəsimi court"},
    "follow-up": {"planned_on": TODAY},
    "work": {"kind": "job", "place": "Sewing house No 3", "found_on": TODAY},
}  # fmt: skip
CHILD = {"name": "Aytən", "relation": "child", "dependant": True}


def of(case, slug="paper"):
    return f"cases/{case.pk}/records/{slug}/"


def kept(asked, case, slug="paper", **said):
    made = asked.post(of(case, slug), LEAST[slug] | said)
    assert made.status_code == 201, made.content
    return made


def path_of(made):
    return made["Location"].removeprefix("/api/v1/")


def test_every_kind_is_listed_here():
    assert set(LEAST) == set(KINDS)


@pytest.mark.parametrize("slug", LEAST)
def test_the_quartet(cast, program, adult_case, slug):
    found = {who: program(getattr(cast, who)).post(of(adult_case, slug), LEAST[slug]).status_code
             for who in ("stranger", "director", "specialist")}  # fmt: skip
    assert found == {"stranger": 404, "director": 403, "specialist": 403}
    assert KINDS[slug].model.objects.count() == 0
    worker = program(cast.worker)
    made = kept(worker, adult_case, slug)
    path, said = path_of(made), made.json()
    assert (said | LEAST[slug], said["author"]) == (said, cast.worker.pk)
    assert worker.get(of(adult_case, slug)).json()["results"] == [said]
    assert worker.get(path)["ETag"] == made["ETag"]
    found = {who: [program(getattr(cast, who)).get(each).status_code for each in (of(adult_case, slug), path)]
             for who in ("supervisor", "stranger", "director")}  # fmt: skip
    assert found == {"supervisor": [200, 200], "stranger": [404, 404], "director": [403, 403]}
    with acting_as(cast.supervisor.pk):
        looks = AuditEvent.objects.filter(action="record.view", ids__contains=[said["id"]])
        assert [look.case_id for look in looks] == [adult_case.pk] * 4  # the worker's, too


def test_one_key_keeps_one_record(cast, program, adult_case):
    worker, key = program(cast.worker), {"Idempotency-Key": "k"}
    first, again = (worker.post(of(adult_case), LEAST["paper"], **key) for _time in range(2))
    assert (again.status_code, again.json(), IdentityPaper.objects.count()) == (201, first.json(), 1)
    assert worker.post(of(adult_case), LEAST["paper"] | {"number": "2"}, **key).status_code == 409


def test_a_change_needs_what_was_seen_and_keeps_what_stood(cast, program, adult_case):
    worker = program(cast.worker)
    made = kept(worker, adult_case)
    path, seen = path_of(made), {"If-Match": made["ETag"]}
    assert worker.patch(path, {"number": "C2"}).status_code == 428
    for who, code in (("stranger", 404), ("director", 403)):
        assert program(getattr(cast, who)).patch(path, {"number": "C2"}, **seen).status_code == code
    theirs = program(cast.supervisor).patch(path, {"number": "C2"}, **seen)
    assert (theirs.status_code, theirs.json()["kind"], theirs.json()["number"]) == (200, "passport", "C2")
    assert worker.patch(path, {"number": "C3"}, **seen).status_code == 412
    assert [row.said["number"] for row in Revision.objects.all()] == ["C01234567"]
    same = worker.patch(path, {"number": "C2"}, **{"If-Match": theirs["ETag"]})
    assert (same.status_code, same["ETag"], Revision.objects.count()) == (200, theirs["ETag"], 1)


@pytest.mark.parametrize("slug", LEAST)
def test_a_part_leaves_the_rest(cast, program, adult_case, slug):
    worker = program(cast.worker)
    made = kept(worker, adult_case, slug)
    again = worker.patch(path_of(made), {}, **{"If-Match": made["ETag"]})
    assert (again.status_code, again.json(), Revision.objects.count()) == (200, made.json(), 0), again.content


def test_struck_out_it_stays_and_changes_no_more(cast, program, adult_case):
    worker = program(cast.worker)
    path = path_of(kept(worker, adult_case))
    for who, code in (("stranger", 404), ("director", 403)):
        assert program(getattr(cast, who)).post(f"{path}strike/", {"reason": "x"}).status_code == code
    assert worker.post(f"{path}strike/", {"reason": " "}).status_code == 422
    done = worker.post(f"{path}strike/", {"reason": "of another person"})
    assert (done.status_code, done.json()["struck_why"]) == (200, "of another person"), done.content
    assert worker.get(of(adult_case)).json()["results"] == [done.json()]
    late = worker.patch(path, {"number": "C2"}, **{"If-Match": done["ETag"]})
    again = worker.post(f"{path}strike/", {"reason": "x"})
    assert [each.status_code for each in (late, again)] == [422, 422]


def test_a_record_is_found_as_what_it_is(cast, program, adult_case):
    worker = program(cast.worker)
    number = kept(worker, adult_case).json()["id"]
    paths = [f"records/{slug}/{pk}/" for slug, pk in (("belonging", number), ("paper", uuid.uuid4()))]
    assert [worker.get(each).status_code for each in paths] == [404, 404]


def test_what_cannot_be_is_refused_at_its_place(cast, program, adult_case):
    worker = program(cast.worker)
    late = worker.post(of(adult_case, "disclosure"), LEAST["disclosure"] | {"given_on": TODAY})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/given")
    kept(worker, adult_case, "exploitation")
    second = worker.post(of(adult_case, "exploitation"), LEAST["exploitation"])
    assert (second.status_code, "already" in second.json()["detail"]) == (422, True)
    unknown = worker.post(of(adult_case), LEAST["paper"] | {"not_victim": True})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/not_victim")


def test_a_dependent_child_is_first_thought_of_as_a_victim(cast, program, adult_case):
    worker = program(cast.worker)
    asked = worker.post(of(adult_case, "people"), CHILD)
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/not_victim")
    assert ConnectedPerson.objects.count() == 0
    made = worker.post(of(adult_case, "people"), CHILD | {"not_victim": True})
    assert made.status_code == 201, made.content
    renamed = worker.patch(path_of(made), {"name": "Ayten"}, **{"If-Match": made["ETag"]})
    assert renamed.status_code == 200, renamed.content
    older = worker.patch(path_of(made), {"birth_year": baku_today().year}, **{"If-Match": renamed["ETag"]})
    assert older.status_code == 422


def test_lists_ask_as_much_for_three_as_for_one(cast, program, adult_case):
    worker, counts = program(cast.worker), []
    for number in range(3):
        for slug in ("paper", "people", "disclosure", "work"):
            kept(worker, adult_case, slug)
            if number != 1:
                counts.append(counted(worker, of(adult_case, slug)))
    assert [rows for rows, _n in counts] == [1] * 4 + [3] * 4
    assert [n for _rows, n in counts[:4]] == [n for _rows, n in counts[4:]]
