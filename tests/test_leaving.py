"""Staff leave in one action, and nothing is left visible through any way (P17)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from aidcenter.models import ApiToken, AuditEvent, Staff
from cases import leaving, sharing
from cases.models import Case, CaseUserGrant, Hook, Offer
from tests.cast import just_shown, make_staff
from tests.database import as_login
from tests.test_access import seen_by, sees
from tests.test_sharing import share

pytestmark = pytest.mark.django_db


def end(cast, sign_in, person, successor=None):
    client = just_shown(sign_in(cast.administrator))
    return client.post(f"/staff/{person.pk}/leave/", {"successor": successor.pk if successor else ""})


def test_one_action_ends_everything(cast, adult_case, open_case, sign_in):
    TOTP.activate(cast.worker, generate_totp_secret())
    share(open_case(), cast.specialist, cast.worker)
    sharing.offer(adult_case, to=cast.stranger, reason="holiday", by=cast.worker)
    client = sign_in(cast.worker)
    assert client.get(f"/cases/{adult_case.pk}/").status_code == 200
    assert end(cast, sign_in, cast.worker, cast.colleague).url == "/staff/"
    assert client.get(f"/cases/{adult_case.pk}/").url.startswith("/accounts/login/")
    assert seen_by(cast) == {"colleague", "supervisor", "specialist"}
    with acting_as(cast.supervisor.pk):
        assert set(Case.objects.values_list("owner", flat=True)) == {cast.colleague.pk}
        assert not CaseUserGrant.objects.filter(user__in=[cast.worker, cast.stranger]).exists()
        assert not Offer.objects.filter(answered_at__isnull=True).exists()
    gone = Staff.objects.get(pk=cast.worker.pk)
    assert (gone.is_active, gone.has_usable_password()) == (False, False)
    assert not Authenticator.objects.filter(user=gone).exists()
    with acting_as(cast.auditor.pk):
        event = AuditEvent.objects.get(action="staff.leave")
    assert event.facts == {"person": cast.worker.pk, "cases": 2}


def test_a_signed_context_of_before_shows_nothing_after(cast, adult_case, sign_in):
    end(cast, sign_in, cast.worker, cast.colleague)
    assert not sees(cast.worker)


def test_cases_are_never_left_alone(cast, adult_case, sign_in):
    assert b"choose who takes them over" in end(cast, sign_in, cast.worker).content
    assert seen_by(cast) == {"worker", "supervisor"}
    assert Staff.objects.get(pk=cast.worker.pk).is_active


def test_a_team_is_never_left_without_a_supervisor(cast, adult_case, sign_in):
    second = make_staff("second", "supervisor", cast.worker.team)
    with as_administrator():
        second.groups.clear()
    for successor in (None, cast.colleague):
        assert b"no supervisor" in end(cast, sign_in, cast.supervisor, successor).content
    assert sees(cast.supervisor)
    assert end(cast, sign_in, cast.supervisor, second).status_code == 302
    assert (sees(cast.supervisor), sees(second)) == (False, True)


def test_the_successor_is_of_the_same_team(cast, adult_case, sign_in):
    assert end(cast, sign_in, cast.worker, cast.stranger).status_code == 200
    with pytest.raises(ValidationError):
        leaving.leave(cast.worker, successor=cast.stranger, by=cast.administrator)


def test_somebody_leaves_once_and_nobody_ends_their_own_access(cast, sign_in):
    assert end(cast, sign_in, cast.stranger).status_code == 302
    assert end(cast, sign_in, cast.stranger).status_code == 404
    assert end(cast, sign_in, cast.administrator).status_code == 404
    for person in (cast.stranger, cast.administrator):
        with pytest.raises(ValidationError):
            leaving.leave(person, successor=None, by=cast.administrator)


@pytest.mark.parametrize("who", ["worker", "supervisor", "director", "auditor", "nasimi_guardianship"])
def test_only_an_administrator_not_even_in_sql(cast, sign_in, who):
    person = getattr(cast, who)
    assert sign_in(person).post(f"/staff/{cast.stranger.pk}/leave/").status_code == 403
    with pytest.raises(PermissionDenied):
        leaving.leave(cast.stranger, successor=None, by=person)
    with acting_as(person.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT staff_leaves(%s, NULL)", [cast.stranger.pk])


def test_the_administrator_sees_people_and_no_case(cast, adult_case, sign_in):
    page = sign_in(cast.administrator).get("/staff/").content.decode()
    assert cast.worker.display_name in page
    assert adult_case.number not in page


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_has_no_key_of_before(cast, adult_case, sign_in):
    until = timezone.now() + timedelta(days=30)
    with acting_as(cast.worker.pk):
        ApiToken.objects.create(
            person=cast.worker, purpose="x", verbs=["view_case"], key_hash="d" * 64, expires_at=until
        )
        Hook.objects.create(person=cast.worker, url="https://x.example/", kinds=[], sealed_secret="s")
    open_ones = "SELECT count(*) FROM {} WHERE revoked_at IS NULL"
    with as_login("SUPERUSER") as cursor:
        for left in (1, 0):
            for table in ("aidcenter_apitoken", "cases_hook"):
                cursor.execute(open_ones.format(table))
                assert cursor.fetchone() == (left,)
            end(cast, sign_in, cast.worker, cast.colleague)
