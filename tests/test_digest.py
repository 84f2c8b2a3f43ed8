"""Who opened my cases: the page, the line of the home page, the daily mail; nothing personal leaves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent, Staff
from cases import digest
from cases.tasks import send_digests
from tests.conftest import as_login as running_as
from tests.database import as_login

pytestmark = pytest.mark.django_db
LINE = b"Who opened your cases"


def look(case, *people):
    for person in people:
        with acting_as(person.pk):
            digest.audit.record("case.view", by=person, case=case.pk)


def test_the_page_names_who_opened_which(cast, open_case, sign_in):
    case, other = open_case(), open_case()
    look(case, cast.supervisor, cast.worker)
    with acting_as(cast.worker.pk):
        Staff.objects.filter(pk=cast.worker.pk).update(display_name="Myself")
    page = sign_in(cast.worker).get("/cases/opened/").content.decode()
    assert page.count(cast.supervisor.display_name) == 1
    assert (case.number in page, other.number in page) == (True, False)
    assert cast.supervisor.display_name not in sign_in(cast.stranger).get("/cases/opened/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("supervisor", 200), ("specialist", 403), ("administrator", 403), ("auditor", 403)]
)
def test_who_has_cases_has_the_page(cast, sign_in, who, status):
    assert sign_in(getattr(cast, who)).get("/cases/opened/").status_code == status


@pytest.fixture
def yesterday(cast, open_case, transactional_db):
    """The supervisor opened a case of the worker yesterday."""
    look(open_case({"given_name": "Nuray", "birth_year": 1990}), cast.supervisor)
    Staff.objects.filter(pk__in=[cast.worker.pk, cast.stranger.pk]).update(email="someone@centre.example")
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE aidcenter_auditevent SET at = at - interval '1 day'")


def test_home_names_who_looked_yesterday(cast, yesterday, sign_in):
    assert LINE in sign_in(cast.worker).get("/").content
    assert LINE not in sign_in(cast.supervisor).get("/").content


def test_the_mail_goes_once_a_day_and_says_nothing(cast, yesterday):
    with running_as("DATABASE_WORKER_URL"):
        send_digests()
        send_digests()
    assert [letter.to for letter in mail.outbox] == [["someone@centre.example"]]
    said = mail.outbox[0].subject + mail.outbox[0].body
    assert not any(word in said for word in ("AC-", "Nuray", cast.supervisor.display_name))
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="digest.mail", actor_id=cast.worker.pk).count() == 1


def test_only_the_worker_process_asks_who_is_to_be_told(cast, yesterday):
    with connection.cursor() as cursor:
        cursor.execute("SELECT owners_looked_at(now() - interval '9 days', now())")
        assert cursor.fetchall() == []


def test_of_yesterday_and_no_longer(cast, yesterday):
    assert digest.looks(cast.worker, baku_today() - timedelta(days=1)).count() == 1
    assert not digest.looks(cast.worker, baku_today()).exists()
