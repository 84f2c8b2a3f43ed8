"""The portal of the state bodies: only one's own, the name after acknowledging, who and when to the centre."""

import uuid

import pytest
from django.core import mail

from aidcenter.clock import baku_today
from referrals.models import Notification
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db(transaction=True)
CANARIES = ("Nuray", "Əliyeva")


@pytest.fixture
def sent(child_case):
    """The notification to Nasimi's guardianship authority, delivered."""
    deliver()
    mail.outbox.clear()
    return Notification.objects.get(body="guardianship")


def page(notification):
    return f"/referrals/{notification.pk}/"


def test_before_acknowledging_no_name(cast, sent, sign_in):
    shown = sign_in(cast.nasimi_guardianship).get(page(sent)).content.decode()
    assert [word for word in CANARIES if word in shown] == []
    assert all(word in shown for word in (sent.reference, "girl", "14 years", "Medium"))


def test_acknowledging_opens_the_name_and_tells_the_centre(cast, sent, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    assert client.post(f"{page(sent)}acknowledge/").status_code == 302
    assert all(word in client.get(page(sent)).content.decode() for word in CANARIES)
    for who in (cast.worker, cast.supervisor):
        shown = sign_in(who).get(f"/cases/{sent.case_id}/").content.decode()
        assert cast.nasimi_guardianship.display_name in shown


@pytest.mark.parametrize("who", ["nasimi_minors_commission", "ganja_guardianship", "ganja_minors_commission"])
def test_another_body_gets_the_404_of_the_absent(cast, sent, sign_in, who):
    client = sign_in(getattr(cast, who))
    hidden, absent = client.get(page(sent)), client.get(f"/referrals/{uuid.uuid4()}/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert client.post(f"{page(sent)}acknowledge/").status_code == 404
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_get_acknowledges_nothing(cast, sent, sign_in):
    assert sign_in(cast.nasimi_guardianship).get(f"{page(sent)}acknowledge/").status_code == 405
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize("who", ["worker", "supervisor", "director", "administrator"])
def test_the_centre_cannot_acknowledge(cast, sent, sign_in, who):
    assert sign_in(getattr(cast, who)).post(f"{page(sent)}acknowledge/").status_code == 403


def test_acknowledging_twice_keeps_the_first(cast, sent, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    moments = []
    for _ in range(2):
        client.post(f"{page(sent)}acknowledge/")
        sent.refresh_from_db()
        moments.append((sent.acknowledged_at, sent.acknowledged_by_id))
    assert moments[0] == moments[1]


def decision(**changed):
    return {
        "decision": "guardian_appointed",
        "decision_number": "7/1",
        "decided_on": baku_today().isoformat(),
        **changed,
    }


def test_a_decision_follows_the_acknowledgement(cast, sent, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    client.post(f"{page(sent)}decide/", decision())
    sent.refresh_from_db()
    assert sent.state == "sent"
    client.post(f"{page(sent)}acknowledge/")
    client.post(f"{page(sent)}decide/", decision(decided_on="01.01.2999"))
    client.post(f"{page(sent)}decide/", decision())
    sent.refresh_from_db()
    assert (sent.state, sent.decision, sent.decision_number) == ("decided", "guardian_appointed", "7/1")


def test_a_body_sees_nothing_else(cast, sent, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    paths = ("/cases/", f"/cases/{sent.case_id}/", "/cases/new/", "/statistics/")
    assert [client.get(path).status_code for path in paths] == [403] * 4


def test_home_shows_what_waits(cast, sent, sign_in):
    assert sent.reference in sign_in(cast.nasimi_guardianship).get("/").content.decode()
    assert sent.case.number in sign_in(cast.worker).get("/").content.decode()
