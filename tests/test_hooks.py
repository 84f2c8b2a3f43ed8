"""Events for the programs of people: signed, ids only, tried again, and never of what one may not read."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as project
from django.db import Error, connection
from django.test.utils import CaptureQueriesContext

from aidcenter import lease, posting
from aidcenter.context import acting_as
from cases import hook_sender, hooks
from cases.models import CaseUserGrant, Hook, HookEvent
from referrals.models import Recusal
from rehabilitation import plan_decisions
from tests import database
from tests.bodies import received
from tests.cast import just_shown
from tests.conftest import as_login
from tests.database import as_owner
from tests.hooks import events_of, heard, is_signed, listening, send, send_now, told
from tests.plans import submitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
PAGE = "/me/hooks/"


@pytest.fixture
def listener(settings):
    """A program on this machine, which the centre allows."""
    settings.HOOK_NETWORKS = ["127.0.0.0/8"]
    with listening() as program:
        yield program


def move(case, by, state="assessment"):
    with acting_as(by.pk):
        type(case).objects.filter(pk=case.pk).update(state=state)


def test_signed_ids_and_nothing_else(cast, listener, child_case):
    hook = told(cast.worker, listener)
    move(child_case, cast.worker)
    notification = received(child_case, cast)
    assert send() == 2
    for headers, body in listener.took:
        assert is_signed(hook.secret, headers, body)
        assert [word for word in ("Nuray", "liyeva", child_case.number, notification.reference, "assessment",
                                  "guardianship") if word in body.decode()] == []  # fmt: skip
    said = {json.loads(body)["type"]: json.loads(body) for _headers, body in listener.took}
    assert said["case.moved"]["data"] == {"id": str(child_case.pk), "case": str(child_case.pk)}
    assert said["notification.acknowledged"]["data"] == {
        "id": str(notification.pk), "case": str(child_case.pk),
    }  # fmt: skip
    assert {name for each in said.values() for name in each} == {"type", "timestamp", "data"}
    assert {headers["webhook-id"] for headers, _ in listener.took} == {
        str(event.pk) for event in events_of(cast.worker)
    }


def test_a_plan_that_was_decided(cast, listener, adult_case):
    told(cast.worker, listener, ["plan.decided"])
    plan = submitted(adult_case, cast)
    assert events_of(cast.worker) == []
    plan_decisions.give_back(plan, why="too little", comments={}, by=cast.supervisor)
    send()
    assert [json.loads(body)["data"]["id"] for _headers, body in listener.took] == [str(plan.pk)]


def test_who_does_not_read_the_case_hears_nothing(cast, listener, child_case):
    for person in (cast.stranger, cast.other_supervisor, cast.specialist, cast.ganja_guardianship):
        told(person, listener)
    move(child_case, cast.worker)
    received(child_case, cast)
    assert (HookEvent.objects.count(), send(), listener.took) == (0, 0, [])
    with as_owner() as owner:
        owner.execute("SELECT count(*) FROM cases_hookevent")
        assert owner.fetchone() == (0,)


def test_what_is_not_asked_for_is_not_told(cast, listener, child_case):
    told(cast.worker, listener, ["case.moved"])
    received(child_case, cast)
    assert events_of(cast.worker) == []


def test_who_lost_access_before_it_was_sent_hears_nothing(cast, listener, adult_case):
    told(cast.supervisor, listener)
    told(cast.worker, listener)
    move(adult_case, cast.worker)
    with as_owner() as owner:
        owner.execute("DELETE FROM cases_caseusergrant WHERE user_id = %s", [cast.worker.pk])
    assert not CaseUserGrant.objects.exists()
    assert send() == 1
    assert [event.state for event in events_of(cast.worker)] == ["withheld"]
    assert [event.state for event in events_of(cast.supervisor)] == ["done"]


def test_without_asking_again_they_would(cast, listener, adult_case, monkeypatch):
    told(cast.worker, listener)
    move(adult_case, cast.worker)
    with as_owner() as owner:
        owner.execute("DELETE FROM cases_caseusergrant WHERE user_id = %s", [cast.worker.pk])
    monkeypatch.setattr(hook_sender, "may_hear", lambda event: True)
    assert (send(), heard(listener)) == (1, ["case.moved"])


def test_a_member_hears_of_the_own_body_and_not_of_a_family_they_know(cast, listener, child_case, open_case):
    member = cast.nasimi_guardianship
    told(member, listener)
    first = received(child_case, cast)
    received(child_case, cast, "minors_commission")
    assert [event.about for event in events_of(member)] == [first.pk]
    with acting_as(member.pk):
        Recusal.objects.create(notification=first, case_id=first.case_id, staff=member)
    send()
    assert (listener.took, [event.state for event in events_of(member)]) == ([], ["withheld"])


def test_a_failure_is_tried_again_under_the_same_id(cast, listener, adult_case):
    hook = told(cast.worker, listener)
    move(adult_case, cast.worker)
    for status in (500, 503, 429, 302):
        listener.status, listener.headers = status, {"location": "/elsewhere"}
        assert send_now() == 0
        (event,) = events_of(cast.worker)
        assert (event.state, event.outcome) == ("due", f"HTTP {status}")
    assert send() == 0  # it rests
    listener.status = 204
    assert send_now() == 1
    assert len({headers["webhook-id"] for headers, _ in listener.took}) == 1
    assert len(listener.took) == 5
    hook.refresh_from_db()
    assert (hook.failures, hook.rests_until, events_of(cast.worker)[0].tries) == (0, None, 5)


def test_a_refusal_is_the_end_of_that_event(cast, listener, adult_case):
    told(cast.worker, listener)
    move(adult_case, cast.worker)
    listener.status = 410
    send()
    assert [(event.state, event.outcome) for event in events_of(cast.worker)] == [("refused", "HTTP 410")]


def test_one_program_that_fails_holds_up_no_other(cast, listener, open_case):
    with listening() as broken:
        broken.status = 500
        told(cast.worker, broken)
        told(cast.supervisor, listener)
        for _ in range(5):
            move(open_case(), cast.worker)
        assert send() == 5
        assert (len(broken.took), len(listener.took)) == (lease.FAILURES, 5)


def test_nothing_is_lost_when_the_relay_dies_in_between(cast, listener, adult_case, settings):
    told(cast.worker, listener)
    move(adult_case, cast.worker)
    with as_login("DATABASE_RELAY_URL"):
        dead = hook_sender.claim_next(set())
        assert (dead is not None, hook_sender.claim_next(set())) == (True, None)
    with as_owner() as owner:
        owner.execute("UPDATE cases_hookevent SET lease_until = now() - interval '1 second'")
    assert send() == 1
    with as_login("DATABASE_RELAY_URL"):
        assert hook_sender.deliver(dead) is False  # its fence is over
    assert [event.state for event in events_of(cast.worker)] == ["done"]


def test_the_relay_process_sends_and_is_killed_and_sends(cast, listener, open_case):
    told(cast.worker, listener)
    environment = {**os.environ, "DATABASE_URL": database.url_of("RELAY"), "HOOK_NETWORKS": "127.0.0.0/8"}
    for round_ in (1, 2):
        move(open_case(), cast.worker)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "relay"], env=environment, cwd=project.BASE_DIR
        )
        try:
            until = time.monotonic() + 60
            while len(listener.took) < round_ and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        assert len(listener.took) >= round_
    assert len({headers["webhook-id"] for headers, _ in listener.took}) == 2


def test_taken_back_hears_nothing_more(cast, listener, adult_case):
    hook = told(cast.worker, listener)
    move(adult_case, cast.worker)
    hooks.take_back(hook, by=cast.worker)
    assert (send(), [event.state for event in events_of(cast.worker)]) == (0, ["withheld"])
    move(adult_case, cast.worker, "planning")
    assert len(events_of(cast.worker)) == 1


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1",
     "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_private_addresses(address):
    with pytest.raises(posting.Private):
        posting.check_public([address])
    posting.check_public(["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])


def test_a_name_that_leads_into_the_house_is_refused(cast, listener, adult_case, settings):
    hook = hooks.subscribe(url=listener.url.replace("127.0.0.1", "localhost"), kinds=["case.moved"],
                           by=cast.worker)  # fmt: skip
    move(adult_case, cast.worker)
    settings.HOOK_NETWORKS = []
    send()
    (event,) = events_of(cast.worker)
    assert (event.hook_id, event.state, event.outcome, listener.took) == (
        hook.pk, "due", "private address", [],
    )  # fmt: skip


def test_the_page_asks_for_the_factor_and_shows_the_secret_once(cast, listener, sign_in):
    said = {"url": listener.url, "kinds": ["case.moved"]}
    client = sign_in(cast.worker)
    assert "reauthenticate" in client.post(f"{PAGE}new/", said).url
    shown = just_shown(client).post(f"{PAGE}new/", said).content.decode()
    hook = Hook.objects.get(person=cast.worker)
    assert (hook.secret in shown, hook.secret in hook.sealed_secret) == (True, False)
    assert hook.secret not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{hook.pk}/ping/").status_code == 302
    assert (send(), heard(listener)) == (1, ["ping"])
    assert "HTTP 200" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{hook.pk}/revoke/").status_code == 302
    assert hooks.of(cast.worker).count() == 0


def test_the_hooks_of_others_are_not_there(cast, listener, sign_in):
    hook = told(cast.worker, listener)
    for person, status in ((cast.colleague, 404), (cast.director, 403)):
        for deed in ("ping", "revoke"):
            assert sign_in(person).post(f"{PAGE}{hook.pk}/{deed}/").status_code == status
    with acting_as(cast.colleague.pk):
        assert not Hook.objects.exists()
        with pytest.raises(Error):
            Hook.objects.create(person=cast.worker, url="https://x.example/", kinds=[], sealed_secret="x")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"url": "ftp://x.example/"}, "url"),
        ({"url": "https://user:secret@x.example/"}, "url"),
        ({"url": "https://10.1.2.3/"}, "url"),
        ({"url": "https://[::1]/"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["victim.named"]}, "kinds"),
    ],
)
def test_what_cannot_be(cast, sign_in, said, wrong):
    answer = just_shown(sign_in(cast.worker)).post(
        f"{PAGE}new/", {"url": "https://x.example/", "kinds": ["case.moved"], **said}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [wrong])


def test_through_the_api(cast, program, listener, adult_case):
    asked = program(cast.worker)
    made = asked.post("webhooks/", {"url": listener.url, "kinds": ["case.moved"]})
    assert made.status_code == 201, made.content
    said = made.json()
    assert said["secret"].startswith("whsec_")
    assert said["expires_at"] is not None
    assert [row["secret"] for row in asked.get("webhooks/").json()["results"]] == [None]
    move(adult_case, cast.worker)
    assert send() == 1
    assert is_signed(said["secret"], *listener.took[0])
    assert program(cast.colleague).post(f"webhooks/{said['id']}/revoke/").status_code == 404
    assert program(cast.director).get("webhooks/").status_code == 403
    assert asked.post(f"webhooks/{said['id']}/revoke/").json()["revoked_at"] is not None
    assert asked.get("webhooks/").json()["results"] == []


def test_what_a_key_set_up_ends_with_the_key(cast, program, listener, adult_case):
    from aidcenter.api import tokens  # noqa: PLC0415

    program(cast.worker).post("webhooks/", {"url": listener.url, "kinds": ["case.moved"]})
    with acting_as(cast.worker.pk):
        tokens.revoke(tokens.of(cast.worker).get(), by=cast.worker)
    move(adult_case, cast.worker)
    assert events_of(cast.worker) == []


def test_a_program_cannot_be_told_more_than_its_key_is_for(cast, program, listener):
    from aidcenter.roles import Verb  # noqa: PLC0415

    asked = program(cast.worker, Verb.HEAR_EVENTS, Verb.VIEW_NOTIFICATION)
    assert asked.post("webhooks/", {"url": listener.url, "kinds": ["case.moved"]}).status_code == 422


def test_the_page_asks_the_same_number_of_questions(cast, listener, sign_in, open_case):
    client, counts = sign_in(cast.worker), []
    for _ in range(2):
        hook = told(cast.worker, listener)
        hooks.ping(hook, by=cast.worker)
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_event_is_nobodys_to_write_and_is_erased_after_a_month(cast, listener, adult_case):
    hook = told(cast.worker, listener)
    with acting_as(cast.worker.pk), pytest.raises(Error):
        HookEvent.objects.create(hook=hook, kind="case.moved", about=adult_case.pk, case_id=adult_case.pk)
    move(adult_case, cast.worker)
    hooks.ping(hook, by=cast.worker)
    send()
    with as_owner() as owner:
        owner.execute("UPDATE cases_hookevent SET made_at = now() - interval '31 days' WHERE kind = 'ping'")
    with as_login("DATABASE_WORKER_URL"):
        hook_sender.forget()
    assert [event.kind for event in events_of(cast.worker)] == ["case.moved"]
