"""The database owes two notifications for a child, by any way into the table of cases."""

import io

import pgtrigger
import pytest
from django.db import Error, IntegrityError, connection, transaction
from psycopg2.errors import FeatureNotSupported

from cases.actions import change_details, confirm_home, correct_age
from cases.childhood import Age
from cases.models import Case, Victim
from referrals.models import Message, Notification
from tests.database import as_login

pytestmark = pytest.mark.django_db

INSERT = """INSERT INTO cases_case (victim_id, owner_id, team_id, district, child_status)
    SELECT v, s.id, s.team_id, 'nasimi', %s FROM aidcenter_staff s, CAST(%s AS uuid) v WHERE s.id = %s"""


def owed():
    return sorted(Notification.objects.values_list("body", flat=True))


BOTH = ["guardianship", "minors_commission"]


@pytest.mark.parametrize("status", ["child", "presumed_child"])
def test_registering_a_child_owes_both_bodies(child_case, status):
    assert owed() == BOTH
    assert set(Notification.objects.values_list("state", flat=True)) == {"owed"}


def test_an_adult_owes_nothing(adult_case):
    assert owed() == []


def test_bulk_create(cast):
    victim = Victim.objects.create()
    Case.objects.bulk_create(
        [
            Case(
                victim=victim,
                owner=cast.worker,
                team=cast.worker.team,
                district="ganja",
                child_status="child",
            )
        ]
    )
    assert owed() == BOTH


@pytest.mark.parametrize(("status", "expected"), [("child", BOTH), ("adult", [])])
def test_raw_sql_as_web(cast, status, expected):
    victim = Victim.objects.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger), true)"
        )
        cursor.execute(INSERT, [status, victim.pk, cast.worker.pk])
    assert owed() == expected


def test_insert_select_from_a_temporary_table(cast):
    victim = Victim.objects.create()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage (victim uuid, owner bigint, team bigint) ON COMMIT DROP")
        line = f"{victim.pk}\t{cast.worker.pk}\t{cast.worker.team_id}\n"
        cursor.cursor.copy_expert("COPY stage FROM STDIN", io.StringIO(line))
        cursor.execute(
            "INSERT INTO cases_case (victim_id, owner_id, team_id, district, child_status)"
            " SELECT victim, owner, team, 'nasimi', 'presumed_child' FROM stage"
        )
    assert owed() == BOTH


@pytest.mark.django_db(transaction=True)
def test_insert_as_owner_and_copy_as_superuser(cast):
    victims = [Victim.objects.create() for _ in range(2)]
    line = f"{victims[1].pk}\t{cast.worker.pk}\t{cast.worker.team_id}\tnasimi\tchild\n"
    copy = "COPY cases_case (victim_id, owner_id, team_id, district, child_status) FROM STDIN"
    with as_login("OWNER") as cursor:
        cursor.execute(INSERT, ["child", str(victims[0].pk), cast.worker.pk])
        with pytest.raises(FeatureNotSupported):  # COPY knows no row-level security
            cursor.copy_expert(copy, io.StringIO(line))
    with as_login("SUPERUSER") as cursor:
        cursor.copy_expert(copy, io.StringIO(line))
    assert owed() == sorted(BOTH * 2)


def test_addressed_by_the_district_where_the_child_is(open_case):
    open_case({"estimated_age": 15}, district="ganja", home_district="nasimi")
    assert set(Notification.objects.values_list("commission__district", flat=True)) == {"ganja"}


def test_a_case_undone_leaves_nothing(open_case):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        open_case({"estimated_age": 15})
        raise ZeroDivisionError
    assert owed() == []


def test_an_age_corrected_downwards_notifies_and_back_again_owes_no_second(cast, adult_case):
    def to(year):
        correct_age(adult_case, age=Age(birth_date=year), basis="document", reason="a paper", by=cast.worker)
        return owed()

    young, old = (
        adult_case.opened_on.replace(year=2012, day=1),
        adult_case.opened_on.replace(year=1990, day=1),
    )
    assert [to(young), to(old), to(young)] == [BOTH, BOTH, BOTH]
    assert set(Notification.objects.values_list("trigger", flat=True)) == {"age_corrected"}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM referrals_notification",
        "UPDATE referrals_notification SET triggered_at = now() - interval '1 day'",
        "UPDATE referrals_notification SET state = 'decided'",
        "UPDATE referrals_message SET frozen_at = now()",
        "INSERT INTO referrals_notification (reference) VALUES ('B-2026-9999')",
        "ALTER TABLE cases_case DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE aidcenter_owner",
    ],
)
def test_web_cannot_undo_what_is_owed(child_case, sql):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert owed() == BOTH


def test_one_notification_per_case_body_and_episode(child_case):
    assert Message.objects.filter(kind="first").count() == 2
    Case.objects.filter(pk=child_case.pk).update(age_revision=1)
    assert (owed(), Message.objects.count()) == (BOTH, 2)  # nothing was frozen yet: the first says it


def test_the_triggers_in_the_database_are_those_declared():
    declared = {trigger.get_pgid(model) for model, trigger in pgtrigger.registered()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        assert {name for (name,) in cursor.fetchall()} == declared


def test_their_functions_run_as_the_owner_and_cannot_be_ignored():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'pgtrigger_%'"
            " AND NOT (prosecdef AND proconfig IS NOT NULL AND prosrc NOT LIKE '%pgtrigger.ignore%')"
        )
        assert cursor.fetchall() == []


def test_a_child_status_must_be_said(cast):
    victim = Victim.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_case (victim_id, owner_id, team_id, district) VALUES (%s, %s, %s, 'nasimi')",
            [victim.pk, cast.worker.pk, cast.worker.team_id],
        )


def test_the_home_district_is_told_only_after_a_supervisor_confirmed_that_it_is_safe(
    cast, open_case, sign_in
):
    case = open_case({"estimated_age": 14}, home_district="ganja")
    assert set(Notification.objects.values_list("district", flat=True)) == {"nasimi"}
    address = f"/cases/{case.pk}/home/"
    answers = [
        sign_in(person).post(address).status_code
        for person in (cast.worker, cast.other_supervisor, cast.director)
    ]
    assert answers == [403, 404, 403]
    assert Notification.objects.count() == 2
    assert sign_in(cast.supervisor).post(address, follow=True).status_code == 200
    told = Notification.objects.filter(district="ganja")
    assert sorted(told.values_list("body", "trigger", "commission__district")) == [
        ("guardianship", "home_confirmed", "ganja"),
        ("minors_commission", "home_confirmed", "ganja"),
    ]
    sign_in(cast.supervisor).post(address)  # again: nothing more
    assert Notification.objects.count() == 4


def test_another_home_district_needs_another_confirmation(cast, open_case):
    case = open_case({"estimated_age": 14}, home_district="ganja")
    confirm_home(case, by=cast.supervisor)
    change_details(case, victim={}, details={"home_district": "sumgayit"}, by=cast.worker)
    assert Case.objects.get(pk=case.pk).home_confirmed_at is None
