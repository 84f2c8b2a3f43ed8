"""Children from old records: told on paper is acknowledged; otherwise owed, and delivered when a supervisor says so."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction

from aidcenter.context import acting_as
from cases import imports
from cases.actions import correct_age
from cases.childhood import Age
from cases.models import Case
from referrals import actions
from referrals.models import Delivery, InboxItem, Message, Notification
from tests.database import as_login
from tests.test_delivery import deliver
from tests.test_import import CHILD, LETTERS, OLD, done

pytestmark = pytest.mark.django_db(transaction=True)
HELD = "/referrals/held/"


def states():
    return sorted(Notification.objects.values_list("body", "state", "held"))


def child(cast, **said):
    """A child of the supervisor from old records."""
    done(cast, CHILD | said)
    with acting_as(cast.supervisor.pk):
        return Case.objects.select_related("victim").get()


def refused(sql):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_told_on_paper_is_acknowledged_with_its_trail_and_never_sent(cast, sign_in):
    case = child(cast, **LETTERS)
    with acting_as(cast.supervisor.pk):
        assert states() == [
            ("guardianship", "acknowledged", True),
            ("minors_commission", "acknowledged", True),
        ]
        found = {
            (row.body, row.paper_number, row.paper_on.isoformat(), row.acknowledged_by)
            for row in Notification.objects.all()
        }
        assert found == {
            ("guardianship", "12/3", "2016-03-14", cast.supervisor),
            ("minors_commission", "12/4", "2016-03-15", cast.supervisor),
        }
    assert deliver() == 0
    client = sign_in(cast.supervisor)
    for page in (f"/cases/{case.pk}/", "/referrals/"):
        assert "on paper: 12/3 of 14.03.2016, entered by Supervisor" in client.get(page).content.decode()
    assert "have them delivered" not in client.get("/").content.decode()
    assert "waiting" not in sign_in(cast.ganja_guardianship).get("/referrals/").content.decode()
    with acting_as(cast.ganja_guardianship.pk):
        assert Notification.objects.count() == 0


def test_without_a_letter_it_is_owed_held_and_visible(cast, sign_in):
    case = child(cast, guardianship_number="12/3", guardianship_on="14.03.2016")
    assert (deliver(), Delivery.objects.count(), InboxItem.objects.count()) == (0, 0, 0)
    client = sign_in(cast.supervisor)
    home = client.get("/").content.decode()
    assert "1 notification of a child from old records waits for you" in home
    assert f"{case.number} (child): not yet acknowledged" in home
    assert (
        "from old records: a supervisor has it delivered" in client.get(f"/cases/{case.pk}/").content.decode()
    )
    with acting_as(cast.supervisor.pk):
        assert states() == [("guardianship", "acknowledged", True), ("minors_commission", "owed", True)]


def test_one_act_of_a_supervisor_delivers(cast, sign_in):
    done(cast, CHILD | {"caseworker": "worker"}, OLD)
    people = ("worker", "director", "other_supervisor", "supervisor")
    assert [sign_in(getattr(cast, who)).get(HELD).status_code for who in people] == [403, 403, 200, 200]
    with acting_as(cast.supervisor.pk):
        rows = list(Notification.objects.order_by("pk"))
    chosen = {"chosen": [str(row.pk) for row in rows[:3]] + ["nonsense"]}
    sign_in(cast.other_supervisor).post(HELD, chosen)
    assert deliver() == 0  # not theirs
    answer = sign_in(cast.supervisor).post(HELD, chosen, follow=True).content.decode()
    assert ("3 notifications are on their way" in answer, answer.count('name="chosen"')) == (True, 1)
    assert deliver() == 6
    with acting_as(cast.supervisor.pk):
        assert sorted(Notification.objects.values_list("state", "released_by")) == [
            ("owed", None), *[("sent", cast.supervisor.pk)] * 3]  # fmt: skip


def test_the_caseworker_does_not_release(cast):
    done(cast, CHILD | {"caseworker": "worker"})
    with pytest.raises(PermissionDenied):
        actions.release(Notification.objects.all(), by=cast.worker)
    with acting_as(cast.worker.pk):
        refused(
            "UPDATE referrals_notification SET held = false, released_at = now(), released_by_id = app_uid()"
        )
        case = Case.objects.get()
    with pytest.raises(PermissionDenied):
        actions.told_on_paper(case, {}, by=cast.worker)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referrals_notification SET held = false",
        "UPDATE referrals_notification SET state = 'sent', sent_at = now()",
        "UPDATE referrals_notification SET paper_number = '1', paper_on = '2016-01-01'",
        "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = app_uid()",
        "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = app_uid(),"
        " paper_number = '1', paper_on = '2999-01-01'",
        "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), paper_number = '1', paper_on = '2016-01-01',"
        " acknowledged_by_id = (SELECT id FROM aidcenter_staff WHERE username = 'worker')",
    ],
)
def test_raw_sql_of_a_supervisor_goes_the_same_ways(cast, sql):
    child(cast)
    with acting_as(cast.supervisor.pk):
        refused(sql)
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:  # the controls
        cursor.execute(
            "UPDATE referrals_notification SET held = false, released_at = now(), released_by_id = app_uid()"
            " WHERE body = 'guardianship'"
        )
        cursor.execute(
            "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = app_uid(),"
            " paper_number = '1', paper_on = '2016-01-01' WHERE body = 'minors_commission'"
        )


def test_a_relay_that_forgot_freezes_nothing(cast):
    child(cast)
    with as_login("RELAY") as cursor, pytest.raises(Exception, match="waits for a supervisor"):
        cursor.execute("UPDATE referrals_message SET extract = '\\x00', frozen_at = now()")


def test_a_child_of_today_is_never_held(cast, open_case):
    open_case({"estimated_age": 14})
    assert set(Notification.objects.values_list("held", flat=True)) == {False}
    with acting_as(cast.worker.pk):
        refused("UPDATE referrals_notification SET held = true")
        refused(
            "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = app_uid(), paper_number = '1', paper_on = '2016-01-01'"
        )
    assert deliver() == 4


def test_an_adult_who_turns_out_a_child_is_told_at_once(cast):
    done(cast, OLD | {"birth_date": "1990"})
    with acting_as(cast.supervisor.pk):
        case = Case.objects.select_related("victim").get()
        correct_age(case, age=Age(birth_year=2004), basis="document", reason="a paper", by=cast.supervisor)
        assert states() == [("guardianship", "owed", False), ("minors_commission", "owed", False)]
    assert deliver() == 4


def test_a_correction_follows_a_letter_and_the_body_reads_it(cast, sign_in):
    case = child(cast, **LETTERS)
    with acting_as(cast.supervisor.pk):
        for year in (2003, 2004):  # twice before it is sent: one correction
            correct_age(
                case, age=Age(birth_year=year), basis="document", reason="a paper", by=cast.supervisor
            )
        assert sorted(Message.objects.values_list("number", "kind")) == [
            (1, "first"),
            (1, "first"),
            (2, "correction"),
            (2, "correction"),
        ]
    assert deliver() == 4
    with acting_as(cast.ganja_guardianship.pk):
        row = Notification.objects.get()
    shown = sign_in(cast.ganja_guardianship).get(f"/referrals/{row.pk}/").content.decode()
    assert ("Nuray" in shown, row.state) == (True, "acknowledged")
    assert sign_in(cast.nasimi_guardianship).get(f"/referrals/{row.pk}/").status_code == 404


def test_a_released_one_ends_the_time_to_undo(cast):
    batch = done(cast, CHILD)
    with acting_as(cast.supervisor.pk):
        actions.release(Notification.objects.all(), by=cast.supervisor)
        with pytest.raises(ValidationError, match="AC-2016-0001"):
            imports.undo(batch, by=cast.supervisor)
    deliver()
    with acting_as(cast.supervisor.pk):
        refused(f"SELECT import_undo('{batch.pk}')")
