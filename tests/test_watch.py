"""The watch: what is wrong is seen by who asks, who works here, and who does neither."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from aidcenter.context import acting_as
from aidcenter.models import Staff
from referrals import alerts, heart, watch
from referrals.models import Delivery, Health
from tests.conftest import as_login
from tests.database import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
SILENT_RELAY = "The relay, which delivers notifications, does not run."


def look(tell=False):
    with as_login("DATABASE_WORKER_URL"):
        watch.look()
        return watch.tell() if tell else None


def deliver():
    with as_login("DATABASE_RELAY_URL"):
        alerts.deliver_due()
        heart._last.clear()
        heart.beat("relay")


def wrong():
    return sorted(Health.objects.filter(ok=False).values_list("what", flat=True))


def age(seconds):
    """Everything that the watch has found is so many seconds old."""
    with as_login("DATABASE_WORKER_URL"):
        ago = Now() - timedelta(seconds=seconds)
        Health.objects.update(since=ago, checked_at=ago)


def test_all_is_well(child_case):
    deliver()
    look()
    answer = Client().get("/health/")
    assert (answer.status_code, answer.json()["ok"], wrong()) == (200, True, [])
    assert answer.json()["checks"].keys() == watch.LIMITS.keys()


def test_a_relay_that_stands_still_and_what_it_does_not_bring(cast, child_case):
    with as_owner() as owner:
        owner.execute("UPDATE referrals_message SET created_at = now() - interval '2 minutes'")
    look()
    assert wrong() == ["relay", "undelivered"]
    assert Client().get("/health/").status_code == 503


def test_what_needs_a_person_and_what_does_not_go_out(child_case):
    deliver()
    with as_login("DATABASE_RELAY_URL"):
        Delivery.objects.filter(channel="email").update(state="needs_human")
    look()
    assert wrong() == ["needs_human"]


def test_a_child_without_its_notifications(child_case):
    deliver()
    with as_login("DATABASE_OWNER_URL"), connection.cursor() as owner:
        owner.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
        owner.execute("UPDATE cases_case SET district = 'ganja'")
        owner.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
    look()
    assert wrong() == ["children"]


def test_a_body_that_is_silent_for_two_days(child_case):
    deliver()
    with as_owner() as owner:
        owner.execute("ALTER TABLE referrals_notification DISABLE TRIGGER USER")
        owner.execute("UPDATE referrals_notification SET triggered_at = now() - interval '49 hours'")
        owner.execute("ALTER TABLE referrals_notification ENABLE TRIGGER USER")
    look()
    assert wrong() == ["unacknowledged"]


def test_who_sees_the_banner(cast, sign_in):
    look()
    told = {
        name: SILENT_RELAY in sign_in(getattr(cast, name)).get("/").content.decode()
        for name in ("supervisor", "director", "administrator", "worker", "auditor", "nasimi_guardianship")
    }
    assert [name for name, seen in told.items() if seen] == ["supervisor", "director", "administrator"]
    deliver()
    look()
    assert SILENT_RELAY not in sign_in(cast.director).get("/").content.decode()


def test_a_watch_that_has_stopped_is_noticed(cast, sign_in):
    deliver()
    look()
    age(70)
    assert "The watch over notifications does not run." in sign_in(cast.director).get("/").content.decode()
    answer = Client().get("/health/")
    assert (answer.status_code, answer.json()["watch"]) == (503, False)


def test_a_watch_that_never_ran_is_not_well():
    assert Client().get("/health/").status_code == 503


def test_nobody_learns_a_number_or_a_case_from_it(child_case):
    look()
    said = Client().get("/health/").json()
    assert {type(value) for value in said["checks"].values()} == {bool}


def test_the_second_channel_is_used_once_and_again_after_an_hour(cast):
    with acting_as(cast.administrator.pk):
        Staff.objects.filter(pk=cast.director.pk).update(email="director@centre.example")
    look(tell=True)
    assert mail.outbox == []  # it has only just begun
    age(40)
    look(tell=True)
    look(tell=True)
    (letter,) = mail.outbox
    assert letter.bcc == ["director@centre.example"]
    with as_login("DATABASE_WORKER_URL"):
        Health.objects.update(told_at=Now() - timedelta(minutes=61))
    look(tell=True)
    assert len(mail.outbox) == 2


def test_what_is_well_again_and_breaks_again_is_told_again(cast, settings):
    settings.WATCH_MAIL = ["operator@centre.example"]
    look()
    age(40)
    look(tell=True)
    deliver()
    look(tell=True)
    with as_login("DATABASE_RELAY_URL"):
        heart.Heartbeat.objects.update(at=Now() - timedelta(minutes=5))
    look()
    age(40)
    look(tell=True)
    assert len(mail.outbox) == 2


def test_a_pager_is_called_by_its_address(settings):
    said = []

    class Pager(BaseHTTPRequestHandler):
        def do_POST(self):
            said.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Pager)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    settings.WATCH_URL = f"http://127.0.0.1:{server.server_address[1]}/"
    assert watch.tell_of(["database"], [])
    thread.join(5)
    server.server_close()
    assert said == [{"text": "database", "checks": ["database"]}]
    assert not watch.tell_of(["database"], [])  # nobody listens any more


def test_one_round_of_the_command(child_case):
    deliver()
    with as_login("DATABASE_WORKER_URL"):
        call_command("watch", "--once", stdout=StringIO())
    assert wrong() == []


def test_web_does_not_ask_for_the_numbers(cast):
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM health_facts()")
