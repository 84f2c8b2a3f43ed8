"""Calls to a body: by whom, what they quiet, and what a duty officer sees of a child: nothing."""

import uuid
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import override

from aidcenter.context import acting_as
from aidcenter.forms import MINUTE
from referrals import actions, calls
from referrals.models import Call, Commission, Notification
from tests.cast import make_staff
from tests.conftest import as_login
from tests.database import as_owner
from tests.houses import a_bed, on_shift
from tests.silence import ages, by_day, by_night, climb, relay, steps, to_guardianship
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = ("Nuray", "Əliyeva")


def said(**more):
    """What the form of a call says."""
    now = timezone.localtime().strftime(MINUTE)
    return {"reached": "yes", "spoken_with": "Rauf Rzayev", "position": "duty officer", "number": "012 555 01 03",
            "spoken_at": now, "note": "", **more}  # fmt: skip


def called(row, by, **more):
    """A call about the notification is recorded."""
    kept = {"reached": True, "spoken_with": "Rauf", "position": "", "number": "1", "note": ""}
    with acting_as(by.pk):
        about = calls.one(by, row.pk)
    return calls.record(about, kept | {"spoken_at": timezone.now()} | more, by=by)


@pytest.fixture
def silent(child_case):
    """A notification by night, of which the first rung is taken; the other body's is cancelled."""
    by_night()
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE referrals_notification SET state = 'cancelled' WHERE body = 'minors_commission'"
        )
        cursor.execute("UPDATE referrals_commission SET duty_phone = '012 555 01 03'")
    climb()
    return to_guardianship(child_case)


@pytest.fixture
def officer(cast):
    """The duty officer, on shift."""
    on_shift(cast, a_bed().house)
    return cast.house


def page(row):
    return f"/referrals/{row.pk}/call/"


def alarms(client):
    """The alarms on the home page, in their order."""
    return [row["duty"].title for row in client.get("/").context["alarms"]]


NOW = "Telephone now: nasimi guardianship"


# --- who ------------------------------------------------------------------------------------


def test_who_may_call_and_who_may_not(cast, silent, sign_in):
    found = {
        who: sign_in(getattr(cast, who)).get(page(silent)).status_code
        for who in ("worker", "supervisor", "colleague", "stranger", "other_supervisor", "director", "house",
                    "specialist", "administrator", "nasimi_guardianship", "partner")
    }  # fmt: skip
    assert found == {
        "worker": 200, "supervisor": 200, "colleague": 404, "stranger": 404, "other_supervisor": 404,
        "director": 404, "house": 404, "specialist": 403, "administrator": 403, "nasimi_guardianship": 403,
        "partner": 403,
    }  # fmt: skip


def test_hidden_and_absent_are_the_same(cast, silent, sign_in):
    client = sign_in(cast.stranger)
    hidden, absent = client.get(page(silent)), client.get(f"/referrals/{uuid.uuid4()}/call/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert client.post(page(silent), said()).status_code == 404
    with pytest.raises(PermissionDenied):
        calls.record(calls.about(silent), {"spoken_at": timezone.now()}, by=cast.specialist)


def test_a_call_is_recorded_from_the_page_of_the_notification(cast, silent, sign_in):
    client = sign_in(cast.worker)
    shown = client.get(f"/referrals/{silent.pk}/").content.decode()
    assert all(
        words in shown for words in ("tel:0125550103", "Record a call", "What to say", "The office is closed")
    )
    assert client.post(page(silent), said(note="promises to sign in")).url == f"/referrals/{silent.pk}/"
    shown = client.get(f"/referrals/{silent.pk}/").content.decode()
    assert all(words in shown for words in ("Rauf Rzayev, duty officer", "promises to sign in", "Worker"))
    timeline = client.get(f"/cases/{silent.case_id}/").content.decode()
    assert all(words in timeline for words in ("The body was telephoned", "Rauf Rzayev", "Telephone now"))


def test_the_officer_on_shift_calls_and_sees_nothing_of_the_case(cast, silent, officer, sign_in):
    client = sign_in(officer)
    assert alarms(client) == [NOW]
    shown = client.get("/").content.decode() + client.get(page(silent)).content.decode()
    assert all(word in shown for word in (silent.reference, "nasimi guardianship", "012 555 01 03"))
    hidden = (*SECRETS, silent.case.number, str(silent.case_id), str(silent.victim_id), "girl", "14 years")
    assert [word for word in hidden if word in shown] == []
    others = (f"/referrals/{silent.pk}/", f"/referrals/{silent.pk}/letter/", f"/cases/{silent.case_id}/")
    assert [client.get(path).status_code for path in others] == [403, 403, 404]
    answer = client.post(page(silent), said(), follow=True)
    assert (answer.redirect_chain, alarms(client)) == ([("/", 302)], [])
    assert client.get(page(silent)).status_code == 404  # it is done
    assert "Rauf Rzayev" in sign_in(cast.worker).get(f"/referrals/{silent.pk}/").content.decode()


def test_off_shift_or_by_day_the_officer_is_told_of_nothing(cast, silent, sign_in):
    client, where = sign_in(cast.house), a_bed().house
    on_shift(cast, where, begins=2)
    assert (alarms(client), client.get(page(silent)).status_code) == ([], 404)
    on_shift(cast, where)
    assert alarms(client) == [NOW]
    by_day()
    assert (alarms(client), client.get(page(silent)).status_code) == ([], 404)


def test_the_alarm_says_who_has_duty(cast, silent, officer, sign_in):
    assert f"on duty: {officer.display_name}" in sign_in(cast.worker).get("/").content.decode()


def test_the_director_is_told_after_a_day_by_reference(cast, silent, sign_in):
    client = sign_in(cast.director)
    assert alarms(client) == []
    ages(silent, 25)
    climb()
    assert alarms(client)[0] == NOW
    shown = client.get("/").content.decode() + client.get(page(silent)).content.decode()
    assert silent.reference in shown
    assert [word for word in (*SECRETS, silent.case.number, str(silent.case_id)) if word in shown] == []
    client.post(page(silent), said())
    assert alarms(client) == ["Not acknowledged: nasimi guardianship"]


# --- the database ---------------------------------------------------------------------------


def seen(person):
    """How many notifications, cases, calls, steps and rows to call `person` reads with SQL."""
    tables = ("referrals_notification", "cases_case", "cases_datakey", "referrals_call", "referrals_ladderstep",
              "notifications_to_call()")  # fmt: skip
    with acting_as(person.pk), connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return found


def test_in_the_database_the_officer_reads_a_reference_and_nothing_else(cast, silent, officer):
    called(silent, cast.worker, reached=False, spoken_with="", spoken_at=timezone.now() - timedelta(hours=1))
    for person in (cast.stranger, cast.administrator, make_staff("off-duty", "house")):
        assert seen(person) == [0] * 6
    assert seen(officer) == [0, 0, 0, 0, 0, 1]
    with as_owner() as cursor:  # the negative control: without the policies everything is there
        for table in ("referrals_notification", "referrals_call"):
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    try:
        assert [seen(officer)[number] for number in (0, 3)] == [2, 1]
    finally:
        with as_owner() as cursor:
            for table in ("referrals_notification", "referrals_call"):
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


INSERT = """INSERT INTO referrals_call (id, notification_id, case_id, reached, spoken_with, position, number,
    spoken_at, note, quiet_until, recorded_by_id)
    SELECT gen_random_uuid(), %s, %s, true, '', '', '1', now(), '', now() + %s::interval, %s"""


@pytest.mark.parametrize(
    ("who", "as_whom", "quiet", "works"),
    [
        ("house", "house", "1 hour", True),
        ("house", "worker", "1 hour", False),  # in another's name
        ("house", "house", "15 days", False),  # quiet for ever
        ("stranger", "stranger", "1 hour", False),
        ("off_duty", "off_duty", "1 hour", False),
        ("nasimi_guardianship", "nasimi_guardianship", "1 hour", False),
    ],
)
def test_a_call_is_recorded_in_ones_own_name_by_who_is_told(
    cast, silent, officer, who, as_whom, quiet, works
):
    cast.off_duty = make_staff("off-duty", "house")
    values = [str(silent.pk), str(uuid.uuid4()), quiet, getattr(cast, as_whom).pk]
    try:
        with acting_as(getattr(cast, who).pk), connection.cursor() as cursor:
            cursor.execute(INSERT, values)
        done = True
    except Error:
        done = False
    assert (done, silent.calls.count()) == (works, int(works))
    if works:
        assert silent.calls.get().case_id == silent.case_id  # the database says whose it is


@pytest.mark.parametrize("sql", ["UPDATE referrals_call SET reached = true", "DELETE FROM referrals_call"])
@pytest.mark.parametrize("login", ["URL", "RELAY_URL", "OWNER_URL"])
def test_a_call_stays_as_it_was(cast, silent, login, sql):
    called(silent, cast.worker, reached=False, spoken_with="")
    with (
        as_login(f"DATABASE_{login}"),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert [row.reached for row in Call.objects.all()] == [False]


def test_what_was_said_is_unreadable_at_rest(cast, silent):
    called(silent, cast.worker, spoken_with="Rauf Rzayev", note="Xəzər küçəsi")
    with as_owner() as cursor:
        cursor.execute("SELECT c::text FROM referrals_call c")
        kept = cursor.fetchone()[0]
    assert [word for word in ("Rauf", "Rzayev", "Xəzər") if word in kept] == []
    row = Call.objects.get()
    assert (row.who, row.words) == ("Rauf Rzayev", "Xəzər küçəsi")


# --- what it does ---------------------------------------------------------------------------


def test_a_call_that_reached_somebody_quiets_the_night_and_acknowledges_nothing(cast, silent, sign_in):
    client = sign_in(cast.worker)
    assert alarms(client) == [NOW]
    called(silent, cast.worker)
    assert alarms(client) == []
    ages(silent, 30)
    assert (climb(), steps(silent)) == (0, ["night"])  # the supervisor and the director sleep
    by_day()  # the next working morning
    assert (climb(), steps(silent)) == (2, ["night", "supervisor", "director"])
    silent.refresh_from_db()
    assert (silent.state, silent.acknowledged_at) == ("owed", None)


def test_without_the_call_the_night_goes_on(silent):
    """The negative control of the one above."""
    ages(silent, 30)
    assert (climb(), steps(silent)) == (2, ["night", "supervisor", "director"])


def test_who_reached_nobody_is_asked_again_after_half_an_hour(cast, silent, sign_in):
    client = sign_in(cast.worker)
    called(silent, cast.worker, reached=False, spoken_with="")
    assert alarms(client) == []
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE referrals_call DISABLE TRIGGER USER")
        cursor.execute("UPDATE referrals_call SET quiet_until = now() - interval '1 second'")
        cursor.execute("ALTER TABLE referrals_call ENABLE TRIGGER USER")
    assert alarms(client) == [NOW]
    ages(silent, 13)
    assert climb() == 1  # and the ladder is not quiet


def test_a_call_before_the_first_rung_quiets_that_night_too(cast, child_case):
    by_night()
    row = to_guardianship(child_case)
    called(row, cast.worker)
    climb()
    assert steps(row) == []


def test_telephone_now_stays_on_top_until_called_or_acknowledged(cast, silent, open_case, sign_in):
    """Also above what is older."""
    client, older = sign_in(cast.worker), to_guardianship(open_case({"estimated_age": 11}))
    ages(older, 40)
    by_day()
    ages(silent, 1)
    assert alarms(client)[0] == NOW
    deliver()
    actions.acknowledge(silent, by=cast.nasimi_guardianship)
    assert NOW not in alarms(client)
    with acting_as(cast.worker.pk), pytest.raises(Http404):
        calls.one(cast.worker, silent.pk)


def test_after_two_days_by_day_it_is_asked_again(cast, silent, sign_in):
    called(silent, cast.worker)
    by_day()
    ages(silent, 49)
    climb()
    client = sign_in(cast.worker)
    assert alarms(client) == [NOW]
    called(silent, cast.worker)
    assert NOW not in alarms(client)


def test_a_call_about_what_was_acknowledged_meanwhile_is_refused_kindly(cast, silent, sign_in):
    with acting_as(cast.worker.pk):
        about = calls.one(cast.worker, silent.pk)
    deliver()
    actions.acknowledge(silent, by=cast.nasimi_guardianship)
    with override("en"), pytest.raises(ValidationError, match="meanwhile"):
        calls.record(about, said() | {"reached": True, "spoken_at": timezone.now()}, by=cast.worker)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"spoken_with": ""}, "Say with whom you spoke."),
        ({"spoken_at": "2999-01-01T10:00"}, "This is in the future."),
        ({"spoken_at": "2020-01-01T10:00"}, "A call is recorded within a week."),
        ({"number": ""}, "This field is required."),
        ({"reached": "perhaps"}, "Select a valid choice"),
        ({"number": "0" * 31}, "at most 30 characters"),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(cast, silent, sign_in, bad, words):
    answer = sign_in(cast.worker).post(page(silent), said(note="keeps") | bad)
    shown = answer.content.decode()
    assert (answer.status_code, words in shown, "keeps" in shown, silent.calls.count()) == (
        200,
        True,
        True,
        0,
    )


def test_the_database_and_the_body_agree_when_the_office_is_open(cast):
    """Two statements of one rule: Commission.is_open and office_open."""
    body = Commission(office_days=[1, 3, 6], opens_at=time(9, 30), closes_at=time(17))
    moment, found = timezone.now().replace(minute=29, second=59), []
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE referrals_commission SET office_days = '{1,3,6}', opens_at = '09:30', closes_at = '17:00'"
            " RETURNING id"
        )
        pk = cursor.fetchone()[0]
        for _ in range(24 * 8):
            moment += timedelta(minutes=61)
            cursor.execute("SELECT office_open(%s, %s)", [pk, moment])
            found.append(cursor.fetchone()[0] == body.is_open(moment))
        cursor.execute("SELECT office_open(NULL, now())")
        assert cursor.fetchone() == (True,)
    assert all(found)


def test_a_body_that_nobody_knows_has_no_number_and_no_night(cast, open_case, sign_in):
    case = open_case({"estimated_age": 14}, district="lerik")
    row = to_guardianship(case)
    climb()
    assert steps(row) == []
    shown = sign_in(cast.worker).get(f"/referrals/{row.pk}/").content.decode()
    assert "No number of this body is known" in shown
    assert Notification.objects.filter(commission=None).count() == 2
    called(row, cast.worker)
    with relay():
        assert Call.objects.count() == 1
