"""Attacks with raw SQL as the web login, as after an injection: the person's own context is there, no other."""

from collections.abc import Iterator

from django.db import Error, connection, transaction

from aidcenter.context import acting_as, sign
from aidcenter.reach import tables

READABLE = [
    table for table, reach in tables().items() if reach.has_policies and "SELECT" in reach.privileges("web")
]
OPENERS = (  # tried before each statement; each alone must change nothing
    "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger), true)",
    "SET LOCAL session_replication_role = replica",
    "SET LOCAL ROLE aidcenter_owner",
    "SET LOCAL row_security = off",
    "SELECT set_config('aidcenter.context', '{victim}|9999999999|' || repeat('0', 64), true)",
    "SELECT set_config('aidcenter.context', '{expired}', true)",
    "SELECT set_config('aidcenter.context', '{stolen}', true)",
)


def statements(world, person) -> Iterator[str]:
    """SQL that would show or change something of the hidden cases; each returns or touches a row if it works."""
    case, victim, notification = world.case.pk, world.case.victim_id, world.notification.pk
    ids = ", ".join(f"'{hidden}'" for hidden in world.hidden_ids)
    for table in READABLE:
        if table == "aidcenter_auditevent" and person.role == "auditor":
            continue  # the auditor reads who looked: ids, no contents
        own = (
            f"AND t.actor_id <> {person.pk}" if table == "aidcenter_auditevent" else ""
        )  # what one asked oneself
        match = f"t::text ~ '{case}|{victim}|{notification}' {own}"
        yield f'SELECT FROM "{table}" AS t WHERE {match}'
        yield f'COPY (SELECT 1 FROM "{table}" AS t WHERE {match}) TO STDOUT'
    yield f"UPDATE cases_case SET risk_level = 'low' WHERE id IN ({ids})"
    yield f"UPDATE cases_victim SET sex = 'male' WHERE id = '{victim}'"
    yield f"UPDATE referrals_notification SET state = 'cancelled' WHERE id = '{notification}'"
    yield f"UPDATE cases_incident SET outcome = 'resolved', ended_at = now() WHERE id IN ({ids})"
    yield f"UPDATE cases_connectedperson SET dangerous = false WHERE id IN ({ids})"
    yield f"UPDATE cases_closure SET approved = true, decided_at = now(), decided_by_id = {person.pk} WHERE id IN ({ids})"
    yield f"UPDATE cases_export SET approved = true, decided_at = now(), decided_by_id = {person.pk} WHERE id IN ({ids})"
    yield f"SELECT FROM cases_export WHERE id IN ({ids})"
    yield f"SELECT FROM cases_exportfile WHERE export_id IN ({ids})"
    yield f"DELETE FROM cases_exportfile WHERE export_id IN ({ids})"
    yield f"SELECT FROM cases_savedlist WHERE id IN ({ids})"
    yield f"DELETE FROM cases_savedlist WHERE id IN ({ids})"
    yield f"UPDATE cases_accessorder SET approved = true, decided_at = now(), decided_by_id = {person.pk} WHERE id IN ({ids})"
    yield f"UPDATE cases_caselink SET ended_at = now(), ended_by_id = {person.pk} WHERE id IN ({ids})"
    yield f"SELECT FROM unnest(ARRAY[{ids}]::uuid[]) AS i, links_of(i)"
    yield f"UPDATE rehabilitation_service SET booking_id = NULL WHERE id IN ({ids})"
    yield "UPDATE rehabilitation_booking SET freed_at = now()"
    yield "INSERT INTO rehabilitation_booking SELECT * FROM rehabilitation_booking"
    yield f"SELECT FROM rehabilitation_calendarchoice WHERE person_id <> {person.pk}"
    yield "SELECT FROM bookings_numbered((now() AT TIME ZONE 'Asia/Baku')::date)"
    yield f"UPDATE rehabilitation_stay SET out_since = now() WHERE id IN ({ids})"
    yield f"UPDATE rehabilitation_plan SET state = 'active', decided_by_id = {person.pk} WHERE id IN ({ids})"
    for table in ("plan", "goal", "goalaction"):
        yield f"UPDATE rehabilitation_{table} SET victim_id = victim_id WHERE id IN ({ids})"
        yield f"DELETE FROM rehabilitation_{table} WHERE id IN ({ids})"
    yield f"UPDATE referrals_call SET reached = false WHERE notification_id = '{notification}'"
    yield f"SELECT FROM referrals_owedmail m JOIN referrals_ladderstep s ON s.id = m.step_id WHERE s.notification_id = '{notification}'"
    yield f"SELECT FROM notifications_to_call() t WHERE t.id = '{notification}'"
    yield f"SELECT FROM telephone_since('{notification}') t WHERE t IS NOT NULL"
    yield "SELECT FROM on_duty()"
    yield (
        "INSERT INTO referrals_call (id, notification_id, case_id, reached, spoken_with, position, number, spoken_at,"
        " note, quiet_until, recorded_by_id) SELECT gen_random_uuid(),"
        f" '{notification}', '{case}', true, '', '', '', now(), '', now() + interval '13 days', {person.pk}"
    )
    yield (
        "INSERT INTO referrals_ladderstep (notification_id, case_id, step, due_at)"
        f" VALUES ('{notification}', '{case}', 'telephone', now())"
    )
    yield f"UPDATE referrals_referral SET state = 'due' WHERE id IN ({ids})"
    yield f"UPDATE referrals_partnersheet SET open_until = NULL WHERE id IN ({ids})"
    yield (
        "INSERT INTO referrals_partnermember (staff_id, provider_id)"
        f" SELECT {person.pk}, provider_id FROM referrals_partnersheet WHERE id IN ({ids})"
    )
    yield (
        f"UPDATE referrals_drillcall SET acknowledged_at = now(), acknowledged_by_id = {person.pk}"
        f" WHERE id IN ({ids})"
    )
    yield (
        f"UPDATE referrals_drillcall SET repaired_at = now(), repaired_by_id = {person.pk}, repair = 'x'"
        f" WHERE id IN ({ids}) AND acknowledged_at IS NULL"
    )
    yield (
        "UPDATE referrals_notification SET commission_id = (SELECT m.commission_id FROM referrals_member m"
        f" WHERE m.staff_id = {person.pk}) WHERE id = '{notification}'"
    )
    if person.role not in ("director", "administrator"):  # who test the bodies
        yield f"SELECT FROM referrals_drillcall WHERE id IN ({ids})"
        yield "INSERT INTO referrals_drillrun (id, day) VALUES (gen_random_uuid(), now()::date + 1)"
    if person.role != "administrator":  # whose these are to change
        yield "UPDATE referrals_commission SET email = 'thief@example.com'"
        yield (
            "INSERT INTO referrals_memberaway (member_id, deputy_id, first_day, last_day, set_by_id)"
            f" SELECT min(id), max(id), now()::date, now()::date, {person.pk} FROM referrals_member"
        )
        yield "DELETE FROM aidcenter_staff_groups"
    yield f"UPDATE aidcenter_staff SET role = 'supervisor' WHERE id = {person.pk} AND role <> 'supervisor'"
    yield (
        "UPDATE aidcenter_staff SET team_id = (SELECT min(id) FROM aidcenter_team WHERE id IS DISTINCT FROM"
        f" {person.team_id or 'NULL'}) WHERE id = {person.pk}"
    )
    yield f"INSERT INTO aidcenter_staff_groups (staff_id, group_id) SELECT {person.pk}, supervisors_id FROM aidcenter_team LIMIT 1"
    yield f"UPDATE referrals_member SET staff_id = {person.pk}"
    yield f"INSERT INTO referrals_member (staff_id, commission_id) SELECT {person.pk}, min(id) FROM referrals_commission"
    yield (
        "INSERT INTO cases_absence (person_id, deputy_id, set_by_id, first_day, last_day)"
        f" VALUES ({world.worker.pk}, {person.pk}, {person.pk}, now()::date, now()::date + 9)"
    )
    for table, more, values in (
        ("cases_note", "kind, text", "'note', '\\x00'"),
        ("cases_safetysheet", "danger", "'\\x00'"),
        ("cases_incident", "kind, severity, happened_at", "'other', 'low', now()"),
        ("cases_draft", "form", "'note'"),
        ("cases_connectedperson", "name, roles, dangerous, dependant", "'\\x00', '{}', false, false"),
        ("cases_document", "kind, type, size", "'other', '', 0"),
        (
            "cases_assessment",
            "questionnaire_id, kind, assessed_on, individual_risk, household_risk, community_risk, risk_level",
            "(SELECT max(id) FROM cases_questionnaire), 'initial', now()::date, 'low', 'low', 'low', 'low'",
        ),
        (
            "cases_consent",
            "purposes, form, giver, language, interpreter, leaflet, given_on, withdrawn_on",
            "'{services}', '', 'person', '', false, false, now()::date, now()::date",
        ),
        ("cases_revision", "record, said", f"'{case}', '\\x00'"),
        (
            "rehabilitation_plan",
            "starts_on, ends_on, next_review_on, participation, language, consents",
            "now()::date, now()::date, now()::date, '', '', '{}'",
        ),
        ("referrals_bodyword", "notification_id, kind, text", f"'{notification}', 'question', '\\x00'"),
        (
            "referrals_letterfacts",
            "accompanied, needs, taken, asked, informed",
            "'unknown', '{}', '{}', '{}', 'yes'",
        ),
        ("cases_closure", 'episode, "to", reason, summary', "1, 'closed', 'other', '\\x00'"),
    ):
        who = "person_id" if table == "cases_draft" else "author_id"
        yield (
            f"INSERT INTO {table} (id, case_id, victim_id, {who}, {more})"
            f" VALUES (gen_random_uuid(), '{case}', '{victim}', {person.pk}, {values})"
        )
    yield f"DELETE FROM cases_caseusergrant WHERE case_id = '{case}'"
    yield f"DELETE FROM aidcenter_auditevent WHERE case_id = '{case}'"
    yield f"UPDATE cases_caseaccess SET user_id = {person.pk} WHERE case_id = '{case}'"
    yield (
        "INSERT INTO cases_caseusergrant (user_id, permission_id, case_id, source, reason)"
        f" SELECT {person.pk}, id, '{case}', 'attack', '' FROM auth_permission WHERE codename = 'view_case'"
    )
    yield (
        "INSERT INTO cases_case (victim_id, owner_id, team_id, district, child_status)"
        f" SELECT '{victim}', {person.pk}, min(id), 'nasimi', 'adult' FROM aidcenter_team"
    )
    yield f"INSERT INTO cases_datakey (victim_id, version, wrapped) VALUES ('{victim}', 99, '')"
    yield f"SELECT * FROM notification_others('{notification}')"
    yield f"SELECT FROM letter_people('{case}')"
    yield (
        "INSERT INTO referrals_recusal (id, notification_id, case_id, staff_id)"
        f" VALUES (gen_random_uuid(), '{notification}', '{case}', {person.pk})"
    )
    yield f"UPDATE referrals_recusal SET seen_at = now(), seen_by_id = {person.pk} WHERE case_id = '{case}'"
    yield f"SELECT FROM case_granted WHERE case_id = '{case}'"
    yield f"SELECT FROM case_access_wanted WHERE case_id = '{case}'"
    yield "SELECT FROM private.context_key"
    yield "SELECT FROM pg_stats WHERE tablename = 'cases_case' AND attname = 'number' AND histogram_bounds IS NOT NULL"
    if person.role not in ("director", "supervisor", "statistician"):
        yield "SELECT FROM cases_counted(extract(year FROM now())::int)"


def leaks(world, person, full: bool) -> list[str]:
    """The statements that worked for `person`, plain and after each way to switch a protection off."""
    found = []
    stolen = sign(world.worker.pk).replace(f"{world.worker.pk}|", f"{person.pk}|", 1)
    said = {"victim": world.worker.pk, "expired": sign(world.worker.pk, seconds=-5), "stolen": stolen}
    for opener in (None, *(OPENERS if full else OPENERS[:2])):
        for statement in statements(world, person):
            if works(person, opener and opener.format(**said), statement):
                found.append(f"{person.username} {opener or ''} {statement}")
    return found


def works(person, opener: str | None, statement: str) -> bool:
    """Whether the statement finds or touches a row; undone afterwards."""
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            if opener:
                _try(cursor, opener)
            cursor.execute(statement)
            raise Undo(cursor.rowcount > 0)
    except Undo as end:
        return end.worked
    except Error:
        return False


def _try(cursor, opener: str) -> None:
    try:
        with transaction.atomic():
            cursor.execute(opener)
    except Error:
        return  # refused: the attacker goes on without it


class Undo(Exception):
    """Ends the attack's transaction, saying whether it worked."""

    def __init__(self, worked: bool) -> None:
        self.worked = worked
