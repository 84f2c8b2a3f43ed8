"""Absence with a deputy: cases and duties come at once, new ones too, and end by themselves."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from aidcenter.models import Staff
from cases import absence, sharing
from cases.models import Absence, Case, CaseAccess, UrgentAccess
from cases.tasks import start_absences
from tests.cast import make_staff
from tests.conftest import as_login
from tests.database import as_login as raw_login
from tests.test_sharing import share

pytestmark = pytest.mark.django_db
TODAY = baku_today()
PAGE = "/cases/absence/"


def sees(person, case):
    """Whether `person` reads the case now."""
    with acting_as(person.pk):
        return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def away(person, deputy, first=0, days=7, by=None):
    by = by or person
    with acting_as(by.pk):
        return absence.plan(
            person,
            deputy=deputy,
            first_day=TODAY + timedelta(days=first),
            last_day=TODAY + timedelta(days=first + days),
            by=by,
        )


def tell_time(made, **days):
    """The absence as if set for other days: raw, by the superuser, past the trigger."""
    with raw_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, day in days.items():
            cursor.execute(f"UPDATE cases_absence SET {name} = %s WHERE id = %s", [day, made.pk])


def test_the_deputy_has_the_cases_at_once_and_new_ones_too(cast, adult_case, open_case):
    assert not sees(cast.colleague, adult_case)
    away(cast.worker, cast.colleague)
    assert sees(cast.colleague, adult_case)
    new = open_case()
    assert sees(cast.colleague, new)
    with acting_as(cast.colleague.pk):
        access = CaseAccess.objects.get(user=cast.colleague, case=new)
    assert access.change_until == access.view_until
    assert access.view_until.astimezone().date() >= TODAY + timedelta(days=7)
    assert access.psychological_until is None


def test_what_was_shared_with_the_absent_is_not_the_deputys(cast, adult_case):
    share(adult_case, cast.stranger, cast.worker)
    other = make_staff("next-door", "caseworker", cast.stranger.team)
    away(cast.stranger, other)
    assert sees(cast.stranger, adult_case)
    assert not sees(other, adult_case)


def test_a_case_assigned_away_leaves_the_deputy(cast, adult_case):
    newcomer = make_staff("newcomer", "caseworker", cast.worker.team)
    away(cast.worker, cast.colleague)
    with acting_as(cast.supervisor.pk):
        sharing.assign(adult_case, to=newcomer, by=cast.supervisor)
    assert sees(newcomer, adult_case)
    assert not sees(cast.colleague, adult_case)


def test_an_end_takes_effect_on_the_next_request(cast, adult_case, sign_in):
    made = away(cast.worker, cast.colleague)
    deputy = sign_in(cast.colleague)
    assert deputy.get(f"/cases/{adult_case.pk}/").status_code == 200
    assert sign_in(cast.worker).post(f"{PAGE}{made.pk}/end/").status_code == 302
    assert deputy.get(f"/cases/{adult_case.pk}/").status_code == 404
    with acting_as(cast.worker.pk), pytest.raises(Error), transaction.atomic():
        Absence.objects.filter(pk=made.pk).update(ended_at=None)  # what has ended stays ended


@pytest.mark.django_db(transaction=True)
def test_it_ends_by_itself_after_the_last_day(cast, adult_case):
    made = away(cast.worker, cast.colleague)
    tell_time(made, first_day=TODAY - timedelta(days=3), last_day=TODAY - timedelta(days=1))
    with raw_login("OWNER") as cursor:
        cursor.execute("SELECT access_refresh_person(%s)", [cast.colleague.pk])
    assert not sees(cast.colleague, adult_case)


@pytest.mark.django_db(transaction=True)
def test_it_begins_on_the_first_day_by_the_clock(cast, adult_case):
    made = away(cast.worker, cast.colleague, first=2)
    with as_login("DATABASE_WORKER_URL"):
        start_absences()
    assert not sees(cast.colleague, adult_case)
    tell_time(made, first_day=TODAY)
    with as_login("DATABASE_WORKER_URL"):
        start_absences()
    assert sees(cast.colleague, adult_case)


def test_the_deputy_of_a_supervisor_has_the_team_and_the_reviews(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        sharing.open_urgently(adult_case.number, reason="call", by=cast.stranger)
    with acting_as(cast.other_supervisor.pk):
        before = UrgentAccess.objects.count()
    away(cast.supervisor, cast.other_supervisor)
    assert sees(cast.other_supervisor, adult_case)
    with acting_as(cast.other_supervisor.pk):
        assert UrgentAccess.objects.count() == before + 1
    home = sign_in(cast.other_supervisor).get("/").content.decode()
    assert all(words in home for words in ("opened a case urgently", "You stand in for Supervisor"))


def test_the_page_says_it_and_shows_it(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    said = {"person": cast.worker.pk, "deputy": cast.colleague.pk}
    said |= {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=3)).isoformat()}
    assert client.post(PAGE, said).status_code == 302
    assert "deputy: Colleague" in client.get(PAGE).content.decode()
    assert "stands in for you" in client.get("/").content.decode()
    access = client.get(f"/cases/{adult_case.pk}/access/").content.decode()
    assert all(words in access for words in ("Colleague", ">deputy<"))
    colleague = sign_in(cast.supervisor).get(f"/cases/{adult_case.pk}/access/").content.decode()
    assert "Worker, caseworker, away until" in colleague
    assert "is there already" in client.post(PAGE, said).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first_day": "2020-01-01"}, "The first day has passed"),
        ({"last_day": "2020-01-01"}, "The last day must be"),
        ({"last_day": "2099-01-01"}, "The last day must be"),
        ({"last_day": "31.02.2026"}, "Enter a valid date"),
        ({"deputy": "stranger"}, "Select a valid choice"),
        ({"person": "stranger"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be(cast, sign_in, wrong, words):
    said = {"person": "worker", "deputy": "colleague"} | wrong
    said = {
        name: getattr(cast, one).pk if name in ("person", "deputy") else one for name, one in said.items()
    }
    said = {"first_day": TODAY.isoformat(), "last_day": TODAY.isoformat()} | said
    page = sign_in(cast.worker).post(PAGE, said)
    assert words in page.content.decode()
    assert not Absence.objects.exists()


def test_a_supervisor_says_it_of_the_team_and_of_nobody_else(cast, adult_case, sign_in):
    away(cast.worker, cast.colleague, by=cast.supervisor)
    assert sees(cast.colleague, adult_case)
    other = sign_in(cast.other_supervisor)
    assert other.post(f"{PAGE}{Absence.objects.get().pk}/end/").status_code == 404
    assert sign_in(cast.colleague).post(f"{PAGE}{Absence.objects.get().pk}/end/").status_code == 404
    assert sign_in(cast.specialist).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("person", "deputy", "by"),
    [
        ("worker", "stranger", "worker"),  # of another team
        ("worker", "specialist", "worker"),
        ("worker", "stranger", "stranger"),  # a thief makes themselves the deputy
        ("supervisor", "colleague", "supervisor"),
        ("worker", "other_supervisor", "other_supervisor"),
        ("supervisor", "second", "second"),  # of the same team
    ],
)
def test_the_database_refuses_too(cast, adult_case, person, deputy, by):
    cast.second = make_staff("second", "supervisor", cast.stranger.team)
    with as_administrator():
        cast.second.groups.add(cast.supervisor.team.supervisors)
    who = [getattr(cast, name).pk for name in (person, deputy, by)]
    with acting_as(who[2]), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_absence (person_id, deputy_id, set_by_id, first_day, last_day)"
            " VALUES (%s, %s, %s, current_date, current_date + 7)",
            who,
        )
    if deputy != "second":
        assert not sees(getattr(cast, deputy), adult_case)


def test_who_leaves_is_no_deputy_any_more(cast, adult_case, sign_in):
    away(cast.worker, cast.colleague)
    with acting_as(cast.administrator.pk), connection.cursor() as cursor:
        cursor.execute("SELECT staff_leaves(%s, NULL)", [cast.colleague.pk])
    assert not Staff.objects.get(pk=cast.colleague.pk).is_active
    assert Absence.objects.get().ended_at is not None
    assert not sees(cast.colleague, adult_case)


def test_a_commission_learns_nothing_of_it(cast):
    away(cast.worker, cast.colleague)
    with acting_as(cast.nasimi_minors_commission.pk):
        assert not Absence.objects.exists()
    with acting_as(cast.director.pk):
        assert Absence.objects.exists()
