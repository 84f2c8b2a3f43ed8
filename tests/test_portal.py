"""The portal of the state bodies: only one's own, the name after acknowledging, who and when to the centre."""

import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases.actions import correct_age
from cases.childhood import Age
from referrals.models import Notification
from tests.bodies import second_member
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


def test_the_receipt_confirms_what_the_page_showed_and_a_later_message_is_confirmed_anew(cast, sent, sign_in):
    """A correction that arrives between page and click was not read: it waits for a receipt of its own."""
    client = sign_in(cast.nasimi_guardianship)
    born = sent.case.opened_on.replace(year=sent.case.opened_on.year - 12, day=1)
    correct_age(sent.case, age=Age(birth_date=born), basis="document", reason="a paper", by=cast.worker)
    deliver()
    client.post(f"{page(sent)}acknowledge/", {"seen": "1"})
    sent.refresh_from_db()
    assert (sent.state, sent.acknowledged_number) == ("acknowledged", 1)
    assert "A new message has arrived" in client.get(page(sent)).content.decode()
    assert "A new message about a child" in client.get("/").content.decode()
    moment = sent.acknowledged_at
    client.post(f"{page(sent)}acknowledge/", {"seen": "2"})
    sent.refresh_from_db()
    assert (sent.acknowledged_number, sent.acknowledged_at) == (2, moment)
    assert "A new message about a child" not in client.get("/").content.decode()


@pytest.mark.parametrize("seen", ["", "0", "-1", "abc", "999", "٣", "9" * 50, "1e9"])
def test_nobody_confirms_what_has_not_arrived(cast, sent, sign_in, seen):
    sign_in(cast.nasimi_guardianship).post(f"{page(sent)}acknowledge/", {"seen": seen})
    sent.refresh_from_db()
    assert (sent.state, sent.acknowledged_number) == ("acknowledged", 0 if seen == "0" else 1)


def test_a_second_member_reads_the_name_only_by_an_act_on_record(cast, sent, sign_in):
    client = sign_in(second_member())
    client.post(f"{page(sent)}open/")
    assert "Nuray" not in client.get(page(sent)).content.decode()  # nobody has confirmed the receipt
    sign_in(cast.nasimi_guardianship).post(f"{page(sent)}acknowledge/")
    assert "Nuray" not in client.get(page(sent)).content.decode()
    told = client.post(f"{page(sent)}acknowledge/", follow=True).content.decode()
    assert ("A colleague had already confirmed" in told, "Nuray" in told) == (True, False)
    client.post(f"{page(sent)}open/")
    assert "Nuray" in client.get(page(sent)).content.decode()
    with acting_as(cast.worker.pk):
        assert AuditEvent.objects.filter(action="notification.open", case_id=sent.case_id).count() == 1


def test_the_inbox_is_by_urgency_then_age_and_filtered_by_state(cast, open_case, sign_in):
    cases = [open_case({"estimated_age": 14}, risk_level=risk) for risk in ("low", "high", "medium", "high")]
    deliver()
    rows = {row.case_id: row for row in Notification.objects.filter(body="guardianship")}
    refs = [rows[case.pk].reference for case in cases]
    client = sign_in(cast.nasimi_guardianship)

    def shown(query=""):
        text = client.get(f"/referrals/{query}").content.decode()
        return sorted((ref for ref in refs if f">{ref}<" in text), key=lambda ref: text.index(f">{ref}<"))

    assert shown() == [refs[1], refs[3], refs[2], refs[0]]
    client.post(f"{page(rows[cases[1].pk])}acknowledge/")
    assert (shown("?state=acknowledged"), shown("?state=decided")) == ([refs[1]], [])
    assert shown("?state=sent") == [refs[3], refs[2], refs[0]]
    client.post(f"{page(rows[cases[1].pk])}decide/", decision())
    assert (shown("?state=decided"), shown()[-1]) == ([refs[1]], refs[1])


def test_the_inbox_and_the_page_ask_as_much_for_one_as_for_three(cast, open_case, sign_in):
    case = open_case({"estimated_age": 15})
    deliver()
    client, counts = sign_in(cast.nasimi_guardianship), []
    row = Notification.objects.get(case=case, body="guardianship")
    client.post(f"{page(row)}acknowledge/")
    client.post(f"{page(row)}ask/", {"text": "Why?"})
    for _ in range(2):
        for path in ("/referrals/", "/", page(row)):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        for _ in range(2):
            open_case({"estimated_age": 15})
            client.post(f"{page(row)}ask/", {"text": "Why?"})
        deliver()
    assert counts[:3] == counts[3:]


def test_a_body_sees_nothing_else(cast, sent, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    paths = ("/cases/", f"/cases/{sent.case_id}/", "/cases/new/", "/statistics/")
    assert [client.get(path).status_code for path in paths] == [403] * 4


def test_home_shows_what_waits(cast, sent, sign_in):
    assert sent.reference in sign_in(cast.nasimi_guardianship).get("/").content.decode()
    assert sent.case.number in sign_in(cast.worker).get("/").content.decode()
