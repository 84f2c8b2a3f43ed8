"""The state bodies: added, reached, renamed from a day on, ended, and their members; owed all the same."""

import re
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from referrals import alerts, authorities, authority_members, authority_shell
from referrals.actions import acknowledge
from referrals.models import (
    BODIES,
    Commission,
    CommissionName,
    Delivery,
    DistrictSeen,
    Member,
    Message,
    Notification,
)
from tests.bodies import decided, received
from tests.cast import just_shown, twice
from tests.conftest import as_login
from tests.database import as_login as raw_login
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = baku_today()
PAGE = "/referrals/authorities/"
REACHED = {
    "email": "new@lerik.example", "phone": "101", "duty_phone": "102", "office_days": [1, 2], "opens_at": "09:00",
    "closes_at": "18:00", "way_1": "portal", "way_2": "email",
}  # fmt: skip
NAMES = {"name_az": "Yeni ad", "name_ru": "Новое имя", "name_en": "New name", "address": "Street 7"}


@pytest.fixture
def body(cast):
    """The guardianship authority of Nasimi."""
    return Commission.objects.get(district="nasimi", body="guardianship")


@pytest.fixture
def fresh(cast, sign_in):
    """The administrator, who has just shown the second factor."""
    return just_shown(sign_in(cast.administrator))


@contextmanager
def tomorrow(table, **days):
    """Rows as if the days had passed: raw, by the superuser, past the triggers."""
    with raw_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        for column, day in days.items():
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {column} > %s", [day, TODAY])
    yield


def ends(body, by, day=TODAY, successor=None, follow=True):
    said = {"active_until": day, "successor": successor, "members_follow": follow}
    authorities.end(body, said, by=by)


# --- the directory ----------------------------------------------------------------------------


def test_who_sees_and_who_changes(cast, body, sign_in):
    found = {}
    for who in ("administrator", "supervisor", "director", "worker", "nasimi_guardianship", "partner"):
        client = sign_in(getattr(cast, who))
        found[who] = [client.get(path).status_code
                      for path in (PAGE, f"{PAGE}{body.pk}/", f"{PAGE}{body.pk}/change/", f"{PAGE}new/")]  # fmt: skip
    assert found == {
        "administrator": [200] * 4, "supervisor": [200, 200, 403, 403], "director": [200, 200, 403, 403],
        "worker": [403] * 4, "nasimi_guardianship": [403] * 4, "partner": [403] * 4,
    }  # fmt: skip
    absent = f"{PAGE}00000000-0000-0000-0000-000000000000/"
    assert sign_in(cast.administrator).get(absent).status_code == 404


def test_the_list_says_what_is_missing(cast, body, sign_in):
    client = sign_in(cast.administrator)
    everything = client.get(PAGE).content.decode()
    assert everything.count("nobody is told") == 2 * 76
    assert "no duty phone" in everything
    assert Commission.objects.count() == 4
    ours = client.get(f"{PAGE}?show=ours").content.decode()
    assert "nobody is told" not in ours
    lacks = client.get(f"{PAGE}?show=missing").content.decode()
    assert lacks.count("no duty phone") == 4
    authorities.change(body, {**_said(), "duty_phone": "7"}, by=cast.administrator)
    assert client.get(PAGE).content.decode().count("no duty phone") == 3


def _said():
    return {"email": "x@y.example", "phone": "1", "duty_phone": "2", "office_days": [1], "opens_at": "09:00",
            "closes_at": "18:00", "channels": ["email", "portal"]}  # fmt: skip


def test_one_body_costs_what_many_cost(cast, body, sign_in):
    client, counts = sign_in(cast.administrator), []
    for district in ("lerik", "quba"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(PAGE)
        counts.append(len(asked))
        for kind in BODIES:
            made = {**_said(), **NAMES, "body": kind, "district": district, "active_from": TODAY}
            authorities.add(made, by=cast.administrator)
    assert counts[0] == counts[1]


def test_how_it_is_reached_changes_at_once(cast, body, sign_in):
    client = sign_in(cast.administrator)
    path = f"{PAGE}{body.pk}/change/"
    assert twice(client, path, REACHED | {"way_1": "email", "way_2": "portal"}).status_code == 302
    body.refresh_from_db()
    assert (body.email, body.duty_phone, body.office_days, body.channels) == (
        "new@lerik.example", "102", [1, 2], ["email", "portal"],
    )  # fmt: skip
    shown = client.get(f"{PAGE}{body.pk}/").content.decode()
    assert "E-mail bell → Portal" in shown
    assert "Monday, Tuesday" in shown
    for wrong, words in (
        ({"way_2": "portal"}, "Each way once"),
        ({"closes_at": "08:00"}, "closes before it opens"),
        ({"email": "nonsense"}, "valid email"),
        ({"way_1": ""}, "required"),
    ):
        assert words in client.post(path, REACHED | wrong).content.decode()
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="commission.change", ids=[body.pk]).exists()


@pytest.mark.parametrize("who", ["worker", "supervisor", "director", "nasimi_guardianship"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referrals_commission SET email = 'thief@example.com' WHERE id = '{body}'",
        "UPDATE referrals_commission SET active_until = now()::date WHERE id = '{body}'",
        "INSERT INTO referrals_commissionname (commission_id, since, name_az, name_ru, name_en)"
        " VALUES ('{body}', now()::date + 1, 'x', 'x', 'x')",
        "INSERT INTO referrals_memberaway (member_id, deputy_id, first_day, last_day, set_by_id)"
        " SELECT min(id), max(id), now()::date, now()::date, {person} FROM referrals_member",
        "UPDATE referrals_notification SET commission_id ="
        " (SELECT id FROM referrals_commission WHERE district = 'ganja' AND body = 'guardianship')",
    ],
)  # fmt: skip
def test_only_an_administrator_in_sql_too(cast, body, child_case, who, sql):
    person = getattr(cast, who)
    with acting_as(person.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(body=body.pk, person=person.pk))
        if not cursor.rowcount:
            raise Error  # a row that is not seen is not changed either


def test_the_administrator_may_in_sql(cast, body):
    """The control of the one above."""
    with acting_as(cast.administrator.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_commission SET email = 'a@b.example' WHERE id = %s", [body.pk])
        assert cursor.rowcount == 1


@pytest.mark.parametrize("who", ["worker", "supervisor", "director", "auditor", "nasimi_guardianship"])
def test_the_actions_ask_the_verb(cast, body, who):
    by = getattr(cast, who)
    tries = [
        lambda: authorities.change(body, _said(), by=by),
        lambda: authorities.rename(body, NAMES | {"since": TODAY}, by=by),
        lambda: ends(body, by),
        lambda: authority_members.add(body, {}, by=by),
        lambda: authority_members.reissue(body.members.get(), by=by),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()


# --- names by the day -------------------------------------------------------------------------


def test_a_name_is_in_force_from_its_day_and_the_old_one_stays(cast, body, fresh):
    day = TODAY + timedelta(days=30)
    path = f"{PAGE}{body.pk}/rename/"
    assert twice(fresh, path, NAMES | {"since": day.isoformat()}).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.address) == ("nasimi guardianship", "")
    old, new = (authorities.called(body, when) for when in (day - timedelta(days=1), day))
    assert (old.name, new.name, new.address) == ("nasimi guardianship", "New name", "Street 7")
    assert twice(fresh, path, NAMES | {"since": TODAY.isoformat(), "name_en": "Today's"}).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.address) == ("Today's", "Street 7")
    assert body.active_until is None


def test_yesterday_is_not_renamed_and_the_past_stays(cast, body, fresh):
    yesterday = {"since": (TODAY - timedelta(days=1)).isoformat()}
    assert (
        "From today at the earliest"
        in fresh.post(f"{PAGE}{body.pk}/rename/", NAMES | yesterday).content.decode()
    )
    name = body.names.get()
    with pytest.raises(ValidationError):
        authorities.take_back(name, by=cast.administrator)
    for sql in (
        "DELETE FROM referrals_commissionname WHERE id = %s",
        "INSERT INTO referrals_commissionname (commission_id, since, name_az, name_ru, name_en)"
        " SELECT commission_id, now()::date - 1, 'x', 'x', 'x' FROM referrals_commissionname WHERE id = %s",
    ):
        with acting_as(cast.administrator.pk), pytest.raises(Error), transaction.atomic():
            connection.cursor().execute(sql, [name.pk])
    with acting_as(cast.administrator.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_commission SET name_az = 'x', address = 'x' WHERE id = %s", [body.pk]
        )
    body.refresh_from_db()
    assert (body.name_az, body.address) == ("nasimi guardianship az", "")  # past the history there is no way


def test_a_name_to_come_is_taken_back(cast, body, fresh):
    authorities.rename(body, NAMES | {"since": TODAY + timedelta(days=3)}, by=cast.administrator)
    name = body.names.get(since__gt=TODAY)
    assert "Take back" in fresh.get(f"{PAGE}{body.pk}/").content.decode()
    assert fresh.post(f"{PAGE}names/{name.pk}/take-back/").status_code == 302
    assert [each.name for each in body.names.all()] == ["nasimi guardianship"]


def test_a_law_renames_all_bodies_of_a_kind_at_once(cast, fresh):
    said = {"body": "minors_commission", "since": TODAY.isoformat(), "name_az": "Uşaq hüquqları ({district})",
            "name_ru": "Права детей ({district})", "name_en": "Child rights"}  # fmt: skip
    assert "Write {district} where" in fresh.post(f"{PAGE}rename/", said).content.decode()
    assert twice(fresh, f"{PAGE}rename/", said | {"name_en": "Child rights ({district})"}).status_code == 302
    names = Commission.objects.order_by("district", "body").values_list("name_en", flat=True)
    assert list(names) == ["ganja guardianship", "Child rights (Ganja)", "nasimi guardianship",
                           "Child rights (Nasimi)"]  # fmt: skip
    assert not Commission.objects.exclude(active_until=None).exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_keeps_the_name_it_bore(cast, body, child_case, sign_in):
    deliver()
    sent = Notification.objects.get(body="guardianship")
    authorities.rename(body, NAMES | {"since": TODAY}, by=cast.administrator)
    member = sign_in(cast.nasimi_guardianship).get(f"/referrals/{sent.pk}/").content.decode()
    centre = sign_in(cast.worker).get(f"/referrals/{sent.pk}/").content.decode()
    assert all("Addressed to: nasimi guardianship" in shown for shown in (member, centre))
    assert "New name" in centre  # what it is called now
    with acting_as(cast.nasimi_guardianship.pk):
        acknowledge(sent, by=cast.nasimi_guardianship)  # open as before


@pytest.mark.django_db(transaction=True)
def test_on_its_day_the_name_is_in_force_by_the_clock(cast, body):
    authorities.rename(body, NAMES | {"since": TODAY + timedelta(days=2)}, by=cast.administrator)
    with as_login("DATABASE_WORKER_URL"):
        authorities.by_the_day()
    body.refresh_from_db()
    assert body.name == "nasimi guardianship"
    with tomorrow("referrals_commissionname", since=TODAY), as_login("DATABASE_RELAY_URL"):
        authorities.by_the_day()
    body.refresh_from_db()
    assert (body.name, body.address) == ("New name", "Street 7")


# --- a district without a body ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_and_everybody_concerned_learns_it(cast, open_case, sign_in, fresh):
    open_case({"estimated_age": 15, "given_name": "Nuray"}, district="lerik")
    assert (deliver(), Notification.objects.filter(state="owed", commission=None).count()) == (0, 2)
    for who in (cast.supervisor, cast.director):
        home = sign_in(who).get("/")
        alarms = [row["duty"] for row in home.context["alarms"] if "nobody is told" in row["duty"].title]
        assert len(alarms) == 2
        assert "1 notification is owed there" in alarms[0].detail
        assert "Lerik" in alarms[0].title
        assert sign_in(who).get(alarms[0].url).status_code == 200
    duties = [row["duty"] for row in fresh.get("/").context["alarms"]]
    assert [duty.act for duty in duties] == ["Add", "Add"]
    assert "owed" not in "".join(duty.detail for duty in duties)
    assert "nobody is told" not in sign_in(cast.worker).get("/").content.decode()
    form = fresh.get(duties[0].url)
    assert form.context["form"].initial["district"] == "lerik"
    said = REACHED | NAMES | {"body": "guardianship", "district": "lerik", "active_from": TODAY.isoformat()}
    assert twice(fresh, f"{PAGE}new/", said).status_code == 302
    assert deliver() == 2
    assert Notification.objects.get(state="sent").body == "guardianship"
    home = sign_in(cast.supervisor).get("/").content.decode()
    assert len(re.findall("<strong>[^<]*nobody is told of a child", home)) == 1  # the other body


def test_a_district_without_cases_alarms_nobody(cast, adult_case, sign_in):
    assert "nobody is told" not in sign_in(cast.supervisor).get("/").content.decode()
    assert list(DistrictSeen.objects.values_list("district", flat=True)) == ["nasimi"]


def test_an_adults_case_is_enough_to_look_ahead(cast, open_case, sign_in):
    open_case(district="lerik")
    alarms = [row["duty"] for row in sign_in(cast.director).get("/").context["alarms"]]
    assert [duty.detail for duty in alarms] == [
        "No notification is owed there now; the next one would wait."
    ] * 2


def test_what_the_database_says_to_whom(cast, open_case):
    open_case({"estimated_age": 15}, district="lerik")
    found = {}
    for who in ("supervisor", "director", "administrator", "worker", "auditor", "nasimi_guardianship"):
        with acting_as(getattr(cast, who).pk):
            found[who] = authority_shell.unserved()
    told, blind = (sorted(("lerik", body, count) for body in BODIES) for count in (1, None))
    assert found == {"supervisor": told, "director": told, "administrator": blind,
                     "worker": [], "auditor": [], "nasimi_guardianship": []}  # fmt: skip


def test_a_body_that_begins_later_is_not_told_today(cast, open_case):
    made = {**_said(), **NAMES, "body": "guardianship", "district": "lerik"}
    authorities.add(made | {"active_from": TODAY + timedelta(days=5)}, by=cast.administrator)
    open_case({"estimated_age": 15}, district="lerik")
    assert set(Notification.objects.values_list("commission", flat=True)) == {None}


@pytest.mark.django_db(transaction=True)
def test_one_missing_body_holds_up_no_other(cast, open_case, monkeypatch):
    """The addressable are not crowded out by those that wait: the batch is of what can be sent."""
    made = {**_said(), **NAMES, "body": "guardianship", "district": "lerik", "active_from": TODAY}
    for _ in range(3):
        open_case({"estimated_age": 15}, district="lerik")
    authorities.add(made, by=cast.administrator)
    monkeypatch.setattr(alerts, "BATCH", 2)
    assert deliver() == 6


# --- the end, and who takes over --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_open_goes_over_and_what_is_closed_stays(cast, body, open_case, child_case, sign_in):
    deliver()
    first = decided(received(child_case, cast), cast.nasimi_guardianship, "visit")
    open_case({"estimated_age": 12})
    deliver()
    second = Notification.objects.get(body="guardianship", state="sent")
    ganja = Commission.objects.get(district="ganja", body="guardianship")
    with acting_as(cast.administrator.pk):
        Commission.objects.filter(pk=ganja.pk).update(channels=["webhook", "portal", "email"])
    ends(body, cast.administrator, successor=ganja, follow=False)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.commission, second.commission) == (body, ganja)
    assert sign_in(cast.ganja_guardianship).get(f"/referrals/{second.pk}/").status_code == 200
    assert sign_in(cast.nasimi_guardianship).get(f"/referrals/{second.pk}/").status_code == 404
    assert sign_in(cast.nasimi_guardianship).get(f"/referrals/{first.pk}/").status_code == 200
    assert Delivery.objects.get(message__notification=second, channel="email").state == "due"
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"portal", "email"}  # it has no system
    mail.outbox.clear()
    deliver()
    assert [letter.to for letter in mail.outbox] == [[ganja.email]]
    open_case({"estimated_age": 11})  # the district goes over too
    assert Notification.objects.filter(body="guardianship", state="owed").get().commission == ganja
    assert "nobody is told" not in sign_in(cast.supervisor).get("/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_without_a_successor_it_waits_for_a_new_body_of_the_district(cast, body, child_case, sign_in):
    ends(body, cast.administrator)
    waiting = Notification.objects.get(body="guardianship")
    assert (waiting.commission, waiting.state) == (None, "owed")
    assert deliver() == 2  # the other body alone
    assert "1 notification is owed there" in sign_in(cast.supervisor).get("/").content.decode()
    made = {**_said(), **NAMES, "body": "guardianship", "district": "nasimi", "active_from": TODAY}
    new = authorities.add(made, by=cast.administrator)
    assert deliver() == 2
    waiting.refresh_from_db()
    assert (waiting.commission, waiting.state) == (new, "sent")
    member = Member.objects.get(staff=cast.nasimi_guardianship)
    assert member.commission == new  # its members have gone over with it


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_stays_reachable_until_somebody_takes_over(cast, body, child_case, sign_in):
    deliver()
    ends(body, cast.administrator)
    sent = Notification.objects.get(body="guardianship")
    assert sent.commission == body
    assert sign_in(cast.nasimi_guardianship).get(f"/referrals/{sent.pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_end_comes_on_its_day(cast, body, child_case, sign_in):
    deliver()
    ganja = Commission.objects.get(district="ganja", body="guardianship")
    ends(body, cast.administrator, day=TODAY + timedelta(days=9), successor=ganja)
    sent = Notification.objects.get(body="guardianship")
    assert (sent.commission, body.acts_on(TODAY)) == (body, True)
    with tomorrow("referrals_commission", active_until=TODAY), as_login("DATABASE_WORKER_URL"):
        assert authorities.by_the_day() == 1
        assert authorities.by_the_day() == 0
    sent.refresh_from_db()
    assert sent.commission == ganja
    assert Member.objects.get(staff=cast.nasimi_guardianship).commission == ganja


def test_the_page_ends_it_after_a_fresh_factor(cast, body, sign_in, fresh):
    path = f"{PAGE}{body.pk}/end/"
    assert "reauthenticate" in sign_in(cast.administrator).post(path, {}).url
    ganja = Commission.objects.get(district="ganja", body="guardianship")
    said = {"active_until": TODAY.isoformat(), "successor": ganja.pk}
    yesterday = {"active_until": (TODAY - timedelta(days=1)).isoformat()}
    assert "From today" in fresh.post(path, said | yesterday).content.decode()
    minors = Commission.objects.get(district="ganja", body="minors_commission")
    assert "valid choice" in fresh.post(path, said | {"successor": minors.pk}).content.decode()
    assert twice(fresh, path, said).status_code == 302
    assert "ended already" in fresh.post(path, said).content.decode()
    assert "It acts no more since" in fresh.get(f"{PAGE}{body.pk}/").content.decode()


def test_one_body_of_a_kind_a_day(cast, body):
    made = {**_said(), **NAMES, "body": "guardianship", "district": "nasimi", "active_from": TODAY}
    with pytest.raises(ValidationError, match="Another body of this kind"):
        authorities.add(made, by=cast.administrator)
    ends(body, cast.administrator, day=TODAY + timedelta(days=10))
    with pytest.raises(ValidationError, match="Another body of this kind"):
        authorities.add(made, by=cast.administrator)
    authorities.add(made | {"active_from": TODAY + timedelta(days=10)}, by=cast.administrator)


def test_the_minors_commission_takes_over_from_its_kind_alone(cast, body):
    minors = Commission.objects.get(district="ganja", body="minors_commission")
    with pytest.raises(ValidationError):
        ends(body, cast.administrator, successor=minors)
    body.refresh_from_db()
    assert body.active_until is None


def test_what_has_ended_stays_ended(cast, body):
    ends(body, cast.administrator)
    with acting_as(cast.administrator.pk), pytest.raises(Error), transaction.atomic():
        Commission.objects.filter(pk=body.pk).update(active_until=None)
    with acting_as(cast.administrator.pk), pytest.raises(Error), transaction.atomic():
        Commission.objects.filter(pk=body.pk).update(district="lerik")


def test_the_seed_and_a_new_body_have_their_first_name(cast, body):
    assert CommissionName.objects.count() == Commission.objects.count()
    assert body.names.get().since == date(2000, 1, 1)


def test_messages_know_no_name_before_they_are_frozen(child_case):
    assert set(Message.objects.values_list("called", flat=True)) == {None}


# --- looked at first, and taken back ----------------------------------------------------------


def test_a_change_is_shown_before_it_holds(cast, body, sign_in):
    client, path = sign_in(cast.administrator), f"{PAGE}{body.pk}/change/"
    first = client.post(path, REACHED)
    assert next((fact.label, fact.before, fact.after) for fact in first.context["shown"].facts) == (
        "E-mail", body.email, "new@lerik.example",
    )  # fmt: skip
    body.refresh_from_db()
    assert body.email != "new@lerik.example"
    other = client.post(path, REACHED | {"phone": "112", "seen": first.context["seen"]})
    assert other.context["shown"].facts[1].after == "112"  # what was not shown is shown first
    lacking = client.post(path, REACHED | {"duty_phone": ""}).content.decode()
    assert "no duty phone" in lacking


def test_how_it_was_reached_is_kept_and_said_again(cast, body, sign_in):
    client, path, was = sign_in(cast.administrator), f"{PAGE}{body.pk}/change/", body.email
    twice(client, path, REACHED)
    twice(client, path, REACHED)  # nothing new
    new, old = body.contacts.all()
    assert (new.email, new.made_by, old.email) == ("new@lerik.example", cast.administrator, was)
    assert "Start from this again" in client.get(path).content.decode()
    again = client.get(f"{path}?again={old.pk}").context["form"]
    assert (again.initial["email"], again.initial["office_days"]) == (was, [1, 2, 3, 4, 5])
    others = Commission.objects.exclude(pk=body.pk).first().contacts.get()
    assert client.get(f"{path}?again={others.pk}").context["form"].initial["email"] == "new@lerik.example"
    for sql in ("DELETE FROM", "UPDATE"):
        told = " SET email = 'x@x.example'" if sql == "UPDATE" else ""
        with acting_as(cast.administrator.pk), pytest.raises(Error), transaction.atomic():
            connection.cursor().execute(f"{sql} referrals_commissioncontact{told} WHERE id = %s", [old.pk])


def test_an_end_to_come_is_taken_back(cast, body, fresh):
    ganja = Commission.objects.get(district="ganja", body="guardianship")
    day = TODAY + timedelta(days=9)
    said = {"active_until": day.isoformat(), "successor": ganja.pk, "members_follow": "on"}
    shown = fresh.post(f"{PAGE}{body.pk}/end/", said).context["shown"]
    assert [fact.before for fact in shown.facts] == ["–", "–", "–"]
    assert any("goes over to ganja guardianship" in note for note in shown.notes)
    twice(fresh, f"{PAGE}{body.pk}/end/", said)
    assert fresh.get(f"{PAGE}{body.pk}/end/").context["form"].initial["successor"] == ganja
    assert "Take back the end" in fresh.get(f"{PAGE}{body.pk}/").content.decode()
    assert fresh.post(f"{PAGE}{body.pk}/stay/").status_code == 302
    body.refresh_from_db()
    assert (body.active_until, body.successor) == (None, None)
    assert "Only an end whose day" in fresh.post(f"{PAGE}{body.pk}/stay/", follow=True).content.decode()


def test_who_has_taken_the_place_stays(cast, body, fresh):
    day = TODAY + timedelta(days=9)
    ends(body, cast.administrator, day=day)
    made = {**_said(), **NAMES, "body": "guardianship", "district": "nasimi", "active_from": day}
    authorities.add(made, by=cast.administrator)
    told = fresh.post(f"{PAGE}{body.pk}/stay/", follow=True).content.decode()
    assert "Another body of this kind acts" in told
    body.refresh_from_db()
    assert body.active_until == day


def test_what_a_law_will_rename_is_shown_and_taken_back_at_once(cast, fresh):
    day = TODAY + timedelta(days=30)
    said = {"body": "minors_commission", "since": day.isoformat(), "name_az": "Yeni ({district})",
            "name_ru": "Новая ({district})", "name_en": "New ({district})"}  # fmt: skip
    shown = fresh.post(f"{PAGE}rename/", said).context["shown"]
    assert [(fact.label, fact.before, fact.after) for fact in shown.facts] == [
        ("Ganja", "ganja minors_commission", "New (Ganja)"),
        ("Nasimi", "nasimi minors_commission", "New (Nasimi)"),
    ]
    twice(fresh, f"{PAGE}rename/", said)
    later = {**_said(), **NAMES, "body": "minors_commission", "district": "lerik", "active_from": day}
    begins = authorities.add(later, by=cast.administrator)
    assert [row["many"] for row in fresh.get(f"{PAGE}rename/").context["to_come"]] == [2]
    told = {"body": "minors_commission", "since": day.isoformat()}
    assert fresh.post(f"{PAGE}rename/take-back/", told).status_code == 302
    assert list(CommissionName.objects.filter(since__gt=TODAY)) == [begins.names.get()]
    with pytest.raises(ValidationError, match="begins with a name"):
        authorities.take_back(begins.names.get(), by=cast.administrator)
    assert fresh.post(f"{PAGE}rename/take-back/", {"since": "x"}).status_code == 404


def test_a_new_body_is_called_what_it_is(cast, fresh):
    said = REACHED | {"body": "guardianship", "district": "lerik", "active_from": TODAY.isoformat()}
    shown = fresh.post(f"{PAGE}new/", said).context["shown"]
    assert shown.facts[5].after == "Guardianship and trusteeship (custody) authority (Lerik)"
    assert "nobody signs in" in " ".join(shown.notes)
    assert twice(fresh, f"{PAGE}new/", said).status_code == 302
    assert "Another body of this kind" in fresh.post(f"{PAGE}new/", said).content.decode()


def test_a_name_of_before_is_said_again(cast, body, fresh):
    first = body.names.get()
    authorities.rename(body, NAMES | {"since": TODAY}, by=cast.administrator)
    path = f"{PAGE}{body.pk}/rename/?again={first.pk}"
    assert path in fresh.get(f"{PAGE}{body.pk}/").content.decode()
    assert fresh.get(path).context["form"].initial["name_en"] == "nasimi guardianship"
