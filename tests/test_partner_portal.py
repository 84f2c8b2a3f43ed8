"""The portal of a partner: only what it was asked, the name on record, and an end to it."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Role
from cases.models import Case, DataKey, Victim
from referrals import partner_mail, partners
from referrals.models import PartnerMember, PartnerSheet, PartnerWord, Referral
from tests.conftest import as_login as running_as
from tests.database import as_owner
from tests.partners import REPORT, TODAY, a_partner, prepared, said, sent
from tests.test_orders import decided, entered
from tests.test_providers import offer_services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
PORTAL = "/referrals/partners/portal/"
CANARIES = ("Qızılquşova", "Zərnişan", "Bəhmənyar", "7654321")


def at(sheet, act=""):
    return f"{PORTAL}{sheet.pk}/{act}"


@pytest.fixture
def clinic(cast):
    """The partner of `partner`; `other_partner` is of another."""
    a_partner(cast, cast.other_partner, name="Clinic 9")
    return a_partner(cast, cast.partner)


@pytest.fixture
def case(open_case):
    """A case with canaries in everything that must not leave."""
    who = {"given_name": "Zərnişan", "family_name": "Qızılquşova", "father_name": "Bəhmənyar"}
    return open_case({**who, "phone": "+994507654321", "name_to_use": "Lale", "birth_year": 1990})


@pytest.fixture
def sheet(cast, case, clinic):
    """A sheet in the portal."""
    return sent(prepared(case, clinic, cast.worker), cast.worker)


def test_the_quartet(cast, sheet, sign_in):
    found = {who: sign_in(getattr(cast, who)).get(at(sheet)).status_code
             for who in ("partner", "other_partner", "worker", "supervisor", "administrator", "director")}  # fmt: skip
    assert found == {"partner": 200, "other_partner": 404, "worker": 403, "supervisor": 403,
                     "administrator": 403, "director": 403}  # fmt: skip


def test_another_partner_gets_the_404_of_the_absent(cast, sheet, sign_in):
    client = sign_in(cast.other_partner)
    hidden, absent = client.get(at(sheet)), client.get(f"{PORTAL}{uuid.uuid4()}/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    for act in ("receive/", "accept/", "decline/", "ask/", "report/"):
        assert client.post(at(sheet, act), {"text": "x"}).status_code == 404
    assert "Nothing was asked of you" in client.get("/").content.decode()
    sheet.refresh_from_db()
    assert sheet.state == "sent"


def test_the_inbox_is_the_home_page_and_names_nobody(cast, sheet, sign_in):
    shown = sign_in(cast.partner).get("/").content.decode()
    assert sheet.reference in shown
    assert [word for word in (*CANARIES, "Lale") if word in shown] == []


def test_the_name_opens_to_who_confirms_and_is_on_record(cast, sheet, sign_in):
    client = sign_in(cast.partner)
    before = client.get(at(sheet)).content.decode()
    assert ("Lale" in before, "SMS after six" in before, "check-up" in before) == (False, False, True)
    assert client.get(at(sheet, "receive/")).status_code == 405
    sheet.refresh_from_db()
    assert sheet.state == "sent"
    assert client.post(at(sheet, "receive/")).status_code == 302
    after = client.get(at(sheet)).content.decode()
    assert ("Lale" in after, "SMS after six" in after) == (True, True)
    assert [word for word in CANARIES if word in after] == []
    opened = AuditEvent.objects.filter(action="partner.open", ids__contains=[sheet.pk])
    assert [event.actor_id for event in opened] == [cast.partner.pk]
    assert (
        cast.partner.display_name
        in sign_in(cast.worker).get(f"/referrals/partners/{sheet.referral_id}/").content.decode()
    )


def test_a_colleague_opens_it_by_an_act_of_their_own(cast, sheet, clinic, sign_in):
    with as_administrator():
        colleague = Staff.objects.create(
            username="nurse", display_name="Nurse", role=Role.PARTNER, language="en"
        )
    with acting_as(cast.administrator.pk):
        PartnerMember.objects.create(staff=colleague, provider=clinic)
    said(sheet, "received", cast.partner)
    client = sign_in(colleague)
    assert "Lale" not in client.get(at(sheet)).content.decode()
    again = client.post(at(sheet, "receive/"), follow=True).content.decode()
    assert "already confirmed" in again
    assert "Lale" not in again
    client.post(at(sheet))
    assert "Lale" in client.get(at(sheet)).content.decode()


def test_accepting_asking_and_reporting(cast, sheet, sign_in):
    client = sign_in(cast.partner)
    client.post(at(sheet, "accept/"))
    client.post(at(sheet, "ask/"), {"text": "Which language?"})
    with acting_as(cast.worker.pk):
        partners.answer(sheet.referral, text="Azerbaijani, please", by=cast.worker)
    assert "Azerbaijani, please" in client.get(at(sheet)).content.decode()
    assert client.post(at(sheet, "report/"), {"text": "", "outcome": "helped"}).status_code == 200
    late = REPORT | {"starts_on": TODAY + timedelta(days=1), "ends_on": ""}
    assert "has not come yet" in client.post(at(sheet, "report/"), late).content.decode()
    assert client.post(at(sheet, "report/"), REPORT | {"ends_on": ""}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.referral.state) == ("completed", "completed")
    report = PartnerWord.objects.get(kind="report")
    assert (report.text, report.outcome, report.author) == (REPORT["text"], "helped", cast.partner)


def test_declining_needs_a_reason_and_happens_once(cast, sheet, sign_in):
    client = sign_in(cast.partner)
    assert client.post(at(sheet, "decline/"), {"text": " "}).status_code == 200
    sheet.refresh_from_db()
    assert sheet.state == "sent"
    assert client.post(at(sheet, "decline/"), {"text": "Full"}).status_code == 302
    assert "cannot become" in client.post(at(sheet, "accept/"), follow=True).content.decode()
    kept = client.post(at(sheet, "decline/"), {"text": "Full again"}).content.decode()
    assert "cannot become" in kept
    assert PartnerWord.objects.filter(kind="declined").count() == 1


def test_of_two_who_answer_at_once_the_second_is_told(cast, sheet):
    """Both have read the row before either answers."""
    with acting_as(cast.partner.pk):
        one, two = PartnerSheet.objects.get(), PartnerSheet.objects.get()
        partners.say(one, "accepted", {}, by=cast.partner)
        with pytest.raises(ValidationError, match="changed meanwhile"):
            partners.say(two, "declined", {"text": "Full"}, by=cast.partner)
    sheet.refresh_from_db()
    assert sheet.state == "accepted"


def test_a_withdrawn_one_says_so_and_nothing_else(cast, sheet, sign_in):
    said(sheet, "received", cast.partner)
    with acting_as(cast.worker.pk):
        partners.withdraw(sheet.referral, why="Her brother works there", by=cast.worker)
    client = sign_in(cast.partner)
    shown = client.get(at(sheet)).content.decode()
    assert "Withdrawn" in shown
    assert [word for word in ("Lale", "check-up", "brother", "SMS") if word in shown] == []
    assert "withdrawn this" in client.post(at(sheet, "accept/"), follow=True).content.decode()
    with acting_as(cast.partner.pk):
        assert (DataKey.objects.count(), PartnerWord.objects.count()) == (0, 0)


def test_it_closes_days_after_the_end_and_the_key_with_it(cast, sheet, settings):
    said(sheet, "declined", cast.partner, text="Full")
    with acting_as(cast.partner.pk):
        assert (PartnerSheet.objects.count(), DataKey.objects.count()) == (1, 1)  # the control
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE referrals_partnersheet DISABLE TRIGGER USER")
        cursor.execute("UPDATE referrals_partnersheet SET open_until = now() - interval '1 second'")
        cursor.execute("ALTER TABLE referrals_partnersheet ENABLE TRIGGER USER")
    with acting_as(cast.partner.pk):
        assert (PartnerSheet.objects.count(), DataKey.objects.count(), PartnerWord.objects.count()) == (
            0,
            0,
            0,
        )


test_it_closes_days_after_the_end_and_the_key_with_it = pytest.mark.django_db(transaction=True)(
    test_it_closes_days_after_the_end_and_the_key_with_it
)


def test_the_end_is_counted_in_days_of_the_setting(cast, case, clinic, settings):
    settings.PARTNER_OPEN_DAYS = 3
    made = sent(prepared(case, clinic, cast.worker), cast.worker)
    made = said(made, "declined", cast.partner, text="Full")
    assert timedelta(days=2) < made.open_until - timezone.now() <= timedelta(days=3)


@pytest.mark.django_db(transaction=True)
def test_a_stopped_case_is_hidden_from_the_partner(cast, case, sheet, sign_in):
    order = entered(case, cast.worker, cast.supervisor)
    client = sign_in(cast.partner)
    assert client.get(at(sheet)).status_code == 200  # the control
    with running_as("DATABASE_WORKER_URL"):
        assert PartnerSheet.objects.unanswered().count() == 1
    decided(order, cast.director)
    with running_as("DATABASE_WORKER_URL"):
        assert PartnerSheet.objects.unanswered().count() == 0
    assert client.get(at(sheet)).status_code == 404
    assert sheet.reference not in client.get("/").content.decode()
    with acting_as(cast.partner.pk):
        assert (PartnerSheet.objects.count(), DataKey.objects.count()) == (0, 0)


# --- the database alone ---------------------------------------------------------------------------


def counted(person):
    with acting_as(person.pk):
        models = (Case, Victim, Referral, PartnerSheet, PartnerWord, DataKey)
        return [model.objects.count() for model in models]


def test_the_database_shows_a_partner_its_sheet_and_nothing_else(cast, sheet):
    said(sheet, "accepted", cast.partner)
    assert counted(cast.partner) == [0, 0, 0, 1, 1, 1]  # the word "sent" stays inside
    assert counted(cast.other_partner) == [0, 0, 0, 0, 0, 0]
    with as_administrator():
        Staff.objects.filter(pk=cast.partner.pk).update(is_active=False)
    assert counted(cast.partner) == [0, 0, 0, 0, 0, 0]


def words(sheet, author, kind="accepted"):
    return (
        "INSERT INTO referrals_partnerword (id, referral_id, sheet_id, case_id, victim_id, kind, author_id)"
        f" VALUES (gen_random_uuid(), '{sheet.referral_id}', '{sheet.pk}', '{sheet.case_id}', '{sheet.victim_id}',"
        f" '{kind}', {author.pk})"
    )


def runs(person, sql):
    """How many rows the statement of `person` touched; None when refused."""
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.rowcount
    except Error:
        return None


def test_raw_sql_of_a_partner_is_refused(cast, sheet, clinic):
    refused = (
        words(sheet, cast.worker),  # in the name of another
        words(sheet, cast.partner, "withdrawn"),
        words(sheet, cast.partner, "answer"),
        words(sheet, cast.partner, "sent"),
        "UPDATE referrals_partnersheet SET state = 'accepted'",
        "UPDATE referrals_partnersheet SET open_until = now() + interval '9 years'",
        f"INSERT INTO referrals_partnermember (staff_id, provider_id) VALUES ({cast.house.pk}, '{clinic.pk}')",
        f"UPDATE referrals_partnermember SET provider_id = '{clinic.pk}'",
        "UPDATE referrals_referral SET state = 'due'",
    )
    found = {sql: runs(cast.partner, sql) for sql in refused}
    assert {sql for sql, rows in found.items() if rows} == set()
    assert runs(cast.other_partner, words(sheet, cast.other_partner)) is None
    assert runs(cast.partner, words(sheet, cast.partner)) == 1  # the control


# --- reminders, accounts --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_mails_say_nothing_of_a_person_and_stop_with_the_answer(cast, sheet, settings):
    Staff.objects.filter(pk=cast.partner.pk).update(email="clinic@example.az")
    mail.outbox.clear()
    with running_as("DATABASE_WORKER_URL"):
        assert (partner_mail.send(), partner_mail.send()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.subject == "Something waits for your answer"
    assert sheet.reference in letter.body
    assert [
        word for word in (*CANARIES, "Lale", "check-up", "Clinic") if word in letter.subject + letter.body
    ] == []
    settings.PARTNER_REMIND_DAYS = 0
    with running_as("DATABASE_WORKER_URL"):
        assert partner_mail._next() is True
    said(sheet, "accepted", cast.partner)
    with running_as("DATABASE_WORKER_URL"):
        assert partner_mail.send() == 0


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_is_not_taken_is_tried_again_soon_and_holds_up_nobody(cast, sheet, settings):
    Staff.objects.filter(pk=cast.partner.pk).update(email="clinic@example.az")
    taken = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    with running_as("DATABASE_WORKER_URL"):
        assert partner_mail.send() == 1
    sheet.refresh_from_db()
    again = sheet.reminded_at + timedelta(days=settings.PARTNER_REMIND_DAYS)
    assert timedelta(0) < again - timezone.now() <= timedelta(hours=1)
    settings.EMAIL_BACKEND, settings.PARTNER_REMIND_DAYS = taken, 2
    mail.outbox.clear()
    with running_as("DATABASE_WORKER_URL"):
        assert partner_mail.send() == 1
    assert len(mail.outbox) == 1


def test_an_administrator_makes_the_account(cast, clinic, sign_in, settings):
    settings.DEMO = True  # whose people have no second factor to show again
    new = "/referrals/partners/members/new/"
    about = {
        "provider": clinic.pk,
        "display_name": "Nurse",
        "username": "nurse",
        "email": "n@example.az",
        "language": "az",
    }
    assert [
        sign_in(getattr(cast, who)).get(new).status_code for who in ("worker", "supervisor", "partner")
    ] == [403] * 3
    client = sign_in(cast.administrator)
    assert client.post(new, about | {"email": "nobody"}).status_code == 200
    assert client.post(new, about | {"username": "worker"}).status_code == 200
    assert not Staff.objects.filter(username="nurse").exists()
    shown = client.post(new, about).content.decode()
    person = Staff.objects.get(username="nurse")
    password = shown.split("<code>")[2].split("<")[0]
    assert (person.role, person.partnership.provider, person.check_password(password)) == (
        "partner",
        clinic,
        True,
    )
    assert "Nurse" in client.get("/referrals/partners/members/").content.decode()


def test_equal_queries_for_one_and_for_three(cast, open_case, clinic, sign_in):
    client, counts = sign_in(cast.partner), []
    for wanted in (1, 3):
        while PartnerSheet.objects.count() < wanted:
            last = sent(prepared(open_case(), clinic, cast.worker), cast.worker)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert last.reference in client.get("/").content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_partner_receives_accepts_and_reports(enter, page, cast, sheet):
    offer_services(cast.administrator)
    enter("partner")
    page.locator("main .duty a.btn").first.click()
    assert "Lale" not in page.inner_text("main")
    page.locator("button", has_text="We have received this").click()
    page.locator("text=Lale").first.wait_for()
    page.locator("button", has_text="Yes, we will help").click()
    page.locator("text=The centre sees that you will help").wait_for()
    page.fill("[name=text] >> nth=0", REPORT["text"])
    page.locator("input[name=outcome][value=helped]").check()
    page.locator("button", has_text="Report what was done").click()
    page.locator("text=The centre reads your report").wait_for()
    sheet.refresh_from_db()
    assert sheet.state == "completed"
    enter("worker", path=f"/cases/{sheet.case_id}/")
    page.locator("main a[href*='?type=medical']").first.click()
    assert page.locator("select[name=type]").input_value() == "medical"
    assert enter.said == []


def test_a_report_of_what_goes_on_ends_nothing(cast, sheet, sign_in):
    client = sign_in(cast.partner)
    said(sheet, "accepted", cast.partner)
    said(sheet, "question", cast.partner, text="Which language?")
    assert (
        client.post(at(sheet, "report/"), REPORT | {"outcome": "goes_on", "ends_on": ""}).status_code == 302
    )
    sheet.refresh_from_db()
    assert (sheet.state, sheet.referral.state, sheet.referral.asks, sheet.open_until) == (
        "accepted", "accepted", True, None,
    )  # fmt: skip
    assert "Report what was done" in client.get(at(sheet)).content.decode()
    assert client.post(at(sheet, "report/"), REPORT | {"ends_on": ""}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "completed"


def test_nothing_is_reported_before_it_is_accepted(cast, sheet):
    with pytest.raises(ValidationError):
        said(sheet, "report", cast.partner, **REPORT | {"outcome": "goes_on"})
