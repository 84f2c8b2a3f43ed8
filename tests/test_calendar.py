"""The calendar: nobody and no room twice, busy to all and no more, the feed, the mail of the evening."""

import threading
from datetime import UTC, date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from aidcenter.context import acting_as
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff
from cases import leaving
from cases.actions import broken
from rehabilitation import bookings, feed, groups, rooms
from rehabilitation.actions import Facts, deliver, record_service
from rehabilitation.bookings import When, book
from rehabilitation.calendar_asked import Asked
from rehabilitation.models import Booking, CalendarChoice, GroupSession, Room, Service
from rehabilitation.tasks import remind_of_tomorrow
from tests.cast import let_in
from tests.conftest import as_login as running_as
from tests.database import as_owner
from tests.plans import TODAY
from tests.test_closing import closed
from tests.test_services import ended, sql, status
from tests.test_speed import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

HOUR = timedelta(hours=1)
TOMORROW = TODAY + timedelta(days=1)
TEN = at_start_of(TOMORROW) + 10 * HOUR
PAGE = "/calendar/"


def a_room(cast, name="Room 1"):
    """A room that is in use."""
    with acting_as(cast.supervisor.pk):
        rooms.keep([{"name": name, "active": True}], by=cast.supervisor)
        return Room.objects.get(name=name)


def booked(case, by, starts_at=TEN, **facts):
    """An hour of `by`, or of whoever is named."""
    facts = Facts(**{"given_by": by, "minutes": 60} | facts)
    (row,) = book(case, When(starts_at), service_type="documents", by=by, facts=facts)
    row.refresh_from_db()
    return row


def held():
    """(who, room, from) of what holds."""
    rows = Booking.objects.held().order_by("during")
    return [(row.staff_id, row.room_id, row.starts_at) for row in rows]


def asked(day=TOMORROW, span="day", of="me"):
    return f"{PAGE}?span={span}&day={day:%Y-%m-%d}&of={of}"


# --- nobody twice ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "minutes", "free"),
    [
        (TEN, 60, False),
        (TEN + HOUR / 2, 60, False),
        (TEN - HOUR / 2, 60, False),
        (TEN + HOUR / 4, 15, False),
        (TEN + HOUR, 60, True),
        (TEN - HOUR, 60, True),
    ],
)
def test_a_person_is_not_booked_twice(cast, adult_case, open_case, starts_at, minutes, free):
    booked(adult_case, cast.worker)
    if free:
        assert booked(open_case(), cast.worker, starts_at, minutes=minutes).booking
        return
    with pytest.raises(ValidationError) as refusal:
        booked(open_case(), cast.worker, starts_at, minutes=minutes)
    (said,) = refusal.value.message_dict["starts_at"]
    assert said == f"Worker: taken from {TOMORROW:%d.%m.%Y} 10:00 until 11:00. Choose another time."
    assert (adult_case.number in said, Service.objects.count()) == (False, 1)


def test_a_room_is_not_booked_twice_and_another_is_free(cast, adult_case, open_case, sign_in):
    one, two = a_room(cast), a_room(cast, "Room 2")
    booked(adult_case, cast.worker, room=one)
    other = open_case()
    said = {"type": "social", "state": "booked", "starts_at": f"{TEN:%Y-%m-%dT%H:%M}", "times": "1", "every": "7",
            "quantity": "1", "minutes": "30", "given_by": "", "room": f"{one.pk}"}  # fmt: skip
    client, path = sign_in(cast.supervisor), f"/services/case/{other.pk}/book/"
    told = client.post(path, said).content.decode()
    assert f"Room 1: taken from {TOMORROW:%d.%m.%Y} 10:00 until 11:00" in told
    assert Service.objects.count() == 1
    assert client.post(path, said | {"room": f"{two.pk}"}).status_code == 302
    assert set(held()) == {(cast.worker.pk, one.pk, TEN), (None, two.pk, TEN)}


def test_a_refused_series_books_none_of_it(cast, adult_case, open_case):
    booked(adult_case, cast.worker, TEN + timedelta(days=14))
    with pytest.raises(ValidationError, match="taken"):
        book(
            open_case(),
            When(TEN, times=4),
            service_type="social",
            by=cast.worker,
            facts=Facts(given_by=cast.worker),
        )
    assert (Service.objects.count(), Booking.objects.count()) == (1, 1)


def test_it_is_said_in_the_language_of_the_person(cast, adult_case, open_case):
    booked(adult_case, cast.worker)
    for language, word in (("az", "tutulub"), ("ru", "занято")):
        with override(language), pytest.raises(ValidationError, match=word):
            booked(open_case(), cast.worker)


def at_once(cases, act):
    """What comes of `act(case)` for each case at the same moment, on a connection of its own."""
    barrier, found = threading.Barrier(len(cases)), []

    def run(case):
        try:
            barrier.wait(10)
            act(case)
            found.append("booked")
        except ValidationError as refusal:
            found.append(" ".join(refusal.messages).partition(":")[0])
        except DatabaseError as error:
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_two_who_book_one_room_at_once_get_it_once(cast, open_case):
    room, cases = a_room(cast), [open_case() for _ in range(3)]
    givers = dict(zip([case.pk for case in cases], (cast.worker, None, None), strict=True))

    def take(case):
        with override("en"):
            booked(case, cast.worker, room=room, given_by=givers[case.pk])

    assert at_once(cases, take) == ["Room 1", "Room 1", "booked"]
    assert (Service.objects.count(), len(held())) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_constraint_the_room_is_taken_twice(cast, open_case):
    room, name = a_room(cast), "booking_room_free"
    booked(open_case(), cast.worker, room=room)
    with as_owner() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE rehabilitation_booking DROP CONSTRAINT {name}")
        try:
            booked(open_case(), cast.worker, room=room, given_by=None)
            assert len(held()) == 2
        finally:
            cursor.execute("TRUNCATE rehabilitation_booking CASCADE")
            cursor.execute(f"ALTER TABLE rehabilitation_booking ADD CONSTRAINT {name} {definition}")


# --- a booking goes with its service --------------------------------------------------------


def test_moved_it_frees_its_time_and_keeps_its_booking(cast, adult_case, open_case):
    room = a_room(cast)
    row = booked(adult_case, cast.worker, room=room)
    bookings.move(row, starts_at=TEN + HOUR / 2, by=cast.worker)  # over its own former time
    bookings.move(row, starts_at=TEN + 5 * HOUR, by=cast.worker)
    booked(open_case(), cast.worker, room=room)
    assert held() == [(cast.worker.pk, room.pk, TEN), (cast.worker.pk, room.pk, TEN + 5 * HOUR)]
    before = row.booking_id
    with pytest.raises(ValidationError, match="Worker: taken"):
        bookings.move(row, starts_at=TEN, by=cast.worker)
    row.refresh_from_db()
    assert (row.booking_id, row.starts_at) == (before, TEN + 5 * HOUR)
    bookings.move(row, starts_at=TEN + 5 * HOUR, room=None, by=cast.worker)
    assert held()[1] == (cast.worker.pk, None, TEN + 5 * HOUR)


ENDS = {
    "missed": lambda row, cast: ended(row, "missed", cast.worker),
    "refused": lambda row, cast: ended(row, "refused", cast.worker),
    "cancelled": lambda row, cast: ended(row, "cancelled", cast.worker),
    "closed": lambda row, cast: closed(row.case, cast),
    "given before": lambda row, cast: deliver(row, delivered_on=TODAY, by=cast.worker),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_does_not_take_place_frees_its_time(cast, adult_case, open_case, end):
    row = booked(adult_case, cast.worker)
    ENDS[end](row, cast)
    row.refresh_from_db()
    assert (row.booking_id, held()) == (None, [])
    assert booked(open_case(), cast.worker).booking


def test_what_took_place_has_held_its_time_until_it_is_struck_out(cast, adult_case, open_case):
    noon = at_start_of(TODAY) + 12 * HOUR
    row = booked(adult_case, cast.worker, noon)
    later = booked(open_case(), cast.worker, noon + HOUR)
    deliver(row, delivered_on=TODAY, by=cast.worker, facts=Facts(minutes=200))  # it moves nobody
    assert held() == [(cast.worker.pk, None, noon), (cast.worker.pk, None, later.starts_at)]
    bookings.strike(row, why="another's", by=cast.worker)
    assert held() == [(cast.worker.pk, None, later.starts_at)]


def test_what_is_only_planned_or_has_nobody_holds_nothing(cast, adult_case):
    book(
        adult_case,
        When(TEN, "planned"),
        service_type="social",
        by=cast.worker,
        facts=Facts(given_by=cast.worker),
    )
    book(adult_case, When(TEN), service_type="social", by=cast.worker)
    record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    assert held() == []


# --- groups ---------------------------------------------------------------------------------


def together(cast, cases, **more):
    facts = Facts(given_by=cast.worker, minutes=90, **more)
    ids = [case.pk for case in cases]
    return groups.book_together(ids, service_type="social", starts_at=TEN, by=cast.worker, facts=facts)


def test_a_group_takes_one_time_and_is_free_with_its_last(cast, open_case, sign_in):
    room, people = a_room(cast), [open_case() for _ in range(3)]
    said = {"type": "social", "starts_at": f"{TEN:%Y-%m-%dT%H:%M}", "minutes": "90", "room": f"{room.pk}",
            "cases": [str(case.pk) for case in people]}  # fmt: skip
    path = "/services/group/book/"
    assert status(sign_in, cast, path, who=("accountant", "specialist", "worker")) == {
        "accountant": 403,
        "specialist": 200,
        "worker": 200,
    }
    assert sign_in(cast.stranger).post(path, said).status_code == 404
    assert sign_in(cast.worker).post(path, said).status_code == 302
    rows = list(Service.objects.order_by("pk"))
    assert (len(rows), len({row.booking_id for row in rows}), len(held())) == (3, 1, 1)
    assert GroupSession.objects.count() == 1
    for row in rows[:2]:
        ended(row, "cancelled", cast.worker)
    assert len(held()) == 1
    ended(rows[2], "cancelled", cast.worker)
    assert held() == []


def test_one_of_a_group_moves_alone(cast, open_case):
    one, two = together(cast, [open_case(), open_case()])
    with pytest.raises(ValidationError, match="taken"):  # the others still hold the person
        bookings.move(one, starts_at=TEN + HOUR, by=cast.worker)
    bookings.move(one, starts_at=TEN + 5 * HOUR, by=cast.worker)
    assert [when for *_, when in held()] == [TEN, TEN + 5 * HOUR]
    two.refresh_from_db()
    assert two.booking.starts_at == TEN


def test_a_group_is_booked_for_all_or_none(cast, adult_case, open_case, sign_in):
    booked(adult_case, cast.worker)
    path = "/services/group/book/"
    said = {"type": "social", "starts_at": f"{TEN:%Y-%m-%dT%H:%M}", "minutes": "90"}
    ids = [str(open_case().pk), str(open_case().pk)]
    told = sign_in(cast.worker).post(path, said | {"cases": ids})
    assert (told.status_code, "Worker: taken" in told.content.decode()) == (200, True)
    told = sign_in(cast.worker).post(path, said | {"cases": [ids[0], ids[0]]})
    assert told.status_code == 200
    assert (Service.objects.count(), GroupSession.objects.count()) == (1, 0)


def test_one_person_is_in_a_group_once_whoever_writes_it(cast, adult_case, open_case):
    one, _two = together(cast, [adult_case, open_case()])
    one.refresh_from_db()
    assert joins(one, adult_case, cast.worker) == "service_one_of_a_person"
    assert joins(one, open_case(), cast.supervisor) == "service_of_its_session"  # of whom it is not
    assert joins(one, open_case(), cast.worker) == ""  # the control


def joins(one, case, by):
    """Why a service of `case` does not join the session of `one`, written by `by` past the forms."""
    same = {
        name: getattr(one, name) for name in ("type", "starts_at", "minutes", "booking_id", "given_by_id")
    }
    try:
        with acting_as(by.pk), transaction.atomic():
            Service.objects.create(case=case, victim=case.victim, state="booked", recorded_by=by, **same)
    except IntegrityError as refusal:
        return broken(refusal)
    return ""


# --- who sees what --------------------------------------------------------------------------


def test_everybody_sees_busy_and_only_who_reads_the_case_its_number(cast, adult_case, sign_in):
    row = booked(adult_case, cast.worker, room=a_room(cast))
    path, by_room = asked(of=f"person-{cast.worker.pk}"), asked(of=f"room-{row.room_id}")
    for where in (
        path,
        by_room,
        asked(of="all"),
        asked(of="rooms"),
        asked(span="week", of=f"room-{row.room_id}"),
    ):
        pages = {
            who: sign_in(getattr(cast, who)).get(where).content.decode()
            for who in ("worker", "supervisor", "colleague", "stranger", "specialist")
        }
        assert {who: (adult_case.number in page, "Busy" in page, str(row.pk) in page) for who, page in pages.items()} == {
            "worker": (True, False, True), "supervisor": (True, False, True), "colleague": (False, True, False),
            "stranger": (False, True, False), "specialist": (False, True, False),
        }, where  # fmt: skip
        assert "Quliyeva" not in "".join(pages.values())
    looked = AuditEvent.objects.filter(action="calendar.view")
    with acting_as(cast.auditor.pk):
        ids = {(event.actor_id, tuple(event.ids)) for event in looked}
    assert ids == {(person.pk, (row.pk,)) for person in (cast.worker, cast.supervisor)} | {
        (person.pk, ()) for person in (cast.colleague, cast.stranger, cast.specialist)
    }


def test_a_name_is_text_in_the_list_of_whom_to_choose(cast, sign_in):
    a_room(cast, "<b>1</b>")
    page = sign_in(cast.worker).get(PAGE).content.decode()
    assert ("&lt;b&gt;1&lt;/b&gt;</option>" in page, "<b>1</b>" in page) == (True, False)


def test_who_opens_the_calendar(cast, sign_in):
    everybody = (
        "worker",
        "specialist",
        "supervisor",
        "director",
        "administrator",
        "house",
        "accountant",
        "partner",
    )
    assert status(sign_in, cast, PAGE, who=everybody) == dict.fromkeys(everybody[:3], 200) | dict.fromkeys(
        everybody[3:], 403
    )
    assert status(sign_in, cast, asked(of="person-999999"), who=("worker", "accountant")) == {
        "worker": 404,
        "accountant": 403,
    }
    assert status(sign_in, cast, asked(of="room-999999"), who=("worker",)) == {"worker": 404}


def test_the_database_shows_bookings_to_who_plans_and_lets_nobody_write_them(cast, adult_case):
    room = a_room(cast)
    booked(adult_case, cast.worker, room=room)
    seen = {}
    for who in (
        "stranger",
        "specialist",
        "director",
        "administrator",
        "accountant",
        "partner",
        "auditor",
        "house",
    ):
        with acting_as(getattr(cast, who).pk):
            seen[who] = (Booking.objects.count(), Room.objects.count())
    assert seen == {
        "stranger": (1, 1), "specialist": (1, 1), "director": (0, 0), "administrator": (0, 1),
        "accountant": (0, 0), "partner": (0, 0), "auditor": (0, 0), "house": (0, 0),
    }  # fmt: skip
    assert "permission denied" in sql("UPDATE rehabilitation_booking SET freed_at = now()")
    assert "permission denied" in sql("DELETE FROM rehabilitation_booking")
    assert sql("UPDATE rehabilitation_service SET booking_id = NULL") == ""  # it stays where it is
    assert Service.objects.get().booking_id is not None
    assert sql("UPDATE rehabilitation_room SET name = 'x'") == ""
    assert Room.objects.get().name == "Room 1"  # a caseworker changes none


@pytest.mark.parametrize("span", ["day", "week", "month"])
@pytest.mark.parametrize("of", ["me", "all", "team", "rooms"])
def test_it_asks_as_much_for_1_as_for_3(cast, open_case, sign_in, span, of):
    client = sign_in(cast.supervisor)
    booked(open_case(), cast.worker, room=a_room(cast, "Room 0"))
    booked(open_case(), cast.supervisor)
    a_room(cast, "Room 9")
    one = queries(client, asked(span=span, of=of))
    for number in (1, 2):
        with acting_as(cast.supervisor.pk):
            booked(open_case(), cast.supervisor, TEN + number * HOUR)
        booked(open_case(), cast.worker, TEN + number * HOUR, room=a_room(cast, f"Room {number}"))
    assert queries(client, asked(span=span, of=of)) == one


def test_a_month_counts_what_its_days_show(cast, open_case, sign_in):
    for number in range(3):
        booked(open_case(), cast.worker, TEN + number * HOUR, minutes=45)
    client = sign_in(cast.colleague)
    page = client.get(asked(span="month", of="all")).content.decode()
    assert ("3 sessions, 2.2 h" in page, "3 sessions</b>" in page) == (True, True)
    assert f"day={TOMORROW:%Y-%m-%d}" in page.replace("&amp;", "&")
    week = client.get(asked(span="week", of="team")).content.decode()
    assert f"Worker, {TOMORROW:%d.%m.%Y}: 3 sessions, 2.2 h" in week
    day = client.get(asked(of=f"person-{cast.worker.pk}")).content.decode()
    assert [word in day for word in ("10:00–10:45", "11:00–11:45", "12:00–12:45")] == [True] * 3


# --- midnight, month ends, and what cannot be meant -----------------------------------------


def test_a_session_over_midnight_stands_on_both_days_and_counts_on_the_first(cast, adult_case, sign_in):
    late = at_start_of(TOMORROW) + 23.5 * HOUR
    booked(adult_case, cast.worker, late)
    client, after = sign_in(cast.worker), TOMORROW + timedelta(days=1)
    assert "23:30–…" in client.get(asked()).content.decode()
    assert "…–00:30" in client.get(asked(after)).content.decode()
    assert "Free" in client.get(asked(after + timedelta(days=1))).content.decode()
    assert Booking.objects.get().day == TOMORROW


def test_what_ends_at_midnight_does_not_touch_the_next_day(cast, adult_case, sign_in):
    booked(adult_case, cast.worker, at_start_of(TOMORROW) + 23 * HOUR)
    after = TOMORROW + timedelta(days=1)
    assert "Free" in sign_in(cast.worker).get(asked(after)).content.decode()
    booked(adult_case, cast.worker, at_start_of(after))


def test_a_month_ends_in_baku(cast, adult_case, sign_in):
    first = (TODAY.replace(day=1) + timedelta(days=62)).replace(day=1)
    booked(adult_case, cast.worker, at_start_of(first) + HOUR)  # 21 o'clock of the day before in UTC
    client = sign_in(cast.worker)
    assert "1 session, 1 h" in client.get(asked(first, "month")).content.decode()
    assert "0 sessions, 0 h" in client.get(asked(first - timedelta(days=1), "month")).content.decode()


@pytest.mark.parametrize(
    "query",
    ["span=year", "day=2026-02-30", "day=0001-01-01", "day=9999-12-31", "of=person-", "of=person-x", "of=room-٣",
     "of=me-1", "of=person-" + "9" * 30, "page=-1", "span=month&day=2100-12-31", "span=day&day=2000-01-01", "of=%00"],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_the_own_week(cast, sign_in, query):
    assert sign_in(cast.worker).get(f"{PAGE}?{query}").status_code == 200


def test_the_stretches_of_time():
    def of(query):
        return Asked.of_query(QueryDict(query), date(2026, 3, 31))

    month = of("span=month&day=2024-02-29")
    assert (len(month.days), month.weeks[0][:4], month.by(-1).day, month.by(1).day) == (
        29,
        [None, None, None, date(2024, 2, 1)],
        date(2024, 1, 1),
        date(2024, 3, 1),
    )
    assert {len(week) for week in month.weeks} == {7}
    week = of("")
    assert (week.days[0], week.days[-1], week.by(1).days[0]) == (
        date(2026, 3, 30),
        date(2026, 4, 5),
        date(2026, 4, 6),
    )
    last = of("span=month&day=2100-12-31")
    assert last.by(1).day == date(2100, 12, 31)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"minutes": "-60"}, "greater than or equal to 1"),
        ({"minutes": "1441"}, "less than or equal to 1440"),
        ({"starts_at": "2026-02-30T10:00"}, "Enter a valid date/time"),
        ({"room": "999999"}, "not one of the available choices"),
    ],
)
def test_a_booking_that_cannot_be_meant_is_asked_again(cast, adult_case, sign_in, said, told):
    good = {"type": "social", "state": "booked", "starts_at": f"{TEN:%Y-%m-%dT%H:%M}", "times": "1", "every": "7",
            "quantity": "1", "minutes": "30", "given_by": f"{cast.worker.pk}"}  # fmt: skip
    answer = sign_in(cast.worker).post(f"/services/case/{adult_case.pk}/book/", good | said)
    assert (answer.status_code, told in answer.content.decode(), Booking.objects.count()) == (200, True, 0)


def test_a_room_that_is_not_in_use_is_not_booked(cast, adult_case, sign_in):
    room = a_room(cast)
    with acting_as(cast.supervisor.pk):
        rooms.keep([{"id": room.pk, "name": "Room 1", "active": False}], by=cast.supervisor)
    with pytest.raises(ValidationError, match="not in use"):
        booked(adult_case, cast.worker, room=room)
    assert "Room 1" not in sign_in(cast.worker).get(f"/services/case/{adult_case.pk}/book/").content.decode()


# --- rooms ----------------------------------------------------------------------------------


def test_a_supervisor_keeps_the_rooms(cast, sign_in):
    path, one = f"{PAGE}rooms/", a_room(cast)
    said = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "1", "form-0-id": f"{one.pk}", "form-0-name": "Room A",
            "form-1-id": "", "form-1-name": "Room B", "form-1-active": "on"}  # fmt: skip
    who = ("worker", "accountant", "specialist", "administrator")
    assert status(sign_in, cast, path, who) == dict.fromkeys(who[:3], 403) | {"administrator": 200}
    assert sign_in(cast.worker).post(path, said).status_code == 403
    client = sign_in(cast.supervisor)
    assert client.post(path, said).status_code == 302
    assert list(Room.objects.values_list("name", "active")) == [("Room A", False), ("Room B", True)]
    twice = client.post(path, said | {"form-1-name": "Room A"})
    assert ("Two rooms have the same name" in twice.content.decode(), Room.objects.count()) == (True, 2)
    nameless = client.post(path, said | {"form-0-name": ""}).content.decode()
    assert "A room stays on the list" in nameless


# --- the feed -------------------------------------------------------------------------------


def feed_of(client, key, **headers):
    return client.get("/feed/", {"key": key}, headers=headers)


def events(answer):
    return [
        (str(event["summary"]), event["dtstart"].dt, event["dtend"].dt)
        for event in Calendar.from_ical(answer.content).walk("VEVENT")
    ]


def a_key(person):
    with acting_as(person.pk):
        return feed.make_key(by=person)


def test_the_feed_says_busy_and_nothing_else(cast, adult_case, open_case, client):
    row = booked(adult_case, cast.worker, room=a_room(cast, "Psychologist"))
    ended(booked(open_case(), cast.worker, TEN + 3 * HOUR), "cancelled", cast.worker)
    with acting_as(cast.supervisor.pk):
        booked(open_case(), cast.supervisor)
    answer = feed_of(client, a_key(cast.worker))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert events(answer) == [("Busy", TEN.astimezone(UTC), (TEN + HOUR).astimezone(UTC))]
    text = answer.content.decode()
    secret = [
        adult_case.number,
        str(adult_case.pk),
        str(row.pk),
        "Psychologist",
        "Worker",
        "documents",
        "Quliyeva",
    ]
    assert [word for word in [*secret, "victim", "traffick", "aid", "Aid"] if word in text] == []


@pytest.mark.django_db(transaction=True)
def test_case_numbers_are_in_the_feed_by_choice_and_only_of_cases_one_reads(cast, adult_case, client):
    key = a_key(cast.supervisor)
    with acting_as(cast.supervisor.pk):
        row = booked(adult_case, cast.supervisor)
        feed.choose({"mail": True, "mail_numbers": False, "feed_numbers": True}, by=cast.supervisor)
    assert [summary for summary, *_ in events(feed_of(client, key))] == [adult_case.number]
    with acting_as(cast.supervisor.pk):
        event = AuditEvent.objects.filter(action="calendar.feed").latest("pk")
    assert (event.actor_id, event.ids) == (cast.supervisor.pk, [row.pk])
    with as_owner() as cursor:  # the team's supervisor no more
        cursor.execute("DELETE FROM aidcenter_staff_groups WHERE staff_id = %s", [cast.supervisor.pk])
    assert [summary for summary, *_ in events(feed_of(client, key))] == ["Busy"]


def test_a_key_is_kept_as_its_hash_and_the_old_one_opens_nothing(cast, client, sign_in):
    old = a_key(cast.worker)
    assert feed_of(client, old).status_code == 200
    with acting_as(cast.worker.pk):
        kept = CalendarChoice.objects.get().key_hash
    assert (old in kept, len(kept)) == (False, 64)
    new = a_key(cast.worker)
    assert [feed_of(client, key).status_code for key in (old, new, kept, "", "x" * 5000, "ə", "\x00")] == [
        404, 200, 404, 404, 404, 404, 404,
    ]  # fmt: skip
    assert sign_in(cast.worker).post(f"{PAGE}own/", {"act": "withdraw"}).status_code == 302
    assert feed_of(client, new).status_code == 404


def test_who_has_left_or_has_another_role_has_no_feed(cast, client):
    key = a_key(cast.colleague)
    with acting_as(cast.administrator.pk):
        leaving.leave(cast.colleague, successor=None, by=cast.administrator)
    assert feed_of(client, key).status_code == 404
    let_in(Staff.objects.get(pk=cast.colleague.pk))
    assert feed_of(client, key).status_code == 404  # back, without the address of before
    key = a_key(cast.lawyer)
    assert feed_of(client, key).status_code == 200
    let_in(cast.lawyer, role="auditor", profession="")
    assert feed_of(client, key).status_code == 404


def test_what_has_not_changed_is_not_sent_again(cast, adult_case, client):
    key = a_key(cast.worker)
    booked(adult_case, cast.worker)
    first = feed_of(client, key)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        again = feed_of(client, key, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    booked(adult_case, cast.worker, TEN + 3 * HOUR)
    later = feed_of(client, key, if_none_match=first["ETag"])
    assert (later.status_code, len(events(later))) == (200, 2)


def test_the_feed_is_asked_for_only_so_often(cast, client, settings):
    settings.FEED_RATE_LIMITS = {"feed": "2/m/ip"}
    key = a_key(cast.worker)
    assert [feed_of(client, key).status_code for _ in range(3)] == [200, 200, 429]


def test_the_key_is_in_no_log(cast, client, caplog, capsys):
    key = a_key(cast.worker)
    feed_of(client, key)
    assert key not in caplog.text + "".join(capsys.readouterr())


def test_an_address_is_shown_once(cast, sign_in):
    path = f"{PAGE}own/"
    assert status(sign_in, cast, path, who=("worker", "accountant")) == {"worker": 200, "accountant": 403}
    client = sign_in(cast.worker)
    session = client.session
    assert client.post(path, {"act": "make"}).status_code == 302  # the second factor first
    assert CalendarChoice.objects.count() == 0
    session["second_factor_at"] = int(timezone.now().timestamp())
    session.save()
    shown = client.post(path, {"act": "make"}).content.decode()
    key = shown.partition("/feed/?key=")[2].partition('"')[0]
    assert feed_of(client, key).status_code == 200
    assert key not in client.get(path).content.decode()


def test_nobody_reads_the_choice_of_another(cast):
    a_key(cast.worker)
    with acting_as(cast.supervisor.pk):
        assert CalendarChoice.objects.count() == 0
        assert sql("UPDATE rehabilitation_calendarchoice SET feed_numbers = true") == ""
    with acting_as(cast.worker.pk):
        assert not CalendarChoice.objects.get().feed_numbers
    insert = "INSERT INTO rehabilitation_calendarchoice (person_id) VALUES (%s)"
    assert "row-level security" in sql(insert, cast.supervisor.pk)


# --- the mail of the evening ----------------------------------------------------------------


def remind(times=1):
    """The mails of this evening, as the worker sends them."""
    mail.outbox.clear()
    with running_as("DATABASE_WORKER_URL"):
        for _ in range(times):
            remind_of_tomorrow()
    return [f"{letter.subject}\n{letter.body}" for letter in mail.outbox]


def write_to(*people):
    for person in people:
        Staff.objects.filter(pk=person.pk).update(email=f"{person.username}@centre.example")


@pytest.mark.django_db(transaction=True)
def test_the_mail_goes_once_and_tells_how_many_and_when_the_first_begins(cast, adult_case, open_case):
    write_to(cast.worker, cast.colleague)
    booked(adult_case, cast.worker)
    booked(open_case(), cast.worker, TEN + 2 * HOUR)
    booked(open_case(), cast.worker, TEN + timedelta(days=1))
    (letter,) = remind(times=2)
    assert letter.startswith("Tomorrow\nYou have 2 appointments tomorrow, the first at 10:00.\n\nhttp")
    assert (adult_case.number in letter, "12:00" in letter) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_by_choice_it_tells_times_and_numbers_of_cases_one_reads_or_is_not_sent(cast, adult_case, open_case):
    write_to(cast.worker)
    booked(adult_case, cast.worker)
    with acting_as(cast.worker.pk):
        feed.choose({"mail": True, "mail_numbers": True, "feed_numbers": False}, by=cast.worker)
    (letter,) = remind()
    assert f"10:00–11:00  {adult_case.number}\n" in letter
    with as_owner() as cursor:
        cursor.execute("UPDATE rehabilitation_calendarchoice SET mail = false")
        cursor.execute("ALTER TABLE aidcenter_auditevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM aidcenter_auditevent WHERE action = 'calendar.remind'")
        cursor.execute("ALTER TABLE aidcenter_auditevent ENABLE TRIGGER USER")
    assert remind() == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_is_not_taken_holds_up_nobody_and_is_tried_again(
    cast, adult_case, open_case, monkeypatch
):
    write_to(cast.worker, cast.supervisor)
    booked(adult_case, cast.worker)
    other = open_case()
    with acting_as(cast.supervisor.pk):
        booked(other, cast.supervisor)
    taken = mail.EmailMessage.send

    def refuse(letter, *args, **kwargs):
        if letter.to == ["worker@centre.example"]:
            raise OSError
        return taken(letter, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert len(remind()) == 1
    monkeypatch.undo()
    assert len(remind()) == 1


# --- in the browser -------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_month_to_the_day_to_the_service(enter, page, cast, adult_case):
    booked(adult_case, cast.worker)
    enter("worker", path=asked(span="month"))
    page.locator("main td", has_text="1 session").get_by_role("link").click()
    page.locator("main .when", has_text="10:00–11:00").wait_for()
    page.locator("main a", has_text=adult_case.number).click()
    page.wait_for_url(f"**/cases/{adult_case.pk}/")
    assert enter.said == []
