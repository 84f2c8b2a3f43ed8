"""Delivery: the inbox and the bell, two relays at once, failures, and the relay as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, connections
from django.db.models.functions import Now

from aidcenter import lease
from aidcenter.management.seed import as_administrator
from cases.actions import correct_age
from cases.childhood import Age
from referrals import alerts, outside
from referrals.models import Attempt, Commission, Delivery, InboxItem, Message, Notification
from tests import database
from tests.conftest import as_login
from tests.database import url_of

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def relay():
    """Everything inside runs as the relay's login."""
    with as_login("DATABASE_RELAY_URL"):
        yield


def deliver():
    with relay():
        return alerts.deliver_due()


def states():
    return sorted(Delivery.objects.values_list("channel", "state"))


def test_the_inbox_and_the_bell(child_case):
    assert deliver() == 4
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent"}
    assert InboxItem.objects.count() == len(mail.outbox) == 2
    for reference in Notification.objects.values_list("reference", flat=True):
        assert [reference in letter.body for letter in mail.outbox].count(True) == 1


def test_the_bell_carries_no_personal_data(child_case):
    deliver()
    letter = mail.outbox[0].message()
    del letter["Date"]  # which may well say 14
    sent = letter.as_string() + mail.outbox[0].body + mail.outbox[0].subject
    assert [
        word for word in ("Nuray", "liyeva", "14 ", child_case.number, str(child_case.pk)) if word in sent
    ] == []
    assert len({letter.subject for letter in mail.outbox}) == 1


def test_web_may_not_deliver(child_case):
    with pytest.raises(Exception, match="permission denied"):
        alerts.deliver_due()


def test_two_relays_at_once_have_one_effect(open_case):
    for _ in range(5):
        open_case({"estimated_age": 12})

    def run(_):
        try:
            return alerts.deliver_due()
        finally:
            connections.close_all()

    with relay(), ThreadPoolExecutor(3) as relays:
        assert sum(relays.map(run, range(3))) == 20
    assert (InboxItem.objects.count(), len(mail.outbox)) == (10, 10)


def test_a_late_write_back_is_refused_by_the_fence(child_case):
    with relay():
        alerts.freeze_owed()
        slow = outside.claim_next()
        Delivery.objects.filter(pk=slow.id).update(lease_until=Now() - lease.LEASE)
        alerts.deliver_due()
        assert outside.deliver(slow) is False
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert (
        Attempt.objects.filter(fence=slow.fence, delivery=slow.id).get().detail
        == "too late: another took over"
    )


def test_a_mail_server_that_is_down_delays_only_the_bell(child_case, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9  # nothing listens there
    deliver()
    assert states() == [("email", "due")] * 2 + [("portal", "done")] * 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with relay():
        Delivery.objects.update(due_at=Now())
    deliver()
    assert (states()[0], len(mail.outbox)) == (("email", "done"), 2)


def test_a_district_without_a_body_owes_until_there_is_one(cast, open_case):
    open_case({"estimated_age": 15}, district="lerik")
    assert (deliver(), Notification.objects.filter(state="owed").count()) == (0, 2)
    with as_administrator():
        Commission.objects.create(
            district="lerik", body="guardianship", name_az="a", name_ru="b", name_en="c"
        )
    assert deliver() == 1
    assert Notification.objects.get(state="sent").body == "guardianship"


def test_a_correction_upwards_keeps_the_record_and_sends_a_numbered_message(cast, child_case):
    deliver()
    born = child_case.opened_on.replace(year=child_case.opened_on.year - 19, day=1)
    correct_age(child_case, age=Age(birth_date=born), basis="document", reason="a passport", by=cast.worker)
    deliver()
    assert (
        sorted(Message.objects.values_list("number", "kind")) == [(1, "first")] * 2 + [(2, "correction")] * 2
    )
    assert InboxItem.objects.count() == 4
    letter = Message.objects.filter(number=2).first()
    assert (letter.extract["child_status"], letter.extract["age"]) == ("adult", 19)


def test_a_frozen_message_does_not_change(child_case):
    deliver()
    with relay(), pytest.raises(Exception, match="does not change"), connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_message SET extract = NULL, frozen_at = NULL")


def test_the_relay_is_a_process_that_delivers_and_stops(child_case, open_case):
    environment = {
        **os.environ,
        "DATABASE_URL": url_of("RELAY"),
        "DJANGO_SETTINGS_MODULE": "aidcenter.settings",
    }
    process = subprocess.Popen([sys.executable, "manage.py", "relay"], cwd=settings.BASE_DIR, env=environment)
    try:
        end = time.monotonic() + 15
        while Notification.objects.filter(state="owed").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        open_case({"estimated_age": 13})
        woken = time.monotonic()
        while InboxItem.objects.count() < 4:
            assert time.monotonic() - woken < 5
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_worker_delivers_with_its_own_login(child_case):
    with as_login("DATABASE_WORKER_URL"):
        assert alerts.deliver_due() == 4
    assert InboxItem.objects.count() == len(mail.outbox) == 2


def test_a_relay_that_hangs_in_a_transaction_gives_its_rows_back(child_case):
    with relay():
        alerts.freeze_owed()
    with database.as_login("RELAY") as hung:
        hung.execute("SHOW idle_in_transaction_session_timeout")
        assert hung.fetchone() == ("20s",)  # of the login, so that no program has to remember it
        hung.execute("SET idle_in_transaction_session_timeout = '500ms'")
        hung.execute("BEGIN")
        hung.execute("SELECT id FROM referrals_delivery WHERE channel = 'portal' FOR UPDATE")
        with relay():
            assert alerts.deliver_to_portals() == 0
            time.sleep(1)
            assert alerts.deliver_to_portals() == 2
        with pytest.raises(psycopg2.Error):
            hung.execute("SELECT 1")
