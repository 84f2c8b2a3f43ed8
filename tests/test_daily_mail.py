"""The mail of each day: numbers to each body and the director, once, zero too, until it has left."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils import timezone

from aidcenter import settings as ours
from referrals import daily, owed_mails
from referrals.models import Notification, OwedMail
from tests.conftest import as_login
from tests.database import as_owner
from tests.silence import ages, relay, to_guardianship, turn
from tests.test_delivery import deliver
from tests.test_ladder import with_mail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def morning(settings, cast):
    """The minute of the mail is a minute ago; the director has an address."""
    settings.DAILY_MAIL_AT = f"{timezone.localtime():%H:%M}"
    with_mail(cast.director)


@pytest.fixture
def yesterdays(child_case):
    """A child who was registered some hours ago; the case."""
    for row in Notification.objects.all():
        ages(row, 3)
    return child_case


def letters():
    """To whom the mails of the day went, with the numbers they say."""
    found = [each for each in mail.outbox if "gün" in each.subject.lower() or "day" in each.subject]
    return {each.to[0]: numbers(each) for each in found}


def numbers(letter):
    lines = letter.body.splitlines()
    return tuple(int(line.rpartition(": ")[2]) for line in lines[1:3])


def test_each_body_and_the_director_are_told_zero_too(cast, yesterdays, morning):
    turn()
    assert letters() == {
        "guardianship@nasimi.example": (1, 1), "minors_commission@nasimi.example": (1, 1),
        "guardianship@ganja.example": (0, 0), "minors_commission@ganja.example": (0, 0),
        "director@x.example": (2, 2),
    }  # fmt: skip


def test_it_counts_since_yesterday_and_not_what_is_held_or_cancelled(cast, yesterdays, open_case, morning):
    ages(to_guardianship(yesterdays), 25)  # the day before
    for case, change in ((open_case({"estimated_age": 12}), "held = true"),
                         (open_case({"estimated_age": 12}), "state = 'cancelled'")):  # fmt: skip
        with as_owner() as cursor:
            cursor.execute("ALTER TABLE referrals_notification DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE referrals_notification SET {change} WHERE case_id = %s", [str(case.pk)])
            cursor.execute("ALTER TABLE referrals_notification ENABLE TRIGGER USER")
    turn()
    assert letters()["guardianship@nasimi.example"] == (0, 1)
    assert letters()["director@x.example"] == (1, 2)


def test_it_waits_for_its_minute(cast, child_case, morning, settings):
    settings.DAILY_MAIL_AT = "23:59"
    if timezone.localtime().strftime("%H:%M") == "23:59":
        pytest.skip("the last minute of the day")
    with relay():
        assert daily.owe() == 0


def test_two_beats_and_two_relays_send_it_once(cast, child_case, morning):
    def run(_):
        try:
            return daily.owe(), owed_mails.send()
        finally:
            connections.close_all()

    for login in ("RELAY", "WORKER"):
        with as_login(f"DATABASE_{login}_URL"), ThreadPoolExecutor(3) as pool:
            list(pool.map(run, range(3)))
    assert sorted(each.to[0] for each in mail.outbox) == sorted(letters())
    with relay():
        assert OwedMail.objects.filter(sent=True).count() == 5


def test_it_is_sent_when_the_mail_server_is_back(cast, child_case, morning, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    turn()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with relay():
        assert OwedMail.objects.filter(done_at=None, tries__gt=0).count() == 5  # one was tried, all wait
        OwedMail.objects.update(due_at=timezone.now())
    turn()
    assert len(letters()) == 5


def test_a_refused_address_holds_up_no_other(cast, child_case, morning, settings):
    settings.EMAIL_BACKEND = "tests.test_daily_mail.Picky"
    turn()
    assert len(letters()) == 4


class Picky:
    """A mail server that knows no Ganja."""

    def __init__(self, **_):
        self.outbox = mail.outbox

    def send_messages(self, messages):
        """Take what is not for Ganja's guardians."""
        for letter in messages:
            if letter.to == ["guardianship@ganja.example"]:
                raise SMTPRecipientsRefused({letter.to[0]: (550, b"unknown")})
            self.outbox.append(letter)
        return len(messages)


def test_it_names_nobody_and_has_one_form(cast, child_case, morning):
    deliver()
    mail.outbox.clear()
    turn()
    said = "".join(each.subject + each.body for each in mail.outbox)
    reference = to_guardianship(child_case).reference
    assert [word for word in ("Nuray", "liyeva", child_case.number, reference) if word in said] == []
    forms = {"".join(sign for sign in each.body if not sign.isdigit()) for each in mail.outbox if "ganja" in each.to[0]
             or "nasimi" in each.to[0]}  # fmt: skip
    assert (len(forms), len({each.subject for each in mail.outbox if "x.example" not in each.to[0]})) == (
        1,
        1,
    )


def test_nobody_without_an_address(cast, child_case, morning):
    with as_owner() as cursor:
        cursor.execute("UPDATE referrals_commission SET email = '' WHERE district = 'ganja'")
    turn()
    assert len(letters()) == 3


def test_a_minute_that_is_none_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("DAILY_MAIL_AT", "25:00")
    with pytest.raises(ImproperlyConfigured, match=r"08:30"):
        importlib.reload(ours)
