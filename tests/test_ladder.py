"""The ladder: each step once, by the database's clock, whoever climbs; and what a step does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import Error, IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from aidcenter.context import acting_as
from referrals import actions, ladder
from referrals.letters import current
from referrals.models import LadderStep, Notification, OwedMail
from tests.cast import make_staff
from tests.conftest import as_login
from tests.database import as_login as cursor_of
from tests.database import as_owner
from tests.houses import a_bed, on_shift
from tests.silence import ages, by_day, by_night, climb, relay, steps, to_guardianship, turn
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db(transaction=True)
DAYTIME = ["warn", "supervisor", "director", "telephone"]


@pytest.fixture
def silent(child_case):
    """The notification to the guardianship authority; the other body has acknowledged."""
    by_day()
    other = Notification.objects.get(body="minors_commission")
    with as_owner() as cursor:
        cursor.execute("UPDATE referrals_notification SET state = 'cancelled' WHERE id = %s", [str(other.pk)])
    return to_guardianship(child_case)


@pytest.mark.parametrize(
    ("hours", "taken"), [(1.9, 0), (2.1, 1), (11.9, 1), (12.1, 2), (23.9, 2), (24.1, 3), (47.9, 3), (48.1, 4)]
)
def test_each_step_at_its_hour_and_once(silent, hours, taken):
    ages(silent, hours)
    assert [climb(), climb()] == [taken, 0]
    assert steps(silent) == DAYTIME[:taken]
    assert [row.due_at - silent.triggered_at for row in silent.steps.all()] == [
        timedelta(hours=after) for after in (2, 12, 24, 48)[:taken]
    ]


def test_the_hours_are_settings(silent, settings):
    settings.LADDER_HOURS = {**settings.LADDER_HOURS, "warn": 0.25}
    ages(silent, 0.3)
    assert climb() == 1


def test_three_schedulers_at_once_and_a_clock_that_steps_an_hour(silent, open_case):
    """R9: each step once, of many notifications, however the clocks of the processes stand."""
    more = [to_guardianship(open_case({"estimated_age": 12})) for _ in range(9)]
    for row in (silent, *more):
        ages(row, 49)

    def run(_):
        try:
            return sum(ladder.climb() for _ in range(5))
        finally:
            connections.close_all()

    total = 0
    for step in (-1, 0, 1):
        with (
            relay(),
            time_machine.travel(timezone.now() + timedelta(hours=step)),
            ThreadPoolExecutor(3) as pool,
        ):
            total += sum(pool.map(run, range(3)))
    waiting = Notification.objects.filter(state="owed").count()
    assert (waiting, total, LadderStep.objects.count()) == (19, 40, 40)
    assert steps(silent) == DAYTIME


def test_without_the_constraint_three_would_take_a_step_thrice(silent):
    """The negative control: what holds is the constraint, whatever the statement says."""
    with relay(), pytest.raises(IntegrityError), connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(TAKE, [str(silent.pk)])
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE referrals_ladderstep DROP CONSTRAINT ladder_step_once")
        cursor.execute("DROP INDEX ladder_first_rung_once")
    try:
        with relay(), connection.cursor() as cursor:
            for _ in range(2):
                cursor.execute(TAKE, [str(silent.pk)])
        assert steps(silent) == ["warn"] * 3
    finally:
        with as_owner() as cursor:
            cursor.execute("TRUNCATE referrals_ladderstep CASCADE")
            cursor.execute(
                "ALTER TABLE referrals_ladderstep ADD CONSTRAINT ladder_step_once UNIQUE (notification_id, step)"
            )
            cursor.execute(
                "CREATE UNIQUE INDEX ladder_first_rung_once ON referrals_ladderstep (notification_id)"
                " WHERE step IN ('night', 'warn')"
            )


TAKE = (
    "INSERT INTO referrals_ladderstep (notification_id, case_id, step, due_at)"
    " SELECT id, case_id, 'warn', triggered_at FROM referrals_notification WHERE id = %s"
)


def test_by_night_the_first_rung_is_to_telephone_at_once(silent):
    by_night()
    assert (climb(), steps(silent)) == (1, ["night"])
    by_day()
    ages(silent, 49)
    assert (climb(), steps(silent)) == (3, ["night", "supervisor", "director", "telephone"])


def test_what_comes_in_by_day_and_is_late_by_night_is_telephoned(silent):
    """The office was open when it came; two hours later it is closed."""
    ages(silent, 2.1)
    with as_owner() as cursor:  # open until half an hour ago
        cursor.execute(
            "UPDATE referrals_commission SET office_days = '{1,2,3,4,5,6,7}', opens_at = '00:00', closes_at ="
            " CASE WHEN (now() AT TIME ZONE 'Asia/Baku')::time > '02:30'"
            " THEN ((now() - interval '30 minutes') AT TIME ZONE 'Asia/Baku')::time ELSE '00:00:01' END"
        )
    climb()
    assert steps(silent) == ["night"]


@pytest.mark.parametrize("state", ["acknowledged", "decided", "cancelled", "held"])
def test_what_does_not_wait_climbs_no_further(cast, silent, state):
    ages(silent, 3)
    climb()
    end = {
        "acknowledged": f"state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = {cast.director.pk}",
        "decided": f"state = 'decided', acknowledged_at = now(), acknowledged_by_id = {cast.director.pk},"
        " decision = 'visit', decision_number = '7', decided_on = now()",
        "cancelled": "state = 'cancelled'",
        "held": "held = true",
    }[state]
    with cursor_of("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE referrals_notification SET {end} WHERE id = %s", [str(silent.pk)])
    ages(silent, 60)
    assert (climb(), steps(silent)) == (0, ["warn"])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referrals_ladderstep SET due_at = now()",
        "DELETE FROM referrals_ladderstep",
        "INSERT INTO referrals_ladderstep (notification_id, case_id, step, due_at)"
        " SELECT id, case_id, 'director', now() + interval '1 hour' FROM referrals_notification",
        "INSERT INTO referrals_ladderstep (notification_id, case_id, step, due_at)"
        " SELECT id, case_id, 'director', now() FROM referrals_notification WHERE state = 'cancelled'",
    ],
)
def test_a_step_stands_and_is_taken_of_what_waits_only(silent, sql):
    ages(silent, 3)
    climb()
    with relay(), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)  # web may not even try
    assert steps(silent) == ["warn"]


def test_a_get_changes_nothing(cast, silent, sign_in):
    ages(silent, 49)
    climb()
    client = sign_in(cast.worker)
    for path in ("/", "/referrals/", f"/referrals/{silent.pk}/", f"/referrals/{silent.pk}/call/",
                 f"/referrals/{silent.pk}/letter/", f"/cases/{silent.case_id}/"):  # fmt: skip
        assert client.get(path).status_code == 200
    silent.refresh_from_db()
    assert (silent.state, steps(silent), silent.calls.count()) == ("owed", DAYTIME, 0)


# --- who is told ----------------------------------------------------------------------------


def with_mail(*people):
    with as_owner() as cursor:
        for person in people:
            cursor.execute(
                "UPDATE aidcenter_staff SET email = username || '@x.example' WHERE id = %s", [person.pk]
            )


def told():
    return sorted((letter.to[0].partition("@")[0], letter.subject) for letter in mail.outbox)


def test_each_step_is_told_once_to_whose_it_is(cast, silent):
    with_mail(*vars(cast).values())
    late, now = "A notification is not acknowledged", "Telephone now"
    found = []
    for hours in (3, 10, 12, 24):
        ages(silent, hours)
        turn()
        turn()
        found.append([row for row in told() if row[1] in (late, now)])
        mail.outbox.clear()
    assert found == [
        [("worker", late)],
        [("supervisor", late)],
        [("director", late)],
        [("supervisor", now), ("worker", now)],
    ]


def test_by_night_the_mail_goes_to_who_has_duty_or_to_caseworker_and_supervisor(cast, silent, open_case):
    with_mail(*vars(cast).values())
    by_night()
    climb()
    assert whom(silent) == ["supervisor", "worker"]
    on_shift(cast, a_bed().house)
    climb()
    other = to_guardianship(open_case({"estimated_age": 12}))
    climb()
    assert whom(other) == ["house"]


def whom(notification):
    with as_owner() as cursor:
        cursor.execute(
            "SELECT s.username FROM referrals_owedmail m JOIN referrals_ladderstep l ON l.id = m.step_id"
            " JOIN aidcenter_staff s ON s.id = m.person_id WHERE l.notification_id = %s ORDER BY 1",
            [str(notification.pk)],
        )
        return [name for (name,) in cursor.fetchall()]


def test_the_mail_says_the_reference_and_nothing_of_the_child(cast, silent):
    with_mail(cast.worker)
    ages(silent, 3)
    turn()
    (letter,) = [each for each in mail.outbox if each.to == ["worker@x.example"]]
    assert silent.reference in letter.body
    text = letter.subject + letter.body
    assert [
        word for word in ("Nuray", "liyeva", silent.case.number, str(silent.case_id)) if word in text
    ] == []


def test_a_mail_server_that_is_down_delays_the_mail_and_nothing_else(cast, silent, settings):
    with_mail(cast.worker)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    ages(silent, 3)
    turn()
    with relay():
        assert OwedMail.objects.filter(done_at=None, tries=1, step__isnull=False).count() == 1
        OwedMail.objects.update(due_at=timezone.now())
    assert steps(silent) == ["warn"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    turn()
    turn()
    assert [letter.to for letter in mail.outbox].count(["worker@x.example"]) == 1


def test_what_was_acknowledged_meanwhile_is_not_mailed(cast, silent):
    with_mail(cast.worker)
    deliver()
    ages(silent, 3)
    climb()
    mail.outbox.clear()
    actions.acknowledge(silent, by=cast.nasimi_guardianship)
    turn()
    assert [letter for letter in mail.outbox if letter.to == ["worker@x.example"]] == []


def test_web_reads_no_owed_mail_and_the_step_is_on_record(cast, silent, sign_in):
    ages(silent, 3)
    climb()
    with pytest.raises(Error), transaction.atomic():
        OwedMail.objects.count()
    timeline = sign_in(cast.worker).get(f"/cases/{silent.case_id}/?show=notifications").content.decode()
    assert "Not acknowledged in time" in timeline
    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM aidcenter_auditevent WHERE action = 'notification.step'")
        assert cursor.fetchone() == (1,)


def test_only_who_reads_the_case_reads_its_steps(cast, silent):
    ages(silent, 3)
    deliver()
    climb()
    seen = {}
    for who in ("worker", "supervisor", "stranger", "director", "house", "nasimi_guardianship"):
        with acting_as(getattr(cast, who).pk):
            seen[who] = LadderStep.objects.count()
    assert seen == {"worker": 1, "supervisor": 1} | dict.fromkeys(
        ("stranger", "director", "house", "nasimi_guardianship"), 0
    )


# --- late, for ever -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "waits", "done"),
    [
        (1, "", ""),
        (2.5, "30 min late", "acknowledged 30 min late"),
        (7.2, "5 h late", "acknowledged 5 h late"),
    ],
)
def test_late_stays_visible_for_ever(cast, silent, sign_in, hours, waits, done):
    deliver()
    ages(silent, hours)
    client = sign_in(cast.worker)
    pages = ("/referrals/", f"/referrals/{silent.pk}/", f"/cases/{silent.case_id}/")

    def said(words):
        return [words in client.get(path).content.decode() for path in pages]

    with override("en"):
        late = silent.late
    assert (late, said("late-text") if not waits else said(waits)) == (
        waits,
        [False] * 3 if not waits else [True] * 3,
    )
    actions.acknowledge(silent, by=cast.nasimi_guardianship)
    silent.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(days=900)), override("en"):
        assert silent.late == done
    if done:
        assert said(done) == [True] * 3


def test_what_the_body_had_on_paper_before_is_not_late_and_on_the_same_day_is(silent):
    now = timezone.now()
    silent.triggered_at, silent.acknowledged_at = now - timedelta(hours=1), now + timedelta(hours=9)
    found = []
    for days in (1, 0):
        silent.paper_on = timezone.localdate(silent.triggered_at) - timedelta(days=days)
        found.append(bool(silent.late))
    assert found == [False, True]


def test_the_clock_runs_on_home_case_and_notification_without_javascript(cast, silent, sign_in):
    ages(silent, 5.21)
    client = sign_in(cast.worker)
    for path in ("/", "/referrals/", f"/referrals/{silent.pk}/", f"/cases/{silent.case_id}/"):
        assert (
            "owed for <b>5</b> h <b>12</b> min" in client.get(path).content.decode() or path == "/referrals/"
        )


def test_turning_eighteen_while_it_is_owed_changes_only_the_stated_age(cast, open_case):
    by_day()
    today = timezone.localdate()
    born = today.replace(year=today.year - 18) + timedelta(days=2)
    case = open_case({"birth_date": born, "age_basis": "document", "given_name": "Nuray"})
    row = to_guardianship(case)
    before = current(row)
    ages(row, 49)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        after = current(row)
        assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {
            "age": (17, 18)
        }
        assert climb() >= 4
    row.refresh_from_db()
    assert (row.state, steps(row), Notification.objects.filter(case=case).count()) == ("owed", DAYTIME, 2)


def test_the_day_starts_with_the_same_number_of_queries_for_one_and_three(
    cast, child_case, open_case, sign_in
):
    by_day()
    client = sign_in(cast.worker)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            open_case({"estimated_age": 12})
        for row in Notification.objects.all():
            ages(row, 50)
        climb()
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_worker_climbs_with_its_own_login(silent):
    ages(silent, 3)
    with as_login("DATABASE_WORKER_URL"):
        assert ladder.climb() == 1


def test_who_left_is_told_nothing(cast, silent):
    gone = make_staff("gone-director", "director")
    with_mail(gone, cast.director)
    with as_owner() as cursor:
        cursor.execute("UPDATE aidcenter_staff SET is_active = false WHERE id = %s", [gone.pk])
    ages(silent, 25)
    climb()
    assert whom(silent) == ["director"]
