"""The API: who may ask what, and how it is asked and answered."""

import uuid

import pytest

from aidcenter import audit
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import notes
from cases.models import Case, StatusDecision
from referrals.models import Notification
from tests.counted import counted

pytestmark = pytest.mark.django_db
LEAST = {"district": "nasimi", "birth_year": 1990, "given_name": "Leyla"}


def test_the_quartet(cast, program, adult_case):
    assert program(cast.worker).get(f"cases/{adult_case.pk}/").status_code == 200
    assert program(cast.stranger).get(f"cases/{adult_case.pk}/").status_code == 404
    assert program(cast.stranger).get(f"cases/{uuid.uuid4()}/").status_code == 404
    assert program(cast.statistician).get(f"cases/{adult_case.pk}/").status_code == 403
    shown = program(cast.worker).get(f"cases/{adult_case.pk}/").json()
    assert (shown["number"], shown["victim"]["given_name"]) == (adult_case.number, "Leyla")


def test_a_child_is_registered_and_the_bodies_are_owed(cast, program):
    made = program(cast.worker).post("cases/", {"district": "nasimi", "estimated_age": 14})
    assert made.status_code == 201, made.content
    assert made.json()["child_status"] == "presumed_child"
    assert Notification.objects.filter(case=made.json()["id"]).count() == 2
    assert made["Location"] == f"/api/v1/cases/{made.json()['id']}/"


def test_a_page_of_cases(cast, program, open_case):
    for _ in range(3):
        open_case()
    asked = program(cast.worker)
    first = asked.get("cases/?limit=2").json()
    assert len(first["results"]) == 2
    second = asked.client.get(first["next"], headers={"Authorization": f"Bearer {asked.key}"}).json()
    numbers = [row["number"] for row in [*first["results"], *second["results"]]]
    assert numbers == sorted(Case.objects.values_list("number", flat=True), reverse=True)
    assert program(cast.stranger).get("cases/").json()["results"] == []


@pytest.mark.parametrize(
    "path", ["cases/", "victims/", "cases/{case}/notes/", "cases/{case}/identifications/"]
)
def test_as_many_queries_for_one_row_as_for_three(cast, program, open_case, path):
    case, asked = open_case(), program(cast.worker)
    said = {"decided_by": "court", "document_number": "7"}
    notes.add(case, notes.Written("note", "x"), by=cast.worker)
    one = counted(asked, path.format(case=case.pk))
    for status in ("confirmed", "not_victim"):
        open_case()
        notes.add(case, notes.Written("note", "x"), by=cast.worker)
        with acting_as(cast.worker.pk):
            StatusDecision.objects.create(
                case=case, victim=case.victim, entered_by=cast.worker, status=status, **said
            )
    assert (one[0], counted(asked, path.format(case=case.pk))) == (1, (3, one[1]))


def test_who_reads_a_person_is_among_those_who_opened_the_case(cast, program, adult_case):
    asked = program(cast.supervisor)
    assert asked.get(f"victims/{adult_case.victim_id}/").json()["given_name"] == "Leyla"
    asked.get("victims/")
    with acting_as(cast.supervisor.pk):
        assert AuditEvent.objects.get(action="case.list").ids == [adult_case.pk]
    assert [look.person for look in audit.looks_at(adult_case.pk)] == ["Supervisor"]
