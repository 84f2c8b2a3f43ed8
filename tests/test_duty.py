"""When a notification becomes due: a move, an identification under the setting; and never twice."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from cases.actions import change_district, confirm_home
from cases.models import Case
from referrals import alerts
from referrals.models import Notification
from tests.conftest import as_login
from tests.database import as_owner

pytestmark = pytest.mark.django_db
BOTH = ["guardianship", "minors_commission"]


def owed(**of):
    return sorted(Notification.objects.filter(**of).values_list("body", "trigger"))


def test_a_child_that_moves_is_told_of_in_the_new_district_too(cast, child_case):
    change_district(child_case, district="ganja", by=cast.worker)
    assert owed(district="ganja") == [(body, "moved") for body in BOTH]
    assert owed(district="nasimi") == [(body, "presumed_child") for body in BOTH]
    change_district(child_case, district="nasimi", by=cast.worker)
    change_district(child_case, district="ganja", by=cast.worker)
    assert Notification.objects.count() == 4


def test_an_adult_that_moves_is_told_of_nowhere(cast, adult_case):
    change_district(adult_case, district="ganja", by=cast.worker)
    assert (Case.objects.get(pk=adult_case.pk).district, owed()) == ("ganja", [])


def test_staying_is_no_move(cast, child_case):
    with pytest.raises(ValidationError):
        change_district(child_case, district="nasimi", by=cast.worker)


def test_who_may_say_that_a_person_has_moved(cast, child_case, sign_in):
    address = f"/cases/{child_case.pk}/district/"
    people = (cast.worker, cast.supervisor, cast.stranger, cast.administrator, cast.nasimi_guardianship)
    assert [sign_in(person).get(address).status_code for person in people] == [200, 200, 404, 403, 403]
    assert sign_in(cast.stranger).post(address, {"district": "ganja"}).status_code == 404
    assert Notification.objects.count() == 2


def test_the_bodies_are_named_before_a_move_is_saved(cast, child_case, sign_in):
    address = f"/cases/{child_case.pk}/district/"
    page = sign_in(cast.worker).post(address, {"district": "ganja"})
    assert page.status_code == 200
    assert [f"ganja {body}" in page.content.decode() for body in BOTH] == [True, True]
    assert Notification.objects.count() == 2
    other = {"district": "ganja", "understood": "sumgayit"}
    assert sign_in(cast.worker).post(address, other).status_code == 200
    assert sign_in(cast.worker).post(address, {"district": "ganja", "understood": "ganja"}).status_code == 302
    assert Notification.objects.count() == 4


@pytest.mark.parametrize("district", ["", "nasimi", "atlantis", "ganja\x00"])
def test_a_district_that_cannot_be(cast, child_case, sign_in, district):
    page = sign_in(cast.worker).post(f"/cases/{child_case.pk}/district/", {"district": district})
    assert (page.status_code in (200, 400), Notification.objects.count()) == (True, 2)


@pytest.fixture
def confirmed_only(db):
    """The setting NOTIFY_POTENTIAL is off, as `migrate` keeps it."""
    with as_owner() as owner:
        owner.execute("SELECT keep_rule(false)")
    yield
    with as_owner() as owner:
        owner.execute("SELECT keep_rule(true)")


@pytest.mark.django_db(transaction=True)
def test_by_setting_only_those_identified_are_told_of(cast, open_case, confirmed_only):
    potential = open_case({"estimated_age": 14})
    assert owed() == []
    Case.objects.filter(pk=potential.pk).update(victim_status="confirmed")
    assert owed(case=potential) == [(body, "confirmed") for body in BOTH]
    Case.objects.filter(pk=potential.pk).update(victim_status="not_victim")
    Case.objects.filter(pk=potential.pk).update(victim_status="confirmed")
    assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_the_setting_had_left_out_is_owed_when_it_is_on_again(cast, open_case, confirmed_only):
    open_case({"estimated_age": 14})
    assert owed() == []
    with as_owner() as owner:
        owner.execute("SELECT keep_rule(true)")
    assert owed() == [(body, "presumed_child") for body in BOTH]


def test_web_does_not_change_the_setting(cast):
    refused = pytest.raises(Error, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT keep_rule(false)")


@pytest.mark.django_db(transaction=True)
def test_the_confirmed_home_is_told_as_soon_as_the_child_is_told_of(cast, open_case, confirmed_only):
    first, second = (open_case({"estimated_age": 14}, home_district="ganja") for _ in range(2))
    for case in (first, second):
        confirm_home(case, by=cast.supervisor)
    assert owed() == []
    Case.objects.filter(pk=first.pk).update(victim_status="confirmed")
    assert owed(case=first, district="ganja") == [(body, "home_confirmed") for body in BOTH]
    with as_owner() as owner:
        owner.execute("SELECT keep_rule(true)")
    assert owed(case=second, district="ganja") == [(body, "home_confirmed") for body in BOTH]
    assert owed(case=second, district="nasimi") == [(body, "presumed_child") for body in BOTH]


@pytest.mark.django_db(transaction=True)
def test_while_an_age_is_corrected_its_letter_is_not_written(cast, child_case):
    """Else the letter says the old age, and no correction follows: it was not frozen when it was asked."""
    with as_owner() as owner:
        owner.connection.autocommit = False
        owner.execute("SELECT id FROM referrals_notification FOR UPDATE")
        with as_login("DATABASE_RELAY_URL"):
            assert alerts.freeze_owed() == 0
        owner.connection.rollback()
    with as_login("DATABASE_RELAY_URL"):
        assert alerts.freeze_owed() == 2
