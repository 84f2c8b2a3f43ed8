"""The drill: a test to each body, answered with one click or repaired; no notification, no statistic."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from referrals import drills
from referrals.models import Delivery, DrillCall, DrillRun, Message, Notification
from tests.conftest import as_login
from tests.database import as_login as raw_login

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = baku_today()
PAGE = "/referrals/authorities/drills/"
LATE = timedelta(days=4)


@pytest.fixture
def run(cast):
    """A drill of today."""
    return drills.start(by=cast.director)


def call_of(cast, who):
    with acting_as(cast.director.pk):
        return DrillCall.objects.filter(commission__members__staff=getattr(cast, who)).latest("run__day")


def answer(cast, who):
    member = getattr(cast, who)
    with acting_as(member.pk):
        drills.acknowledge(drills.asked_of(member).get(), by=member)


@pytest.fixture
def old(cast):
    """A drill of four days ago that two of four bodies answered."""
    with acting_as(cast.director.pk):
        made = DrillRun.objects.create(day=TODAY - LATE, started_by=cast.director)
        bodies = drills.Commission.objects.in_force(TODAY)
        DrillCall.objects.bulk_create([DrillCall(run=made, commission=body) for body in bodies])
    for who in ("nasimi_guardianship", "nasimi_minors_commission"):
        answer(cast, who)
    return made


def due(cast):
    with acting_as(cast.director.pk):
        return sorted(str(call.commission.name_en) for call in drills.to_repair(TODAY))


def test_a_call_to_each_body_in_force_and_no_notification(cast, run):
    with acting_as(cast.administrator.pk):
        assert DrillCall.objects.filter(run=run).count() == 4
    made = [model.objects.exists() for model in (Notification, Message, Delivery)]
    assert made == [False] * 3
    with acting_as(cast.director.pk), pytest.raises(ValidationError, match="today already"):
        drills.start(by=cast.director)


def test_the_statistics_know_nothing_of_it(cast, child_case, sign_in):
    before = sign_in(cast.director).get("/statistics/").context["tables"]
    drills.start(by=cast.director)
    answer(cast, "nasimi_guardianship")
    after = sign_in(cast.director).get("/statistics/").context["tables"]
    assert [table["cells"] for table in before] == [table["cells"] for table in after]


def test_one_click_of_a_member(cast, run, sign_in):
    client, call = sign_in(cast.nasimi_guardianship), call_of(cast, "nasimi_guardianship")
    assert "TEST, no child" in client.get("/").content.decode()
    shown = client.get("/referrals/").content.decode()
    assert "This is a test. There is no child." in shown
    path = f"{PAGE}{call.pk}/receive/"
    assert path in shown
    assert client.get(path).status_code == 405
    moments = []
    for _ in range(2):
        assert client.post(path).status_code == 302
        moments.append(call_of(cast, "nasimi_guardianship").acknowledged_at)
    assert moments[0] == moments[1] is not None
    assert "This is a test" not in client.get("/referrals/").content.decode()
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="drill.acknowledge").count() == 1


def test_another_body_gets_the_404_of_the_absent(cast, run, sign_in):
    call = call_of(cast, "nasimi_guardianship")
    client = sign_in(cast.ganja_guardianship)
    hidden = client.post(f"{PAGE}{call.pk}/receive/")
    absent = client.post(f"{PAGE}00000000-0000-0000-0000-000000000000/receive/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    with acting_as(cast.ganja_guardianship.pk):
        assert [each.commission.district for each in DrillCall.objects.select_related("commission")] == [
            "ganja"
        ]


@pytest.mark.parametrize("who", ["worker", "supervisor", "nasimi_guardianship", "auditor"])
def test_who_has_no_part_in_it(cast, run, sign_in, who):
    call, client = call_of(cast, "ganja_guardianship"), sign_in(getattr(cast, who))
    answers = [
        client.get(PAGE),
        client.post(f"{PAGE}start/"),
        client.post(f"{PAGE}{call.pk}/repair/", {"what": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    with pytest.raises(PermissionDenied):
        drills.start(by=getattr(cast, who))
    with acting_as(getattr(cast, who).pk):
        assert not DrillCall.objects.filter(pk=call.pk).exists()


@pytest.mark.parametrize("who", ["worker", "supervisor", "director", "administrator"])
def test_the_centre_cannot_answer_for_a_body(cast, run, sign_in, who):
    call = call_of(cast, "nasimi_guardianship")
    assert sign_in(getattr(cast, who)).post(f"{PAGE}{call.pk}/receive/").status_code == 403
    with acting_as(getattr(cast, who).pk):
        try:
            with transaction.atomic():
                changed = DrillCall.objects.filter(pk=call.pk).update(
                    acknowledged_at=DrillRun.objects.values("started_at")[:1],
                    acknowledged_by=getattr(cast, who),
                )
        except Error:
            changed = 0
    assert changed == 0
    assert call_of(cast, "nasimi_guardianship").acknowledged_at is None


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("nasimi_guardianship", "repaired_at = now(), repaired_by_id = {me}, repair = 'x'"),
        ("nasimi_guardianship", "acknowledged_at = now(), acknowledged_by_id = {other}"),
        ("nasimi_guardianship", "acknowledged_at = now() + interval '1 day', acknowledged_by_id = {me}"),
        ("nasimi_guardianship", "commission_id = NULL"),
        ("director", "repaired_at = now(), repaired_by_id = {other}, repair = 'x'"),
        ("director", "repaired_at = now(), repaired_by_id = {me}"),
        ("director", "run_id = gen_random_uuid()"),
    ],
)
def test_the_database_refuses_the_rest(cast, run, who, change):
    me = getattr(cast, who)
    with acting_as(me.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE referrals_drillcall SET {change.format(me=me.pk, other=cast.ganja_guardianship.pk)}"
        )


def test_a_supervisor_starts_none_in_sql(cast):
    with acting_as(cast.supervisor.pk), pytest.raises(Error), transaction.atomic():
        DrillRun.objects.create(day=TODAY)
    with acting_as(cast.director.pk):
        DrillRun.objects.create(day=TODAY)  # the control


# --- repair before a child comes ----------------------------------------------------------------


def test_who_did_not_answer_becomes_a_duty_that_a_repair_ends(cast, old, sign_in):
    assert due(cast) == ["ganja guardianship", "ganja minors_commission"]
    for who in ("director", "administrator"):
        home = sign_in(getattr(cast, who)).get("/").content.decode()
        assert home.count("Did not answer the test: repair before a child comes</a>") == 2
    assert "Did not answer" not in sign_in(cast.supervisor).get("/").content.decode()
    call = call_of(cast, "ganja_guardianship")
    client, path = sign_in(cast.director), f"{PAGE}{call.pk}/repair/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"what": " "}).status_code == 200
    assert client.post(path, {"what": "A new e-mail"}).status_code == 302
    assert due(cast) == ["ganja minors_commission"]
    assert "A new e-mail" in client.get(PAGE).content.decode()
    assert "nothing to repair any more" in client.post(path, {"what": "Again"}).content.decode()


def test_not_before_the_days_have_passed(cast, run, settings):
    assert due(cast) == []
    settings.DRILL_ANSWER_DAYS = 0
    assert len(due(cast)) == 4


def test_a_later_answer_ends_it_and_a_later_silence_is_one_duty(cast, old, settings):
    drills.start(by=cast.director)
    answer(cast, "ganja_guardianship")
    assert due(cast) == ["ganja minors_commission"]
    settings.DRILL_ANSWER_DAYS = 0
    assert due(cast) == ["ganja minors_commission", "nasimi guardianship", "nasimi minors_commission"]


def test_a_late_answer_to_the_same_test_ends_it(cast, old):
    answer(cast, "ganja_guardianship")
    assert due(cast) == ["ganja minors_commission"]


def test_an_older_test_is_past_when_a_new_one_comes(cast, old, run):
    member = cast.ganja_guardianship
    with acting_as(member.pk):
        assert [call.run.day for call in drills.asked_of(member)] == [TODAY]


def test_one_row_costs_what_many_cost(cast, old, sign_in):
    client, counts = sign_in(cast.director), []
    for _ in range(2):
        for path in ("/", PAGE):
            client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
            client.get("/")
        counts.append(len(asked))
        if len(counts) == 1:
            answer(cast, "ganja_guardianship")
    assert counts[0] == counts[1]


# --- the clock and the bell -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_beat_starts_it_once_in_a_quarter(cast, settings):
    def beat(day):
        with as_login("DATABASE_WORKER_URL"):
            return drills.start_due(day)

    assert beat(TODAY) is False  # the first one a person starts
    drills.start(by=cast.director)
    assert [beat(TODAY + timedelta(days=days)) for days in (0, 89, 90, 90, 91)] == [
        False, False, True, False, False,
    ]  # fmt: skip
    settings.DRILL_DAYS = 0
    assert beat(TODAY + timedelta(days=900)) is False
    with acting_as(cast.director.pk):
        assert [run.started_by for run in DrillRun.objects.all()] == [None, cast.director]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_start_one(cast):
    drills.start(by=cast.director)

    def beat(_):
        try:
            return drills.start_due(TODAY + timedelta(days=90))
        finally:
            connections.close_all()

    with as_login("DATABASE_WORKER_URL"), ThreadPoolExecutor(3) as beats:
        assert sum(beats.map(beat, range(3))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_bell_says_that_it_is_a_test_and_rings_once(cast, run, settings):
    with as_login("DATABASE_WORKER_URL"):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
        drills.ring()  # nothing listens there
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        drills.ring()
    assert mail.outbox == []  # tried again in an hour
    with raw_login("SUPERUSER") as cursor:
        cursor.execute("UPDATE referrals_drillcall SET mail_at = now()")
    with as_login("DATABASE_WORKER_URL"):
        assert (drills.ring(), drills.ring()) == (4, 0)
    assert len(mail.outbox) == 4
    letter = mail.outbox[0]
    assert "TEST" in letter.subject or "SINAQ" in letter.subject
    assert len({(each.subject, each.body) for each in mail.outbox}) == 1


def test_a_centre_that_never_tested_is_told(cast, sign_in):
    assert "was never tested" in sign_in(cast.director).get("/").content.decode()
    assert sign_in(cast.director).post(f"{PAGE}start/").status_code == 302
    assert "was never tested" not in sign_in(cast.director).get("/").content.decode()
    assert "0 of 4 have confirmed" in sign_in(cast.administrator).get(PAGE).content.decode()


@pytest.mark.parametrize("day", ["nonsense", "2020-01-01", "\x00", "9" * 500])
def test_bad_days(cast, run, sign_in, day):
    assert sign_in(cast.director).get(PAGE, {"day": day}).status_code == 200


def test_nothing_personal_is_in_the_tables():
    columns = {field.name for model in (DrillRun, DrillCall) for field in model._meta.get_fields()}
    assert not columns & {"case", "victim", "notification", "message", "extract"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_start_to_one_click(enter, page):
    enter("director", path=PAGE)
    page.locator("a.btn", has_text="Start a test").click()
    page.locator("dd", has_text="4").first.wait_for()
    page.locator("main button", has_text="Do it").click()
    page.locator("text=0 of 4 have confirmed").wait_for()
    enter("nasimi-guardianship")
    page.locator("a.btn", has_text="Confirm").click()
    page.locator("button", has_text="The test has arrived").click()
    page.locator("text=the test has reached you").wait_for()
    assert "This is a test" not in page.inner_text("main")
    enter("director", path=PAGE)
    assert "1 of 4 have confirmed" in page.inner_text("main")
    assert Notification.objects.count() == 0
    assert enter.said == []
