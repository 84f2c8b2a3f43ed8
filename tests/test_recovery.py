"""A lost second factor: two others vouch, and only the browser that asked goes on (P11)."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from aidcenter import recovery
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent, Recovery
from tests.cast import just_shown
from tests.database import as_login
from tests.test_signin import MFA, PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/accounts/lost-factor/"


@pytest.fixture
def person(cast):
    """The worker, with a password and one authenticator app."""
    cache.clear()
    cast.worker.set_password(PASSWORD)
    cast.worker.save()
    TOTP.activate(cast.worker, generate_totp_secret())
    return cast.worker


@pytest.fixture
def browser(person):
    """The person's browser, behind the password."""
    client = Client(headers={"accept-language": "en"})
    assert client.post("/accounts/login/", {"login": "worker", "password": PASSWORD}).url.endswith(
        "/2fa/authenticate/"
    )
    return client


def ask(browser):
    assert b"lost-factor" in browser.get("/accounts/2fa/authenticate/").content
    assert browser.post(PAGE).url == PAGE
    return re.search(r"\b\d{6}\b", browser.get(PAGE).content.decode()).group()


def vouch(sign_in, person, code):
    client = just_shown(sign_in(person))
    with acting_as(person.pk):
        waiting = Recovery.objects.get()
    return client.post(f"/staff/recovery/{waiting.pk}/", {"code": code})


def test_two_vouch_and_the_same_browser_goes_on(cast, person, browser, sign_in):
    code = ask(browser)
    for other in (cast.supervisor, cast.director):
        assert browser.post(PAGE).url == PAGE  # not yet
        assert Authenticator.objects.filter(user=person).exists()
        assert b"lost the second factor" in sign_in(other).get("/").content
        assert vouch(sign_in, other, code).url == "/"
    assert b"Supervisor has confirmed." in browser.get(PAGE).content
    assert browser.post(PAGE).status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    assert browser.get("/cases/").url == MFA  # a new factor first
    with acting_as(cast.auditor.pk):
        done = AuditEvent.objects.filter(action__startswith="recovery").order_by("pk")
        assert [event.action.partition(".")[2] for event in done] == ["ask", "confirm", "confirm", "end"]


def test_another_browser_with_the_password_gets_nothing(cast, person, browser, sign_in):
    code = ask(browser)
    for other in (cast.supervisor, cast.other_supervisor):
        vouch(sign_in, other, code)
    thief = Client(headers={"accept-language": "en"})
    thief.post("/accounts/login/", {"login": "worker", "password": PASSWORD})
    assert code.encode() not in thief.get(PAGE).content
    thief.post(PAGE)  # asks anew, for itself
    assert thief.get("/").url.startswith("/accounts/login/")
    assert Authenticator.objects.filter(user=person).exists()


def test_without_the_password_there_is_nothing_to_ask(person):
    assert Client().post(PAGE).url == "/accounts/login/"


def test_a_wrong_number_confirms_nothing(cast, browser, sign_in):
    code = ask(browser)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for said in (wrong, "", "x" * 21, "１２３４５６"):
        assert vouch(sign_in, cast.supervisor, said).status_code == 200
    with acting_as(cast.supervisor.pk):
        assert Recovery.objects.get().first_by is None


def test_one_person_counts_once(cast, browser, sign_in):
    code = ask(browser)
    assert vouch(sign_in, cast.supervisor, code).status_code == 302
    assert vouch(sign_in, cast.supervisor, code).status_code == 200
    with acting_as(cast.supervisor.pk):
        assert Recovery.objects.get().second_by is None


def test_nobody_vouches_for_themselves(cast, sign_in):
    made, code = recovery.ask(by=cast.supervisor)
    assert sign_in(cast.supervisor).get(f"/staff/recovery/{made.pk}/").status_code == 404
    with pytest.raises(ValidationError):
        recovery.confirm(made, code=code, by=cast.supervisor)


@pytest.mark.parametrize("who", ["worker", "colleague", "auditor", "administrator", "nasimi_guardianship"])
def test_others_do_not_vouch(cast, browser, sign_in, who):
    ask(browser)
    with acting_as(cast.supervisor.pk):
        waiting = Recovery.objects.get()
    assert sign_in(getattr(cast, who)).get(f"/staff/recovery/{waiting.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("supervisor", "first_by_id = {supervisor}, second_by_id = {director}"),
        ("supervisor", "first_by_id = {director}"),
        ("supervisor", "second_by_id = {supervisor}"),
        ("supervisor", "first_by_id = {supervisor}, code = 'x'"),
        ("supervisor", "ended_at = now()"),
        ("worker", "first_by_id = {worker}"),
        ("worker", "first_by_id = {supervisor}"),
        ("worker", "ended_at = now()"),
        ("colleague", "first_by_id = {colleague}"),
    ],
)
def test_the_database_refuses_the_rest(cast, who, change):
    made, _ = recovery.ask(by=cast.worker)
    people = {name: person.pk for name, person in vars(cast).items()}
    with acting_as(people[who]):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE aidcenter_recovery SET {change.format(**people)}")
                assert cursor.rowcount == 0
        except Error:
            pass
    with acting_as(cast.supervisor.pk):
        kept = Recovery.objects.get()
    assert (kept.first_by, kept.second_by, kept.ended_at, kept.code) == (None, None, None, made.code)


@pytest.mark.django_db(transaction=True)
def test_it_ends_after_a_day(cast, browser, sign_in):
    code = ask(browser)
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE aidcenter_recovery SET asked_at = %s", [timezone.now() - timedelta(hours=25)])
    assert vouch(sign_in, cast.supervisor, code).status_code == 404
    assert code.encode() not in browser.get(PAGE).content


def test_one_factor_is_one_too_few(cast, person, sign_in):
    page = sign_in(person).get("/").content
    assert b"Set up a second way to sign in" in page
    assert b"Print your ten one-time codes" in page
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    RecoveryCodes.activate(person)
    page = sign_in(person).get("/").content
    assert b"Set up a second way to sign in" not in page
    assert b"Print your ten one-time codes" not in page
