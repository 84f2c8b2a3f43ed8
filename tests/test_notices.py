"""Which mails one gets, and how; and that none of them tells, on a phone's screen, what the centre does."""

import ast
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import override

from aidcenter import checks, notices
from aidcenter.context import acting_as
from aidcenter.mails import is_neutral
from aidcenter.models import HeldNotice, NoticeChoice, Staff, Way
from aidcenter.tasks import send_daily_mails
from cases import digest, incidents, staffing
from cases.tasks import send_digests
from referrals import owed_mails, partner_mail, watch
from referrals.models import LadderStep, Notification, OwedMail
from rehabilitation import calendar_reminders, feed, reminders
from rehabilitation.models import Booking
from tests.conftest import as_login as running_as
from tests.database import as_login
from tests.test_digest import look

pytestmark = pytest.mark.django_db
LANGUAGES = ("az", "ru", "en")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


# --- neutral --------------------------------------------------------------------------------


def test_what_tells_is_found_in_each_language():
    for said in (
        "Aid Centre: a referral",
        "Aid Center",
        "help for VICTIMS",
        "Human trafficking",
        "Yardım Mərkəzi: bildiriş",
        "İnsan alveri",
        "qurbanlar",
        "Центр помощи: направление",
        "Жертвы торговли людьми",
        "aidcenter@localhost",
    ):
        assert not is_neutral(said), said
    assert is_neutral("Tomorrow office@localhost Sabah Завтра Work")


def subjects(language):
    """(who makes it, subject, sender) of every mail to a person of the centre or of a partner."""
    person = Staff(pk=1, language=language, email="a@b.example")
    booking = Booking(during=DateTimeTZRange(NOON, NOON + timedelta(hours=1)))
    about = Notification(reference="N-2026-1", triggered_at=NOON)
    steps = [LadderStep(step=step, notification=about, climbed_at=NOON) for step in ("warn", "telephone")]
    owed = [OwedMail(person=person, step=step) for step in steps]
    owed.append(OwedMail(person=person, day=NOON.date(), count=1, waiting=0))
    made = [("owed_mails", owed_mails._message(each)) for each in owed]
    made.append(("partner_mail", partner_mail._mail(person, SimpleNamespace(reference="R-1"))))
    made.append(("staffing", staffing._mail(person, person.email)))
    made.append(("calendar_reminders", calendar_reminders._mail(person, [booking], None)))
    made.append(("notices", notices._of_the_day([HeldNotice(person=person, kind="looks", text="x")])))
    for subject, _text in (digest.told(person), reminders.told(person, ["AC-2026-0001"])):
        made.append(("notices", mail.EmailMessage(subject, to=[person.email])))
    mail.outbox.clear()
    incidents._mail(uuid.uuid4(), "AC-2026-0001", person.email, language)
    with override(language):
        watch.tell_of(["relay"], [person.email])
    made += zip(("incidents", "watch"), mail.outbox, strict=True)
    return [(name, each.subject, each.from_email) for name, each in made]


# Letters between authorities: a body has to know who writes.
BETWEEN_AUTHORITIES = {"bell", "body_mail", "drills"}


def test_every_subject_and_sender_is_neutral():
    found = {name for language in LANGUAGES for name, _subject, _sender in subjects(language)}
    for language in LANGUAGES:
        for name, subject, sender in subjects(language):
            assert subject, name
            assert is_neutral(f"{subject} {sender}"), (language, name, subject)
    assert found | BETWEEN_AUTHORITIES == set(makers())


def test_the_list_of_an_authenticator_is_neutral():
    assert is_neutral(project.MFA_TOTP_ISSUER)


def makers():
    """The modules that make a mail: a new one has to be added above."""
    for app in ("aidcenter", "cases", "rehabilitation", "referrals"):
        for path in Path(project.BASE_DIR, app).rglob("*.py"):
            calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            if any(getattr(call.func, "id", "") in ("EmailMessage", "send_mail") for call in calls):
                yield path.stem


def test_the_subjects_are_in_the_language_of_the_reader():
    said = [[each[:2] for each in subjects(language)] for language in LANGUAGES]
    for (name, one), (_ru, two), (_en, three) in zip(*said, strict=True):
        assert len({one, two, three}) == (1 if name == "watch" else 3), name  # one mail to all of them


def test_a_body_still_reads_who_writes():
    with override("az"):
        assert "Yardım Mərkəzi" in owed_mails._daily(OwedMail(commission_id=1, day=NOON.date()))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendar_is_neutral(cast, language):
    with acting_as(cast.worker.pk), override(language):
        text = feed.written(cast.worker, NOON)[0].decode()
    assert "X-WR-CALNAME" in text
    assert is_neutral(text)


def test_production_refuses_a_sender_that_tells(settings):
    settings.PRODUCTION = True
    for sender, refused in (("victims@aid.example", True), ("office@soc.example", False)):
        settings.DEFAULT_FROM_EMAIL = sender
        assert ("aidcenter.E006" in {problem.id for problem in checks.production()}) == refused


# --- chosen ---------------------------------------------------------------------------------


@pytest.fixture
def yesterday(cast, open_case, transactional_db):
    """The supervisor opened a case of the worker yesterday."""
    look(open_case({"given_name": "Nuray", "birth_year": 1990}), cast.supervisor)
    Staff.objects.filter(pk=cast.worker.pk).update(email="someone@centre.example")
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE aidcenter_auditevent SET at = at - interval '1 day'")


def chosen(person, **ways):
    said = dict.fromkeys(("looks", "reviews"), Way.NOW) | ways
    notices.choose(said, by=person)


def morning():
    with running_as("DATABASE_WORKER_URL"):
        send_digests()
        send_daily_mails()
        send_daily_mails()


@pytest.mark.parametrize(
    ("way", "found"),
    [("now", ["Yesterday"]), ("daily", ["Your daily summary"]), ("never", [])],
)
def test_it_comes_as_chosen(cast, yesterday, way, found):
    chosen(cast.worker, looks=way)
    morning()
    assert [letter.subject for letter in mail.outbox] == found
    assert all("/cases/opened/" in letter.body and "Nuray" not in letter.body for letter in mail.outbox)


def test_several_kinds_come_in_one_mail(cast, transactional_db):
    Staff.objects.filter(pk=cast.worker.pk).update(email="someone@centre.example")
    chosen(cast.worker, looks="daily", reviews="daily")
    with running_as("DATABASE_WORKER_URL"):
        person = Staff.objects.get(pk=cast.worker.pk)
        notices.tell(person, "looks", *digest.told(person))
        notices.tell(person, "reviews", *reminders.told(person, ["AC-2026-0001"]))
        assert notices.send_daily() == 1
        assert HeldNotice.objects.count() == 0
    assert ["AC-2026-0001" in letter.body and "opened" in letter.body for letter in mail.outbox] == [True]


def test_what_the_server_does_not_take_waits(cast, transactional_db, settings):
    Staff.objects.filter(pk=cast.worker.pk).update(email="someone@centre.example")
    chosen(cast.worker, looks="daily")
    with running_as("DATABASE_WORKER_URL"):
        person = Staff.objects.get(pk=cast.worker.pk)
        notices.tell(person, "looks", *digest.told(person))
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
        assert (notices.send_daily(), HeldNotice.objects.count()) == (0, 1)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert (notices.send_daily(), HeldNotice.objects.count()) == (1, 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}, {"way": "never"}])
def test_what_nobody_wants_any_more_is_not_sent(cast, transactional_db, change):
    Staff.objects.filter(pk=cast.worker.pk).update(email="someone@centre.example")
    chosen(cast.worker, looks="daily")
    with running_as("DATABASE_WORKER_URL"):
        person = Staff.objects.get(pk=cast.worker.pk)
        notices.tell(person, "looks", *digest.told(person))
    if "way" in change:
        chosen(cast.worker, looks="never")
    else:
        with acting_as(cast.administrator.pk):
            Staff.objects.filter(pk=cast.worker.pk).update(**change)
    with running_as("DATABASE_WORKER_URL"):
        assert (notices.send_daily(), HeldNotice.objects.count(), mail.outbox) == (0, 0, [])


def test_who_gets_what(cast):
    def kinds(person):
        return [notice.kind for notice in notices.of(person)]

    assert kinds(cast.worker) == ["looks", "account", "reviews", "tomorrow", "silent"]
    assert kinds(cast.director) == ["incident", "account", "silent", "figures", "trouble"]
    assert (kinds(cast.partner), kinds(cast.nasimi_guardianship)) == (["partner"], ["bell"])
    assert kinds(cast.auditor) == ["account"]


def test_the_page_keeps_what_is_chosen(cast, sign_in):
    client = sign_in(cast.worker)
    assert client.post("/me/notices/", {"looks": "daily", "reviews": "never"}).url == "/me/notices/"
    assert notices.ways(cast.worker) == {"looks": "daily", "reviews": "never"}
    client.post("/me/notices/", {"looks": "now", "reviews": "never"})
    assert notices.ways(cast.worker) == {"looks": "now", "reviews": "never"}
    refused = client.post("/me/notices/", {"looks": "often", "reviews": "never"}).content.decode()
    assert "error-summary" in refused
    assert "silent" not in refused.split("These always come")[0]
    assert "e-mail address was changed" in sign_in(cast.auditor).get("/me/notices/").content.decode()
    assert sign_in(cast.auditor).post("/me/notices/", {"looks": "never"}).status_code == 200


def test_nobody_declines_for_another(cast):
    with pytest.raises(ProgrammingError), transaction.atomic():
        NoticeChoice.objects.create(person=cast.colleague, kind="looks", way="never")
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChoice.objects.create(person=cast.worker, kind="looks", way="often")
    with pytest.raises(ProgrammingError), transaction.atomic():
        HeldNotice.objects.count()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_chooses_their_mails(enter, page, cast):
    enter("worker", path="/me/")
    page.locator("a", has_text="Which mails I get").click()
    group = page.get_by_role("group", name="Colleagues opened cases of mine")
    group.get_by_label("in the mail of the day").check()
    assert Axe().run(page).response["violations"] == []
    page.locator("button", has_text="Save").click()
    page.locator("text=Your settings are saved").wait_for()
    assert group.get_by_label("in the mail of the day").is_checked()
    assert enter.said == []
