"""Incidents: reported by whoever is there, told to supervisors and director, and ended once."""

import uuid
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import Error, connection, transaction
from django.utils import timezone

from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases import incidents, sharing
from cases.models import Case, Incident, IncidentStep
from cases.tasks import tell_incidents
from tests.conftest import as_login
from tests.houses import on_shift

pytestmark = pytest.mark.django_db


def said(**other):
    now = timezone.localtime()
    return {
        "kind": "threat",
        "severity": "high",
        "happened_at": f"{now:%Y-%m-%dT%H:%M}",
        "text": "a man asked for her at the gate",
        "done": "called 102",
    } | other


def reported(case, by, **other):
    with acting_as(by.pk):
        return incidents.report(
            case.pk, case.victim_id, said(**other) | {"happened_at": timezone.now()}, by=by
        )


def test_a_serious_one_is_told_and_read_by_who_reads_the_case(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/incidents/new/"
    assert sign_in(cast.worker).post(page, said()).status_code == 302
    made = Incident.objects.get()
    assert (made.number, made.text) == (adult_case.number, "a man asked for her at the gate")
    home = {
        who: sign_in(getattr(cast, who)).get("/").content.decode()
        for who in ("supervisor", "director", "stranger")
    }
    assert {who: "contact by a trafficker" in shown for who, shown in home.items()} == {
        "supervisor": True, "director": True, "stranger": False,
    }  # fmt: skip
    shown = {}
    for who in ("worker", "supervisor", "director", "stranger", "auditor"):
        answer = sign_in(getattr(cast, who)).get(f"/cases/incidents/{made.pk}/")
        shown[who] = (answer.status_code, "at the gate" in answer.content.decode())
    assert shown == {
        "worker": (200, True), "supervisor": (200, True), "director": (200, False),
        "stranger": (404, False), "auditor": (403, False),
    }  # fmt: skip


def test_the_director_reads_no_word_of_it_in_sql(cast, adult_case):
    reported(adult_case, cast.worker)
    reported(adult_case, cast.worker, severity="low")
    with acting_as(cast.director.pk), connection.cursor() as cursor:
        cursor.execute("SELECT severity FROM serious_incidents()")
        assert cursor.fetchall() == [("high",)]
        cursor.execute("SELECT count(*) FROM cases_incident")  # a key opened for something else opens no word
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM cases_datakey")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_the_mail_says_where_and_nothing_else_and_comes_once(cast, adult_case):
    for person in (cast.supervisor, cast.other_supervisor, cast.director):
        person.email = f"{person.username}@centre.example"
        person.save(update_fields=["email"])
    made = reported(adult_case, cast.worker)
    with as_login("DATABASE_WORKER_URL"):
        tell_incidents()
        tell_incidents()
    assert sorted(message.to[0] for message in mail.outbox) == [
        "director@centre.example",
        "supervisor@centre.example",
    ]
    for message in mail.outbox:
        assert adult_case.number in message.body
        assert str(made.pk) in message.body
        assert "gate" not in message.body + message.subject


def test_nobody_but_the_worker_says_that_it_was_told(cast, adult_case):
    made = reported(adult_case, cast.worker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT incident_told(%s)", [made.pk])
        cursor.execute("SELECT count(*) FROM incidents_to_tell()")
        assert cursor.fetchone() == (0,)
    made.refresh_from_db()
    assert made.told_at is None
    with pytest.raises(Error), transaction.atomic():
        Incident.objects.update(told_at=timezone.now())


def test_a_missing_person_has_a_checklist_and_is_found_or_handed_over(cast, adult_case, sign_in):
    made = reported(adult_case, cast.worker, kind="missing")
    client, page = sign_in(cast.worker), f"/cases/incidents/{made.pk}/"
    assert "Told the police (102)" in client.get(page).content.decode()
    assert client.post(f"{page}step/", {"step": "told_police"}).status_code == 302
    assert (
        "done this step already"
        in client.post(f"{page}step/", {"step": "told_police"}, follow=True).content.decode()
    )
    assert client.post(f"{page}step/", {"step": "prayed"}).status_code == 404
    assert IncidentStep.objects.get().person == cast.worker
    refused = client.post(f"{page}end/", {"outcome": "resolved"}, follow=True).content.decode()
    assert "is found, or handed over" in refused
    assert client.post(f"{page}end/", {"outcome": "found"}).status_code == 302
    made.refresh_from_db()
    assert (made.outcome, made.ended_by) == ("found", cast.worker)
    assert (
        "checklist is over"
        in client.post(f"{page}step/", {"step": "asked_house"}, follow=True).content.decode()
    )
    assert "ended already" in client.post(f"{page}end/", {"outcome": "found"}, follow=True).content.decode()


@pytest.mark.parametrize(
    "change", ["text = NULL", "severity = 'low'", "outcome = 'found'", "ended_at = now()", "number = 'AC-1'"]
)
def test_it_stays_as_it_was_reported(cast, adult_case, change):
    reported(adult_case, cast.worker)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_incident SET {change}")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_incident")


def test_urgent_access_reports_and_does_not_end(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        sharing.open_urgently(adult_case.number, reason="call at night", by=cast.stranger)
    client = sign_in(cast.stranger)
    assert client.post(f"/cases/{adult_case.pk}/incidents/new/", said()).status_code == 302
    made = Incident.objects.get()
    assert client.post(f"/cases/incidents/{made.pk}/end/", {"outcome": "resolved"}).status_code == 404
    assert "End it" not in client.get(f"/cases/incidents/{made.pk}/").content.decode()


def test_the_house_reports_of_who_lives_there_without_the_case(cast, resident, open_case, sign_in):
    on_shift(cast, resident.house)
    client = sign_in(cast.house)
    assert "Lala" in client.get(f"/house/stays/{resident.pk}/incident/").content.decode()
    assert client.post(f"/house/stays/{resident.pk}/incident/", said()).status_code == 302
    assert client.get(f"/house/stays/{uuid.uuid4()}/incident/").status_code == 404
    with acting_as(cast.house.pk):
        assert not Case.objects.exists()
        assert not Incident.objects.exists()
    assert Incident.objects.get().author == cast.house
    elsewhere = open_case()
    with acting_as(cast.house.pk), pytest.raises(Error, match="row-level security"), transaction.atomic():
        Incident.objects.create(
            case_id=elsewhere.pk, victim_id=elsewhere.victim_id, author=cast.house,
            kind="other", happened_at=timezone.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"kind": ""}, {"kind": "rain"}, {"text": ""}, {"happened_at": "2999-01-01T00:00"}, {"happened_at": "soon"},
     {"happened_at": "1025-01-01T00:00"}, {"severity": "x"}],
)  # fmt: skip
def test_an_incident_that_cannot_be(cast, adult_case, sign_in, wrong):
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/incidents/new/", said(**wrong))
    assert (answer.status_code, Incident.objects.count()) == (200, 0)
    assert "error-summary" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_without_policies_the_application_keeps_them_apart(cast, adult_case):
    reported(adult_case, cast.worker)
    reported(adult_case, cast.worker, severity="low")
    with as_login("DATABASE_OWNER_URL"):
        found = {
            who: Incident.objects.visible_to(getattr(cast, who)).count()
            for who in ("worker", "supervisor", "director", "stranger", "other_supervisor", "house")
        }
        assert Incident.objects.count() == 2
    assert found == dict.fromkeys(found, 0) | {"worker": 2, "supervisor": 2}


def test_only_the_director_is_told_without_the_words(cast, adult_case):
    made = reported(adult_case, cast.worker)
    reported(adult_case, cast.worker, severity="low")
    told = {}
    for who in ("director", "worker", "stranger", "auditor", "administrator", "house"):
        with acting_as(getattr(cast, who).pk), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM serious_incidents()")
            told[who] = [row[0] for row in cursor.fetchall()]
    assert told == {who: [made.pk] if who == "director" else [] for who in told}
    with acting_as(cast.director.pk):
        assert [row.pk for row in incidents.open_serious(cast.director)] == [made.pk]


@pytest.mark.django_db(transaction=True)
def test_an_address_that_fails_holds_up_nobody(cast, adult_case, settings):
    for person, email in ((cast.supervisor, "gone@x.example"), (cast.director, "director@x.example")):
        Staff.objects.filter(pk=person.pk).update(email=email)
    first = reported(adult_case, cast.worker)
    second = reported(adult_case, cast.worker, kind="missing")
    settings.EMAIL_BACKEND = "tests.test_incidents.Picky"
    mail.outbox.clear()
    with as_login("DATABASE_WORKER_URL"):
        incidents.tell()
        assert incidents.tell() == 0
    assert {str(row.pk) in letter.body for letter in mail.outbox for row in (first, second)} == {True, False}
    assert [letter.to for letter in mail.outbox] == [["director@x.example"]] * 2


class Picky:
    """A mail server that does not know one address."""

    def __init__(self, **_):
        self.outbox = mail.outbox

    def send_messages(self, messages):
        """Take what is not for gone@x.example."""
        for letter in messages:
            if letter.to == ["gone@x.example"]:
                raise SMTPRecipientsRefused({letter.to[0]: (550, b"unknown")})
            self.outbox.append(letter)
        return len(messages)
