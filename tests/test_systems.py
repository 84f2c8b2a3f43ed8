"""Where the system of a state body is: an administrator's to say, after a fresh second factor."""

import pytest

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from referrals import signatures
from referrals.models import Commission, Webhook
from tests.cast import just_shown, twice

pytestmark = pytest.mark.django_db
KEY = signatures.public_half(signatures.new_key())
SAID = {"url": "https://bodies.example.az/in", "their_key": KEY}


@pytest.fixture
def body(cast):
    return Commission.objects.get(district="nasimi", body="guardianship")


def page(body):
    return f"/referrals/authorities/{body.pk}/system/"


def test_it_is_connected_and_told_from_then_on(cast, body, sign_in):
    client = just_shown(sign_in(cast.administrator))
    assert twice(client, page(body), SAID).status_code == 302
    hook = Webhook.objects.get()
    body.refresh_from_db()
    assert (hook.url, hook.their_key, body.channels) == (SAID["url"], KEY, ["portal", "email", "webhook"])
    shown = client.get(f"/referrals/authorities/{body.pk}/").content.decode()
    assert (hook.our_public_key in shown, hook.our_key in shown) == (True, False)
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="commission.system").get().actor_id == cast.administrator.pk


def test_our_key_stays_when_theirs_changes(cast, body, sign_in):
    client = just_shown(sign_in(cast.administrator))
    twice(client, page(body), SAID)
    ours = Webhook.objects.get().our_key
    twice(client, page(body), {**SAID, "their_key": signatures.public_half(signatures.new_key())})
    body.refresh_from_db()
    assert (Webhook.objects.get().our_key, body.channels.count("webhook")) == (ours, 1)


def test_without_a_fresh_factor_it_is_asked_for(cast, body, sign_in):
    answer = sign_in(cast.administrator).post(page(body), SAID)
    assert (answer.status_code, Webhook.objects.count()) == (302, 0)
    assert "reauthenticate" in answer.url


@pytest.mark.parametrize("who", ["supervisor", "director", "worker", "nasimi_guardianship"])
def test_nobody_else(cast, body, sign_in, who):
    assert just_shown(sign_in(getattr(cast, who))).post(page(body), SAID).status_code == 403
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"url": "ftp://x.example/"}, "url"),
        ({"url": "https://user:secret@x.example/"}, "url"),
        ({"url": "https://x.example/\r\nHost: y"}, "url"),
        ({"url": ""}, "url"),
        ({"their_key": "short"}, "their_key"),
        ({"their_key": KEY[:-4]}, "their_key"),
        ({"their_key": "ə" * 44}, "their_key"),
    ],
)
def test_what_cannot_be(cast, body, sign_in, said, wrong):
    answer = just_shown(sign_in(cast.administrator)).post(page(body), {**SAID, **said})
    assert (answer.status_code, list(answer.context["form"].errors), Webhook.objects.count()) == (
        200,
        [wrong],
        0,
    )


def test_in_production_the_address_is_encrypted(cast, body, sign_in, settings):
    settings.PRODUCTION = True
    answer = just_shown(sign_in(cast.administrator)).post(page(body), {**SAID, "url": "http://x.example/"})
    assert list(answer.context["form"].errors) == ["url"]
