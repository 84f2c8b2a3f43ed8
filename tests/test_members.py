"""The members of a state body: accounts with sealed codes, leaving, and who stands in for whom."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.test import Client

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent, Staff
from referrals import authority_members
from referrals.actions import acknowledge
from referrals.models import Commission, Member, MemberAway, Notification
from tests.cast import just_shown
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = baku_today()
PAGE = "/referrals/authorities/"
PERSON = {"display_name": "Sevda", "username": "sevda", "email": "s@x.example", "language": "en"}


@pytest.fixture
def body(cast):
    """The guardianship authority of Nasimi."""
    return Commission.objects.get(district="nasimi", body="guardianship")


@pytest.fixture
def fresh(cast, sign_in):
    """The administrator, who has just shown the second factor."""
    return just_shown(sign_in(cast.administrator))


def envelope(page):
    """(password, codes) as the page shows them once."""
    shown = re.findall(r"<code>([^<]+)</code>", page.content.decode())
    return shown[1], shown[2:]


@pytest.mark.django_db(transaction=True)
def test_a_member_comes_in_with_the_password_and_a_sealed_code(cast, body, fresh, sign_in):
    cache.clear()
    path = f"{PAGE}{body.pk}/members/new/"
    assert "reauthenticate" in sign_in(cast.administrator).get(path).url
    password, codes = envelope(fresh.post(path, PERSON))
    assert len(set(codes)) == 10
    person = Staff.objects.get(username="sevda")
    assert (person.role, person.membership.commission) == ("commission_member", body)
    client = Client(headers={"accept-language": "en"})
    entered = client.post("/accounts/login/", {"login": "sevda", "password": password})
    assert entered.url == "/accounts/2fa/authenticate/"
    assert client.get("/referrals/").status_code == 302  # the password alone reaches nothing
    assert client.get("/accounts/2fa/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "00000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert client.get("/referrals/").status_code == 200
    assert b"Set up a second way to sign in" in client.get("/").content
    with acting_as(cast.auditor.pk):
        used = AuditEvent.objects.filter(action="sign_in.code")
        assert [event.actor_id for event in used] == [person.pk]
    again = Client()
    again.post("/accounts/login/", {"login": "sevda", "password": password})
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # once only
    assert ">9<" in fresh.get(f"{PAGE}{body.pk}/").content.decode()


def test_without_codes_a_password_would_set_up_a_factor(cast, body, fresh):
    """The control: what the sealed codes add."""
    password, _codes = envelope(fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON))
    Authenticator.objects.filter(user__username="sevda").delete()
    client = Client()
    client.post("/accounts/login/", {"login": "sevda", "password": password})
    assert client.get("/accounts/2fa/").status_code == 200


def test_new_codes_end_the_old_ones(cast, body, fresh, sign_in):
    _password, old = envelope(fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON))
    person = Staff.objects.get(username="sevda")
    TOTP.activate(person, generate_totp_secret())
    path = f"{PAGE}members/{person.membership.pk}/codes/"
    assert "reauthenticate" in sign_in(cast.administrator).post(path).url
    assert fresh.get(path).status_code == 200
    page = fresh.post(path).content.decode()
    new = re.findall(r"<code>(\d+)</code>", page)
    assert (len(new), set(new) & set(old)) == (10, set())
    wrapped = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    assert (wrapped.validate_code(old[3]), wrapped.validate_code(new[3])) == (False, True)
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    with acting_as(cast.auditor.pk):
        facts = AuditEvent.objects.get(action="commission.codes").facts
    assert facts == {"person": person.pk}


def test_a_taken_name_is_refused_in_the_form(cast, body, fresh):
    page = fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON | {"username": "worker"})
    assert b"already exists" in page.content
    assert Member.objects.count() == 4


def test_leaving_ends_a_member_in_one_act(cast, body, fresh, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    assert client.get("/referrals/").status_code == 200
    assert fresh.post(f"/staff/{cast.nasimi_guardianship.pk}/leave/", {"successor": ""}).status_code == 302
    assert client.get("/referrals/").url.startswith("/accounts/login/")
    assert "nobody signs in" in fresh.get(f"{PAGE}{body.pk}/").content.decode()
    member = Member.objects.get(staff=cast.nasimi_guardianship)
    assert fresh.get(f"{PAGE}members/{member.pk}/codes/").status_code == 404


def away(cast, body, fresh, **wrong):
    member = Member.objects.get(staff=cast.nasimi_guardianship)
    deputy = Member.objects.filter(commission=body).exclude(pk=member.pk).first()
    said = {"deputy": deputy.pk, "first_day": TODAY.isoformat(), "last_day": TODAY.isoformat()} | wrong
    return fresh.post(f"{PAGE}members/{member.pk}/away/", said)


@pytest.mark.django_db(transaction=True)
def test_a_deputy_reads_what_is_open_to_the_absent(cast, body, child_case, fresh, sign_in):
    fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON)
    deputy = Staff.objects.get(username="sevda")
    deliver()
    sent = Notification.objects.get(body="guardianship")
    with acting_as(cast.nasimi_guardianship.pk):
        acknowledge(sent, by=cast.nasimi_guardianship)
    page = f"/referrals/{sent.pk}/"
    assert "Nuray" not in sign_in(deputy).get(page).content.decode()
    assert away(cast, body, fresh).status_code == 302
    assert "Nuray" in sign_in(deputy).get(page).content.decode()
    assert "Deputy: Sevda" in fresh.get(f"{PAGE}{body.pk}/").content.decode()
    assert "is there already" in away(cast, body, fresh).content.decode()
    assert fresh.post(f"{PAGE}away/{MemberAway.objects.get().pk}/back/").status_code == 302
    assert "Nuray" not in sign_in(deputy).get(page).content.decode()


def test_a_member_says_so_of_themselves(cast, body, fresh, sign_in):
    client = sign_in(cast.nasimi_guardianship)
    assert "Nobody else of your body can stand in" in client.get(f"{PAGE}mine/").content.decode()
    fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON)
    deputy = Member.objects.get(staff__username="sevda")
    said = {"deputy": deputy.pk, "first_day": TODAY.isoformat(), "last_day": TODAY.isoformat()}
    assert client.post(f"{PAGE}mine/", said).status_code == 302
    made = MemberAway.objects.get()
    assert made.set_by == cast.nasimi_guardianship
    assert "You stand in for Nasimi-Guardianship" in sign_in(deputy.staff).get("/").content.decode()
    assert sign_in(deputy.staff).post(f"{PAGE}mine/{made.pk}/back/").status_code == 404
    assert sign_in(cast.worker).get(f"{PAGE}mine/").status_code == 403
    assert client.post(f"{PAGE}mine/{made.pk}/back/").status_code == 302
    assert MemberAway.objects.get().ended_at


def test_nobody_says_so_of_a_colleague(cast, body, fresh):
    fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON)
    sevda, member = (Member.objects.get(staff__username=name) for name in ("sevda", "nasimi-guardianship"))
    days = {"first_day": TODAY, "last_day": TODAY}
    with pytest.raises(PermissionDenied):
        authority_members.plan(member, deputy=sevda, by=sevda.staff, **days)
    with acting_as(sevda.staff_id), pytest.raises(Error), transaction.atomic():
        MemberAway.objects.create(member=member, deputy=sevda, set_by=sevda.staff, **days)
    ganja = Member.objects.get(staff=cast.ganja_guardianship)
    with acting_as(sevda.staff_id), pytest.raises(Error), transaction.atomic():
        MemberAway.objects.create(member=sevda, deputy=ganja, set_by=sevda.staff, **days)
    authority_members.plan(sevda, deputy=member, by=sevda.staff, **days)  # the control


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deputy": "ganja"}, "valid choice"),
        ({"last_day": (TODAY - timedelta(days=1)).isoformat()}, "before the beginning"),
        ({"first_day": (TODAY - timedelta(days=1)).isoformat()}, "has passed"),
    ],
)
def test_an_absence_that_cannot_be(cast, body, fresh, wrong, words):
    fresh.post(f"{PAGE}{body.pk}/members/new/", PERSON)
    if "deputy" in wrong:
        wrong = {"deputy": Member.objects.get(staff=cast.ganja_guardianship).pk}
    assert words in away(cast, body, fresh, **wrong).content.decode()
    assert not MemberAway.objects.exists()
