"""PostgreSQL refuses too: row-level security beneath the grants, and the signed context that it trusts."""

import time
import uuid

import pytest
from django.db import Error, ProgrammingError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from aidcenter import context, policies
from aidcenter.context import acting_as, sign
from aidcenter.middleware import RequestTransaction
from aidcenter.reach import tables
from cases.actions import move_case
from cases.models import Case, CaseUserGrant, DataKey, Victim
from referrals.models import Message, Notification
from tests.database import as_login, as_owner

pytestmark = pytest.mark.django_db
GUARDED = sorted(table for table, reach in tables().items() if reach.has_policies)


def set_raw(value):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('aidcenter.context', %s, true)", [value])


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


def refused(sql, *params):
    """Whether PostgreSQL refuses the statement, or lets it touch no row."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount == 0
    except Error:
        return True


def test_every_table_with_a_case_is_under_forced_policies():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid)"
            " FROM pg_class c WHERE relname = ANY(%s)",
            [GUARDED],
        )
        found = {table: (forced, "owner_all" in names) for table, forced, names in cursor.fetchall()}
    assert found == dict.fromkeys(GUARDED, (True, True))


def test_the_policies_in_the_database_are_those_declared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid")
        found = set(cursor.fetchall())
    assert found == {(policy.table, policy.name) for policy in policies.policies()}


@pytest.mark.parametrize(
    "forge",
    [
        lambda person: "",
        lambda person: str(person),
        lambda person: f"{person}|{int(time.time()) + 600}|{'0' * 64}",
        lambda person: sign(person, seconds=-1),
        lambda person: sign(person + 1).replace(f"{person + 1}|", f"{person}|", 1),
        lambda person: "garbage|x|y|z",
        lambda person: "\u0001|\u0001|\u0001",
    ],
    ids=["none", "unsigned", "forged", "expired", "of another", "garbage", "control characters"],
)
def test_without_a_valid_context_every_table_is_empty(cast, child_case, forge):
    assert rows_of("cases_case") == 1  # the control: the worker sees it
    set_raw(forge(cast.worker.pk))
    assert {table: rows_of(table) for table in GUARDED if _readable(table)} == {
        table: 0 for table in GUARDED if _readable(table)
    }


# Of no case: everybody who is signed in reads them.
PUBLIC = {
    "cases_questionnaire",
    "cases_question",
    "cases_consenttext",
    "rehabilitation_goaltemplate",
    "rehabilitation_servicetype",
    "cases_provider",
}


def _readable(table):
    return "SELECT" in tables()[table].privileges("web")


def test_a_stranger_reads_none_of_it(cast, child_case):
    with acting_as(cast.stranger.pk):
        found = {table: rows_of(table) for table in GUARDED if _readable(table) and table not in PUBLIC}
    assert found == dict.fromkeys(found, 0)


def test_a_stranger_writes_none_of_it(cast, adult_case):
    grant = (
        "INSERT INTO cases_caseusergrant (user_id, permission_id, case_id, source, reason) SELECT %s, id, %s, 'share', ''"
        " FROM auth_permission WHERE codename = 'view_case'"
    )
    case = "INSERT INTO cases_case (victim_id, owner_id, team_id, district, child_status) VALUES (%s, %s, %s, 'nasimi', 'adult')"
    key = "INSERT INTO cases_datakey (victim_id, version, wrapped) VALUES (%s, 2, '')"
    me, victim = cast.stranger, adult_case.victim_id
    tries = [
        ("UPDATE cases_case SET risk_level = 'low'",),
        ("UPDATE cases_victim SET sex = 'male'",),
        (grant, me.pk, adult_case.pk),
        (case, victim, me.pk, me.team_id),
        (key, victim),
        ("UPDATE referrals_notification SET state = 'cancelled'",),
    ]
    with acting_as(me.pk):
        assert [refused(*one) for one in tries] == [True] * len(tries)
    assert not refused(grant, cast.colleague.pk, adult_case.pk)  # the control: the worker may share
    assert not refused("UPDATE cases_case SET risk_level = 'low'")


def test_nobody_opens_a_case_in_another_name(cast, adult_case):
    victim = Victim.objects.create()
    said = {"victim": victim, "team": cast.worker.team, "district": "nasimi", "child_status": "adult"}
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Case.objects.create(owner=cast.stranger, **said)
    assert Case.objects.create(owner=cast.worker, **said).number


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM private.context_key",
        "SET ROLE aidcenter_owner",
        "SET SESSION AUTHORIZATION aidcenter_owner",
        "SET session_replication_role = replica",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY web_select ON cases_case",
        "CREATE FUNCTION app_uid2() RETURNS int LANGUAGE sql RETURN 1",
        "SELECT access_rebuild()",
        "SELECT access_refresh_person(1)",
    ],
)
def test_web_cannot_switch_the_protection_off(adult_case, sql):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_row_security_off_raises_instead_of_showing(cast, adult_case):
    with (
        acting_as(cast.stranger.pk),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT * FROM cases_case")


def test_a_member_of_a_body_reads_the_extract_and_nothing_beneath_it(cast, child_case):
    Notification.objects.filter(body="guardianship").update(state="sent")
    with acting_as(cast.nasimi_guardianship.pk):
        assert (Notification.objects.count(), Message.objects.count(), DataKey.objects.count()) == (1, 1, 1)
        assert (Case.objects.count(), Victim.objects.count(), CaseUserGrant.objects.count()) == (0, 0, 0)
    with acting_as(cast.ganja_guardianship.pk):
        assert (Notification.objects.count(), DataKey.objects.count()) == (0, 0)


def test_an_action_is_in_the_context_of_its_person(cast, adult_case):
    with acting_as(cast.supervisor.pk):
        move_case(adult_case, to="assessment", by=cast.worker)
        with connection.cursor() as cursor:
            cursor.execute("SELECT app_uid()")
            assert cursor.fetchone() == (cast.supervisor.pk,)  # given back


def test_a_context_ends_with_its_block(cast, adult_case):
    set_raw("")
    token = context._asking.set(None)
    try:
        with acting_as(cast.worker.pk):
            assert Case.objects.count() == 1
        assert Case.objects.count() == 0
    finally:
        context._asking.reset(token)


@pytest.mark.django_db(transaction=True)
def test_a_stream_outside_the_request_sees_nothing(cast, adult_case):
    set_raw_session = "SELECT set_config('aidcenter.context', '', false)"
    with connection.cursor() as cursor:
        cursor.execute(set_raw_session)
    request = RequestFactory().get("/cases/")
    request.user = cast.worker
    within = []

    def view(request):
        within.append(Case.objects.count())
        return StreamingHttpResponse(str(Case.objects.count()) for _ in range(1))

    response = RequestTransaction(view)(request)
    assert (within, list(response)) == ([1], [b"0"])


@pytest.mark.django_db(transaction=True)
def test_the_relay_sees_those_about_whom_something_is_owed(adult_case, child_case):
    for login in ("RELAY", "WORKER"):
        with as_login(login) as cursor:
            cursor.execute("SELECT id FROM cases_case")
            assert [str(pk) for (pk,) in cursor.fetchall()] == [str(child_case.pk)]
            cursor.execute("SELECT count(*) FROM cases_victim")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_the_statistics_login_reads_no_ciphertext(child_case):
    with as_login("STATISTICS") as cursor:
        cursor.execute("SELECT sex FROM cases_victim")
        assert cursor.rowcount == 1
        with pytest.raises(Exception, match="permission denied"):
            cursor.execute("SELECT given_name FROM cases_victim")


def test_absent_and_hidden_ids_are_the_same_to_a_foreign_key(cast, adult_case):
    """A row that names a hidden case is refused as one that names none."""
    sql = (
        "INSERT INTO rehabilitation_service (id, case_id, type, delivered_on, recorded_by_id)"
        " VALUES (gen_random_uuid(), %s, 'legal', now(), %s)"
    )
    said = []
    with acting_as(cast.stranger.pk):
        for case in (adult_case.pk, uuid.uuid4()):
            with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [case, cast.stranger.pk])
            said.append(str(error.value))
    assert said[0] == said[1]


STAFFING = (
    "UPDATE aidcenter_staff SET role = 'supervisor' WHERE id = {me}",
    "INSERT INTO aidcenter_staff_groups (staff_id, group_id) SELECT {me}, supervisors_id FROM aidcenter_team LIMIT 1",
    "INSERT INTO aidcenter_staff (username, display_name, role, password, language, email, is_superuser, is_staff,"
    " is_active, date_joined) VALUES ('x', 'x', 'director', '!', 'az', '', false, false, true, now())",
    "UPDATE referrals_member SET staff_id = {me} WHERE id = (SELECT min(id) FROM referrals_member)",
)


def touched(person, sql):
    """How many rows the statement touches; undone."""
    with acting_as(person.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(me=person.pk))
        transaction.set_rollback(True)
        return cursor.rowcount


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", STAFFING)
def test_nobody_makes_themself_somebody_else(cast, sql):
    """Nor an administrator: of themselves they change nothing, and alone they let nobody in."""
    for person in (cast.stranger, cast.administrator):
        with pytest.raises(Error, match=r"'s to change|Somebody else puts|Only a supervisor"):
            touched(person, sql)
    with as_owner() as cursor:  # the statement is one that works
        cursor.execute("BEGIN")
        cursor.execute(sql.format(me=cast.other_supervisor.pk))
        assert cursor.rowcount > 0
        cursor.execute("ROLLBACK")


@pytest.mark.django_db(transaction=True)
def test_only_an_administrator_takes_a_team_away(cast):
    sql = "DELETE FROM aidcenter_staff_groups"
    with pytest.raises(Error, match="administrator's to change"):
        touched(cast.stranger, sql)
    assert touched(cast.administrator, sql) > 0
