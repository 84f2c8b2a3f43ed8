"""Mails and webhooks: signed both ways, done only on a receipt, tried for ever, and one failure is not all's."""

import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import ThreadingHTTPServer
from io import StringIO
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.core.mail import BadHeaderError
from django.core.management import call_command
from django.db import Error
from django.db.models.functions import Now

from aidcenter import lease, posting
from aidcenter.context import acting_as
from referrals import alerts, bell, outside, signatures
from referrals.models import Attempt, Circuit, Commission, Delivery, InboxItem, Message, Notification, Webhook
from tests.conftest import as_login
from tests.database import as_owner
from tests.faults import receiver as receivers

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY_LISTENS = 9  # a port


@contextmanager
def relay():
    with as_login("DATABASE_RELAY_URL"):
        yield


def deliver():
    with relay():
        return alerts.deliver_due()


def due_now():
    with relay():
        Delivery.objects.filter(state="due").update(due_at=Now())
        Circuit.objects.update(rests_until=None)


def of(channel):
    return Delivery.objects.get(channel=channel, message__notification__body="guardianship")


@pytest.fixture
def receiver(tmp_path):
    """A state body's system that listens, with `home` to change how it behaves."""
    home = receivers.Home(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), receivers.handler(home))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    home.port, home.server = server.server_address[1], server
    yield home
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def hooked(cast, receiver):
    """The guardianship body of Nasimi has such a system, and no mail."""
    body = Commission.objects.get(district="nasimi", body="guardianship")
    with acting_as(cast.administrator.pk):
        Commission.objects.filter(pk=body.pk).update(channels=["portal", "webhook"])
        hook = Webhook(
            commission=body,
            url=f"http://127.0.0.1:{receiver.port}/in?from=centre",
            their_key=signatures.public_half(receiver.key),
        )
        hook.save()
    return hook


def test_a_webhook_names_nobody_and_is_done_when_a_signed_receipt_came(hooked, receiver, child_case):
    receiver.server.RequestHandlerClass = receivers.handler(receiver, hooked.our_public_key)
    deliver()
    row = of("webhook")
    assert (row.state, receiver.effects()) == ("done", {str(row.pk): 1})
    assert Attempt.objects.get(delivery=row).message_id == str(row.pk)
    with receiver.rows() as rows:
        (said,) = rows.execute("SELECT body FROM effect").fetchone()
    assert json.loads(said)["data"].keys() == {"reference", "message", "kind", "address"}
    assert [word for word in ("Nuray", "liyeva", child_case.number, str(child_case.pk)) if word in said] == []


NO_RECEIPT = ("html", "redirect", "hangup", "unsigned", "forged", "tampered", "replay", "old", "future",
              "error", "busy", "throttled")  # fmt: skip


def test_what_is_no_receipt_is_tried_again_and_has_one_effect(hooked, receiver, child_case):
    for mode in NO_RECEIPT:
        receiver.behave(mode)
        due_now()
        deliver()
        assert (mode, of("webhook").state, of("portal").state) == (mode, "due", "done")
    receiver.behave("ok")
    due_now()
    deliver()
    assert (of("webhook").state, list(receiver.effects())) == ("done", [str(of("webhook").pk)])
    tries = Attempt.objects.filter(delivery=of("webhook"))
    assert (tries.filter(result="due").count(), tries.filter(result="done").count()) == (len(NO_RECEIPT), 1)


def test_an_answer_that_drips_is_cut_off(hooked, receiver, child_case, monkeypatch):
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 1.5)
    receiver.behave("drip")
    began = time.monotonic()
    deliver()
    assert (of("webhook").state, time.monotonic() - began < 10) == ("due", True)


def test_a_refusal_for_good_waits_for_a_person_and_is_put_back(hooked, receiver, child_case):
    receiver.behave("gone")
    deliver()
    row = of("webhook")
    assert (row.state, Attempt.objects.get(delivery=row).detail) == ("needs_human", "HTTP 410")
    with relay():
        said = status()
        assert said["needs_human"] == [
            {"id": str(row.pk), "reference": row.message.notification.reference, "way": "webhook"}
        ]
        receiver.behave("ok")
        call_command("alerts", "requeue", str(row.pk), stdout=StringIO())
    deliver()
    assert of("webhook").state == "done"


def status():
    out = StringIO()
    call_command("alerts", "status", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_destination_that_fails_rests_and_one_tries_first(hooked, receiver, open_case):
    for _ in range(5):
        open_case({"estimated_age": 12})
    receiver.behave("error")
    deliver()
    assert Attempt.objects.filter(delivery__channel="webhook").count() == lease.FAILURES
    assert InboxItem.objects.count() == 10
    with relay():
        assert status()["resting"] == [f"webhook:{hooked.pk}"]
        Circuit.objects.update(rests_until=Now() - timedelta(seconds=1))
        Delivery.objects.filter(state="due").update(due_at=Now())
        probe = outside.claim_next()
        assert (probe is not None, outside.claim_next()) == (True, None)
        receiver.behave("ok")
        assert outside.deliver(probe)
        assert outside.deliver_outside() == 4
    assert len(receiver.effects()) == 5


def test_a_mail_server_that_is_down_is_not_asked_for_each_mail(open_case, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = NOBODY_LISTENS
    for _ in range(4):
        open_case({"estimated_age": 12})
    deliver()
    assert Attempt.objects.filter(delivery__channel="email").count() == lease.FAILURES
    assert Delivery.objects.filter(channel="portal", state="done").count() == 8


@pytest.mark.parametrize(
    ("problem", "for_good"),
    [
        (SMTPRecipientsRefused({"a@b": (550, b"no such")}), True),
        (SMTPRecipientsRefused({"a@b": (451, b"later")}), False),
        (SMTPDataError(554, b"no"), True),
        (SMTPDataError(451, b"later"), False),
        (BadHeaderError(), True),
        (ConnectionRefusedError(), False),
        (TimeoutError(), False),
    ],
)
def test_which_mails_are_refused_for_good(problem, for_good):
    assert bell.refuses_for_good(problem) == for_good


def test_an_address_of_two_lines_waits_for_a_person(cast, child_case):
    with acting_as(cast.administrator.pk):
        Commission.objects.filter(body="guardianship").update(email="a@b.example\nBcc: c@d.example")
    deliver()
    assert (of("email").state, of("portal").state) == ("needs_human", "done")


def test_a_message_that_cannot_be_frozen_holds_up_no_other(open_case):
    poison, good = open_case({"estimated_age": 12}), open_case({"estimated_age": 13})
    with as_owner() as owner:
        owner.execute(
            "UPDATE cases_datakey SET wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)"
            " WHERE victim_id = %s",
            [str(poison.victim_id)],
        )
    deliver()
    assert set(InboxItem.objects.values_list("message__notification__case", flat=True)) == {good.pk}
    assert Message.objects.filter(needs_human=True).count() == 2
    with relay():
        assert {row["way"] for row in status()["needs_human"]} == {"message"}
    with as_owner() as owner:
        owner.execute(
            "UPDATE cases_datakey SET wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)"
            " WHERE victim_id = %s",
            [str(poison.victim_id)],
        )
    with relay():
        call_command("alerts", "requeue", stdout=StringIO())
    deliver()
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent"}


def test_only_an_administrator_says_where_a_system_is(cast, hooked):
    assert hooked.our_key not in hooked.sealed_key
    with acting_as(cast.supervisor.pk), pytest.raises(Error, match="administrator"):
        Webhook.objects.filter(pk=hooked.pk).update(url="http://elsewhere.example/")
    with acting_as(cast.administrator.pk):
        assert Webhook.objects.filter(pk=hooked.pk).update(url="http://elsewhere.example/") == 1


def test_no_receipt_is_accepted_under_a_wrong_version_or_time():
    key = signatures.new_key()
    public, body = signatures.public_half(key), b"{}"
    good = signatures.signed(key, "e", 1_000, body)
    signatures.check(public, "e", 1_000 + signatures.TOLERANCE, good, body)
    for bad in (
        {"webhook-timestamp": "1e3"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "9" * 30},
        {"webhook-signature": good["webhook-signature"].replace("v1a", "v1")},
        {"webhook-signature": "v1a,???"},
        {"webhook-id": "f"},
    ):
        with pytest.raises(signatures.NotSigned):
            signatures.check(public, "e", 1_000, good | bad, body)
    with pytest.raises(signatures.NotSigned):
        signatures.check(public, "e", 1_001 + signatures.TOLERANCE, good, body)
