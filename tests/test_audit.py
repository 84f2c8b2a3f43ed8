"""The record of who looked: complete, without contents, and in the same transaction as the act."""

import json

import pytest
from django.db import Error, connection, transaction

from aidcenter.audit import record
from aidcenter.auditpage import PAGE_SIZE
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.models import Case
from tests.database import as_owner

pytestmark = pytest.mark.django_db


def latest():
    return AuditEvent.objects.order_by("-pk").first()


def test_a_read_names_the_case(cast, adult_case, sign_in):
    sign_in(cast.worker).get(f"/cases/{adult_case.pk}/")
    assert (latest().action, latest().actor_id, latest().case_id) == (
        "case.view",
        cast.worker.pk,
        adult_case.pk,
    )


def test_a_list_names_exactly_what_was_shown(cast, open_case, sign_in):
    shown = {open_case().pk for _ in range(3)}
    sign_in(cast.worker).get("/cases/")
    assert (latest().action, set(latest().ids)) == ("case.list", shown)


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("administrator", 403)])
def test_a_refusal_is_on_record(cast, adult_case, sign_in, who, status):
    person = getattr(cast, who)
    sign_in(person).get(f"/cases/{adult_case.pk}/")
    with acting_as(cast.auditor.pk):
        last = latest()
    assert (last.action, last.actor_id, last.ids) == ("refused", person.pk, [adult_case.pk])
    assert last.facts["status"] == status


def test_writes_are_on_record_without_contents(cast, adult_case, sign_in):
    sign_in(cast.worker).post(
        f"/cases/{adult_case.pk}/details/", {"given_name": "Günel", "risk_level": "low"}
    )
    assert latest().action == "case.change"
    kept = json.dumps(list(AuditEvent.objects.values("action", "facts")), ensure_ascii=False)
    assert [word for word in ("Leyla", "Quliyeva", "Günel") if word in kept] == []


@pytest.mark.parametrize(
    "sql", ["UPDATE aidcenter_auditevent SET action = 'x'", "DELETE FROM aidcenter_auditevent"]
)
def test_web_cannot_change_the_record(adult_case, sql):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_the_owner_cannot_change_the_record_either(adult_case):
    with as_owner() as cursor, pytest.raises(Exception, match="only added"):
        cursor.execute("DELETE FROM aidcenter_auditevent")


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_recorded_does_not_happen(cast, adult_case, sign_in):
    client, said = sign_in(cast.worker), {"to": "assessment"}
    client.raise_request_exception = False
    with as_owner() as cursor:
        cursor.execute("REVOKE INSERT ON aidcenter_auditevent FROM aidcenter_web")
        try:
            refused = client.post(f"/cases/{adult_case.pk}/move/", said).status_code
        finally:
            cursor.execute("GRANT INSERT ON aidcenter_auditevent TO aidcenter_web")
    assert (refused, Case.objects.get().state) == (500, "intake")
    assert client.post(f"/cases/{adult_case.pk}/move/", said).status_code == 302
    assert Case.objects.get().state == "assessment"


def test_the_auditor_reads_who_looked_and_no_contents(cast, adult_case, sign_in):
    sign_in(cast.worker).get(f"/cases/{adult_case.pk}/")
    client = sign_in(cast.auditor)
    page = client.get(
        f"/audit/?person={cast.worker.pk}&action=case.view&case={adult_case.pk}"
    ).content.decode()
    assert "opened a case" in page
    assert str(adult_case.pk) in page
    assert [word for word in ("Leyla", "Quliyeva", adult_case.number) if word in page] == []


@pytest.mark.parametrize(
    "query", ["person=x", "case=1", "day=2023-02-29", "before=-1", "before=1e400", "action=%00"]
)
def test_a_senseless_question_shows_the_page(cast, adult_case, sign_in, query):
    assert sign_in(cast.auditor).get(f"/audit/?{query}").status_code == 200


def test_the_record_has_pages(cast, sign_in):
    for _ in range(PAGE_SIZE + 5):
        record("home", by=cast.worker)
    client = sign_in(cast.auditor)
    first = client.get("/audit/?action=home")
    second = client.get(f"/audit/?{first.context['older']}")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (PAGE_SIZE, 5)


def test_coming_going_and_failing_are_on_record(cast, client):
    cast.worker.set_password("a long enough password")
    cast.worker.save()
    for password in ("wrong", "a long enough password"):
        client.post("/accounts/login/", {"login": "worker", "password": password})
    client.post("/accounts/logout/")
    acts = list(
        AuditEvent.objects.filter(actor_id=cast.worker.pk).order_by("pk").values_list("action", flat=True)
    )
    assert acts == ["sign_in.failed", "sign_in", "sign_out"]


def test_every_act_has_a_name():
    with pytest.raises(ValueError, match="has no name"):
        record("case.invented", by=None)


def test_a_case_is_found_by_its_number_and_by_the_auditor_alone(cast, adult_case, sign_in):
    sign_in(cast.worker).get(f"/cases/{adult_case.pk}/")
    auditor = sign_in(cast.auditor)
    rows = auditor.get(f"/audit/?case={adult_case.number.lower()}").context["rows"]
    assert {row.case_id for row in rows} == {adult_case.pk}
    unknown = auditor.get("/audit/?case=AC-1999-0001")
    assert (unknown.context["rows"], "No case has this number" in unknown.content.decode()) == ([], True)
    for person, found in ((cast.auditor, adult_case.pk), (cast.director, None), (cast.worker, None)):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT case_of_number(%s)", [adult_case.number])
            assert cursor.fetchone() == (found,)
