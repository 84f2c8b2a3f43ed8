"""Beds and stays: planned and actual days, nobody twice in a bed, staying longer by two, occupancy."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases.actions import register_victim
from cases.models import Victim
from rehabilitation import beds, extensions, stays
from rehabilitation.house_picture import picture
from rehabilitation.models import Bed, House, Stay, StayExtension
from tests.cast import make_staff, say
from tests.database import as_owner
from tests.houses import DECISION, a_bed, live_in, on_shift, sent
from tests.test_closing import closed

pytestmark = pytest.mark.django_db
TODAY = baku_today()
LONGER = {"asked_for_by": "person", "days": 14, "reason": "the flat is not ready"}


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def days(number):
    return timedelta(days=number)


def row(bed, case, by, **said):
    """A stay written past the actions."""
    made = {"starts_on": TODAY, "ends_on": TODAY + days(30), "came_on": TODAY} | said
    with transaction.atomic():
        return Stay.objects.create(
            bed=bed, house=bed.house, case=case, victim=case.victim, placed_by=by, **made
        )


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.fixture
def old_case(cast):
    """A case that was opened long ago."""
    return register_victim(say(), by=cast.worker, opened_on=TODAY - days(100), reason="found in a drawer")


# --- beds -----------------------------------------------------------------------------------


def bed_rows(*rows):
    """What the formset of the beds of a house says."""
    said = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": sum("id" in each for each in rows)}
    for number, each in enumerate(rows):
        said |= {f"form-{number}-{name}": value for name, value in each.items()}
    return said


def test_supervisor_and_administrator_keep_the_beds(cast, sign_in):
    said = {"name": "Ev 7", "kind": "shelter"}
    said |= bed_rows(
        {"label": "1/1", "for_whom": "women", "accessible": "on"}, {"label": "", "for_whom": "men"}
    )
    found = {who: sign_in(getattr(cast, who)).post("/house/beds/new/", said).status_code
             for who in ("worker", "director", "house", "administrator")}  # fmt: skip
    assert found == {"worker": 403, "director": 403, "house": 403, "administrator": 302}
    bed = Bed.objects.get()
    assert (bed.house.kind, bed.label, bed.accessible, bed.active_from) == ("shelter", "1/1", True, TODAY)
    shown = sign_in(cast.supervisor).get("/house/beds/").content.decode()
    assert all(words in shown for words in ("Ev 7", "Shelter of the Ministry", "Women"))


def test_what_is_wrong_with_the_beds_is_said_and_nothing_is_saved(cast, sign_in):
    bed, other = a_bed(label="1"), a_bed("B", "9")
    client, page = sign_in(cast.supervisor), f"/house/beds/{bed.house_id}/"
    kept = {"id": bed.pk, "label": "1", "for_whom": "anybody", "active_from": f"{TODAY}"}
    wrong = {
        "Two beds have the same name": [kept, {"label": "1", "for_whom": "men"}],
        "stays on the list": [kept | {"label": ""}],
        "lies after the beginning": [kept | {"active_until": f"{TODAY - days(1)}"}],
        "of another house": [kept, {"id": other.pk, "label": "2", "for_whom": "men"}],
    }
    for words, rows in wrong.items():
        said = {"name": "A", "kind": "rooms"} | bed_rows(*rows)
        assert words in client.post(page, said).content.decode()
    said = {"name": "B", "kind": "rooms"} | bed_rows(kept)
    assert "Another house has this name" in client.post(page, said).content.decode()
    assert sorted(Bed.objects.values_list("house__name", "label")) == [("A", "1"), ("B", "9")]
    assert client.get("/house/beds/0/").status_code == 404


def test_a_bed_changes_only_as_fits_who_lives_in_it(cast, resident):
    for change in ({"for_whom": "children"}, {"active_until": TODAY + days(3)}):
        said = {"label": "2/1", "for_whom": "anybody", "accessible": False, "active_from": TODAY - days(9),
                "active_until": None, "id": resident.bed_id} | change  # fmt: skip
        with acting_as(cast.supervisor.pk):
            with pytest.raises(ValidationError, match="would not fit"):
                beds.keep(resident.house, [said], by=cast.supervisor)
            with refused("would not fit"), transaction.atomic():
                Bed.objects.update(**change)
    with acting_as(cast.supervisor.pk):
        Bed.objects.update(active_until=TODAY + days(30))


@pytest.mark.parametrize(("who", "may"), [("worker", 0), ("house", 0), ("director", 0), ("administrator", 1)])
def test_who_has_not_the_beds_in_hand_changes_none_by_sql(cast, who, may):
    a_bed()
    with acting_as(getattr(cast, who).pk):
        assert Bed.objects.update(label="x") == may
        if not may:
            with pytest.raises(Error, match="row-level security"), transaction.atomic():
                Bed.objects.create(house=House.objects.get(), label="y", active_from=TODAY)


# --- a bed for whom and when ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("bed", "name", "words"),
    [
        ({"for_whom": "men"}, "stay_bed_for_whom", "for others"),
        ({"for_whom": "children"}, "stay_bed_for_whom", "for others"),
        ({"active_until": TODAY + days(3)}, "stay_bed_in_use", "not in use"),
        ({"active_from": TODAY + days(1)}, "stay_bed_in_use", "not in use"),
    ],
)
def test_a_bed_that_does_not_fit_is_refused(cast, adult_case, sign_in, bed, name, words):
    Victim.objects.filter(pk=adult_case.victim_id).update(sex="female")
    made = a_bed(**bed)
    page = f"/house/case/{adult_case.pk}/"
    assert words in sign_in(cast.worker).post(page, sent(made)).content.decode()
    with pytest.raises(IntegrityError) as refusal:
        row(made, adult_case, cast.worker)
    assert stays.broken(refusal.value) == name
    assert live_in(a_bed(label="w", for_whom="women"), adult_case, cast.worker).ends_on == TODAY + days(30)


def test_the_form_offers_what_fits_and_says_what_is_taken(cast, resident, open_case, sign_in):
    a_bed(label="m", for_whom="men")
    a_bed(label="gone", active_from=TODAY - days(9), active_until=TODAY)
    a_bed(label="free", accessible=True)
    shown = sign_in(cast.worker).get(f"/house/case/{open_case().pk}/").content.decode()
    assert "2/1 · Anybody · taken" in shown
    assert "free · Anybody · without steps<" in shown
    assert "m · Men" not in shown
    assert "gone" not in shown


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ends_on": TODAY}, "lies after the beginning"),
        ({"ends_on": TODAY + days(31)}, "for 30 days at most"),
        ({"starts_on": TODAY - days(1)}, "after the case was opened"),
        ({"starts_on": TODAY + days(91), "ends_on": TODAY + days(95)}, "90 days at the latest"),
        ({"bed": ""}, "This field is required"),
        ({"bed": 10**30}, "Choose a bed"),
        ({"ends_on": "31.02.2027"}, "Enter a valid date"),
    ],
)
def test_days_that_do_not_follow_are_said(cast, adult_case, sign_in, said, words):
    page, typed = f"/house/case/{adult_case.pk}/", sent(a_bed()) | said | {"name_to_use": "Lala the first"}
    shown = sign_in(cast.worker).post(page, typed).content.decode()
    assert words in shown
    assert "Lala the first" in shown
    assert Stay.objects.count() == 0


def test_the_limits_are_settings(cast, adult_case, child_case, settings):
    settings.STAY_DAYS_ADULT, settings.STAY_DAYS_CHILD = 5, 7
    assert live_in(a_bed(), adult_case, cast.worker).ends_on == TODAY + days(5)
    assert live_in(a_bed(label="2"), child_case, cast.worker, **DECISION).ends_on == TODAY + days(7)


def test_nobody_is_placed_from_a_closed_case(cast, adult_case):
    case = closed(adult_case, cast)
    with pytest.raises(ValidationError, match="case is closed"):
        live_in(a_bed(), case, cast.worker)


# --- nobody twice ---------------------------------------------------------------------------


def test_a_bed_is_booked_once_for_the_same_days(cast, adult_case, open_case):
    bed, other = a_bed(), open_case()
    ahead = {"starts_on": TODAY + days(10), "ends_on": TODAY + days(20)}
    booked = live_in(bed, adult_case, cast.worker, **ahead)
    assert booked.came_on is None
    with pytest.raises(ValidationError, match="Somebody else has this bed"):
        live_in(bed, other, cast.worker, ends_on=TODAY + days(11))
    with refused("stay_bed_planned_once"):
        row(bed, other, cast.worker, starts_on=TODAY + days(19), came_on=None)
    live_in(bed, other, cast.worker, ends_on=TODAY + days(10))  # leaves on the day the other comes


def test_one_person_stays_in_one_place_at_a_time(cast, resident, adult_case):
    with pytest.raises(ValidationError, match="has a place already"):
        live_in(
            a_bed(label="2"), adult_case, cast.worker, starts_on=TODAY + days(60), ends_on=TODAY + days(70)
        )
    with refused("stay_one_at_a_time"):
        row(Bed.objects.get(label="2"), adult_case, cast.worker)


def test_who_stays_too_long_is_in_the_bed_still(cast, old_case, open_case):
    bed = a_bed()
    live_in(bed, old_case, cast.worker, starts_on=TODAY - days(40), ends_on=TODAY - days(10))
    with pytest.raises(ValidationError, match="Somebody else has this bed"):
        live_in(bed, open_case(), cast.worker)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_bed_once(cast, open_case):
    bed, cases = a_bed(), [open_case(), open_case()]
    barrier, found = threading.Barrier(2), []

    def book(case):
        try:
            with acting_as(cast.worker.pk):
                barrier.wait(10)
                row(bed, case, cast.worker)
                found.append("booked")
        except IntegrityError as refusal:
            found.append(stays.broken(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) in (["booked", "stay_bed_planned_once"], ["booked", "stay_one_in_a_bed"])
    assert Stay.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_constraints_two_are_in_one_bed(cast, open_case):
    bed, names = a_bed(), ("stay_bed_planned_once", "stay_one_in_a_bed")
    row(bed, open_case(), cast.worker)
    with as_owner() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname IN %s", [names]
        )
        taken_off = cursor.fetchall()
        for name, _ in taken_off:
            cursor.execute(f"ALTER TABLE rehabilitation_stay DROP CONSTRAINT {name}")
        try:
            row(bed, open_case(), cast.worker)
            assert (len(taken_off), Stay.objects.filter(bed=bed).count()) == (2, 2)
        finally:
            cursor.execute("TRUNCATE rehabilitation_stay CASCADE")
            for name, definition in taken_off:
                cursor.execute(f"ALTER TABLE rehabilitation_stay ADD CONSTRAINT {name} {definition}")


# --- coming and leaving ---------------------------------------------------------------------


def test_a_reserved_bed_is_on_the_list_of_the_house_from_its_day(cast, adult_case, open_case, sign_in):
    bed, today = a_bed(), {"ends_on": TODAY + days(9), "came_on": None}
    row(bed, adult_case, cast.worker, name_to_use="Lala", **today)
    row(
        a_bed(label="2"),
        open_case(),
        cast.worker,
        name_to_use="Sona",
        **today | {"starts_on": TODAY + days(1)},
    )
    on_shift(cast, bed.house)
    client = sign_in(cast.house)
    shown = client.get("/house/").content.decode()
    assert [words in shown for words in ("Lala", "to come", "Sona")] == [True, True, False]
    stay = Stay.objects.get(bed=bed)
    assert client.post(f"/house/stays/{stay.pk}/out/", {"out": "yes"}).status_code == 404
    assert client.post(f"/house/stays/{stay.pk}/come/").status_code == 302
    assert "to come" not in client.get("/house/").content.decode()


def test_the_officer_or_the_caseworker_says_who_has_come(cast, old_case, sign_in):
    bed = a_bed()
    stay = live_in(bed, old_case, cast.worker, starts_on=TODAY + days(1), ends_on=TODAY + days(9))
    on_shift(cast, bed.house)
    found = {who: sign_in(getattr(cast, who)).post(f"/house/case/{old_case.pk}/come/").status_code
             for who in ("stranger", "house")}  # fmt: skip
    assert found == {"stranger": 404, "house": 403}
    assert sign_in(cast.house).post(f"/house/stays/{stay.pk}/come/").status_code == 404  # not before its day
    assert sign_in(cast.worker).post(f"/house/case/{old_case.pk}/come/").status_code == 302
    stay.refresh_from_db()
    assert (stay.came_on, stay.starts_on) == (TODAY, TODAY)  # a day earlier than reserved


def test_a_reservation_is_given_up_and_the_bed_is_free(cast, adult_case, open_case, sign_in):
    bed = a_bed()
    ahead = {"starts_on": TODAY + days(5), "ends_on": TODAY + days(9)}
    stay = live_in(bed, adult_case, cast.worker, **ahead)
    page = f"/house/case/{adult_case.pk}/"
    assert "Give the reservation up" in sign_in(cast.worker).get(page).content.decode()
    assert sign_in(cast.worker).post(f"{page}leave/", {"left_on": f"{TODAY}"}).status_code == 302
    stay.refresh_from_db()
    assert (stay.came_on, stay.left_on) == (None, stay.starts_on)
    live_in(bed, open_case(), cast.worker, **ahead)


def late_stay(cast, case, bed=None):
    """Somebody who should have left ten days ago."""
    said = {"starts_on": TODAY - days(40), "ends_on": TODAY - days(10)}
    return live_in(bed or a_bed(), case, cast.worker, **said)


def test_whoever_leaves_late_says_why(cast, old_case, sign_in):
    stay, page = late_stay(cast, old_case), f"/house/case/{old_case.pk}/"
    client = sign_in(cast.worker)
    assert "should have left" in client.get(page).content.decode()
    assert "should have left" in client.get(f"/cases/{old_case.pk}/").content.decode()
    for said in ({"left_on": f"{TODAY + days(1)}"}, {"left_on": f"{TODAY - days(41)}"}):
        assert "Nobody leaves before they came" in client.post(f"{page}leave/", said).content.decode()
    assert "Say why" in client.post(f"{page}leave/", {"left_on": f"{TODAY}"}).content.decode()
    with acting_as(cast.worker.pk), refused("later than planned"), transaction.atomic():
        Stay.objects.update(left_on=TODAY)
    said = {"left_on": f"{TODAY - days(2)}", "why_late": "the flat was not ready"}
    assert client.post(f"{page}leave/", said).status_code == 302
    stay.refresh_from_db()
    assert (stay.left_on, stay.why_late) == (TODAY - days(2), "the flat was not ready")


def test_whoever_leaves_in_time_says_nothing_more(cast, old_case):
    stay = live_in(a_bed(), old_case, cast.worker, starts_on=TODAY - days(10), ends_on=TODAY + days(10))
    stays.leave(stay, on=TODAY - days(1), by=cast.worker)
    stay.refresh_from_db()
    assert (stay.left_on, stay.why_late) == (TODAY - days(1), None)


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": TODAY + days(60)}, {"starts_on": TODAY - days(1)}, {"came_on": None},
        {"decision_body": "court"}, {"left_on": TODAY + days(1)},
    ],
)  # fmt: skip
def test_what_stands_of_a_stay_does_not_move_by_sql(cast, resident, change):
    with pytest.raises(Error), transaction.atomic():
        Stay.objects.update(**change)


# --- staying longer -------------------------------------------------------------------------


def ask(stay, by, **said):
    with acting_as(by.pk):
        return extensions.ask(stay, LONGER | said, by=by)


def test_one_asks_another_approves_and_the_stay_ends_later(cast, resident, sign_in):
    page, before = f"/house/case/{resident.case_id}/longer/", resident.ends_on
    found = {who: sign_in(getattr(cast, who)).post(page, LONGER).status_code
             for who in ("stranger", "house", "worker")}  # fmt: skip
    assert found == {"stranger": 404, "house": 403, "worker": 302}
    asked = StayExtension.objects.get()
    assert "asked for" in sign_in(cast.worker).get(f"/cases/{resident.case_id}/").content.decode()
    client, decide = sign_in(cast.supervisor), f"/house/extensions/{asked.pk}/"
    assert decide in client.get("/").content.decode()
    assert "the flat is not ready" in client.get(decide).content.decode()
    answers = {who: sign_in(getattr(cast, who)).post(decide, {"verdict": "approve"}).status_code
               for who in ("worker", "other_supervisor", "director", "supervisor")}  # fmt: skip
    assert answers == {"worker": 403, "other_supervisor": 404, "director": 404, "supervisor": 302}
    resident.refresh_from_db()
    assert resident.ends_on == before + days(14)
    assert "meanwhile" in client.post(decide, {"verdict": "refuse"}, follow=True).content.decode()


def test_the_house_asks_on_shift_and_no_other_house_does(cast, resident, sign_in):
    page, client = f"/house/stays/{resident.pk}/longer/", sign_in(cast.house)
    assert client.post(page, LONGER).status_code == 404  # no shift
    on_shift(cast, House.objects.create(name="Another"))
    assert client.post(page, LONGER).status_code == 404  # a shift elsewhere
    assert not StayExtension.objects.exists()
    on_shift(cast, resident.house)
    assert [client.get(page).status_code, client.post(page, LONGER).status_code] == [200, 302]
    asked = StayExtension.objects.get()
    assert (asked.author, asked.days, asked.number) == (cast.house, 14, resident.case.number)
    assert "error-summary" in client.post(page, LONGER).content.decode()  # once at a time
    assert (
        sign_in(cast.house).post(f"/house/extensions/{asked.pk}/", {"verdict": "approve"}).status_code == 403
    )


def test_the_house_asks_for_nobody_else_by_sql(cast, resident, open_case):
    on_shift(cast, resident.house)
    other = live_in(a_bed("Another"), open_case(), cast.worker)
    asks = """INSERT INTO rehabilitation_stayextension
              (id, stay_id, case_id, victim_id, author_id, asked_for_by, days, reason, answer)
              VALUES (gen_random_uuid(), %s, %s, %s, %s, 'person', 7, 'x', '')"""

    def asked_for(stay):
        with acting_as(cast.house.pk), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(asks, [stay.pk, stay.case_id, stay.victim_id, cast.house.pk])

    asked_for(resident)
    with pytest.raises(Error, match="row-level security"):
        asked_for(other)


def test_refused_it_says_why_and_the_stay_ends_as_planned(cast, resident, sign_in):
    asked, before = ask(resident, cast.worker), resident.ends_on
    client, decide = sign_in(cast.supervisor), f"/house/extensions/{asked.pk}/"
    for said, words in (({"verdict": "refuse"}, "Say why not"), ({"answer": "x y z"}, "x y z")):
        assert words in client.post(decide, said).content.decode()
    client.post(decide, {"verdict": "refuse", "answer": "her sister has a room"})
    resident.refresh_from_db()
    assert resident.ends_on == before
    page = f"/house/case/{resident.case_id}/"
    assert "her sister has a room" in sign_in(cast.worker).get(page).content.decode()
    ask(resident, cast.worker)


def test_it_is_asked_once_at_a_time_within_bounds(cast, resident, sign_in):
    page = f"/house/case/{resident.case_id}/longer/"
    for number in ("0", "91", "-1", "1e9", ""):
        assert sign_in(cast.worker).post(page, LONGER | {"days": number}).status_code == 200
    ask(resident, cast.worker)
    with pytest.raises(ValidationError, match="asked for already"):
        ask(resident, cast.worker)
    with acting_as(cast.worker.pk):
        stays.leave(resident, by=cast.worker)
    assert StayExtension.objects.get().approved is False  # nothing waits for who has left
    with pytest.raises(ValidationError, match="has ended"):
        ask(resident, cast.worker)


@pytest.mark.django_db(transaction=True)
def test_who_asked_does_not_decide_and_the_director_does_when_nobody_else_may(cast, resident, sign_in):
    asked, before = ask(resident, cast.supervisor), resident.ends_on
    assert StayExtension.objects.get().for_director
    with acting_as(cast.supervisor.pk):
        with pytest.raises(ValidationError):
            extensions.decide(asked, approved=True, by=cast.supervisor)
        with pytest.raises(IntegrityError), transaction.atomic():
            StayExtension.objects.update(approved=True, decided_by=cast.supervisor, decided_at=asked.asked_at)
    client, decide = sign_in(cast.director), f"/house/extensions/{asked.pk}/"
    assert decide in client.get("/").content.decode()
    assert "the flat is not ready" in client.get(decide).content.decode()
    with acting_as(cast.director.pk):
        assert (Stay.objects.count(), StayExtension.objects.count()) == (0, 1)
    assert client.post(decide, {"verdict": "approve"}).status_code == 302
    with acting_as(cast.director.pk):
        assert StayExtension.objects.count() == 0
    resident.refresh_from_db()
    assert resident.ends_on == before + days(14)


def test_with_a_second_supervisor_the_director_reads_nothing(cast, resident):
    second = make_staff("second", "supervisor", cast.supervisor.team)
    asked = ask(resident, cast.supervisor)
    with acting_as(cast.director.pk):
        assert StayExtension.objects.count() == 0
    with acting_as(second.pk):
        extensions.decide(asked, approved=True, by=second)
    with pytest.raises(PermissionDenied):
        extensions.decide(asked, approved=True, by=cast.worker)


def test_raw_sql_extends_nothing_that_nobody_approved(cast, resident):
    ask(resident, cast.worker)
    for change in (
        {"approved": True, "decided_by": cast.supervisor, "decided_at": timezone.now()},
        {"days": 80},
        {"approved": True},
    ):
        with pytest.raises(Error), transaction.atomic():
            StayExtension.objects.update(**change)
    with pytest.raises(Error), transaction.atomic():
        StayExtension.objects.create(
            stay=resident, case_id=resident.case_id, victim_id=resident.victim_id, author=cast.worker,
            asked_for_by="centre", days=5, approved=True, decided_at=timezone.now(),
        )  # fmt: skip


def test_a_bed_that_is_booked_afterwards_is_not_given_twice(cast, resident, open_case, sign_in):
    asked = ask(resident, cast.worker)
    ahead = {"starts_on": resident.ends_on, "ends_on": resident.ends_on + days(5)}
    live_in(resident.bed, open_case(), cast.worker, **ahead)
    decide = f"/house/extensions/{asked.pk}/"
    shown = sign_in(cast.supervisor).post(decide, {"verdict": "approve"}).content.decode()
    assert "Somebody else has this bed in these days" in shown
    assert StayExtension.objects.get().decided_at is None


# --- what is due ----------------------------------------------------------------------------


def test_seven_days_before_the_end_caseworker_and_house_are_reminded(cast, old_case, sign_in):
    stay = live_in(a_bed(), old_case, cast.worker, starts_on=TODAY - days(10), ends_on=TODAY + days(8))
    on_shift(cast, stay.house)
    worker, officer = sign_in(cast.worker), sign_in(cast.house)
    assert "A stay in a house ends" not in worker.get("/").content.decode()
    asked = ask(stay, cast.worker, days=1)
    with acting_as(cast.supervisor.pk):
        extensions.decide(asked, approved=False, answer="no", by=cast.supervisor)
        stays.leave(stay, by=cast.supervisor)
    with acting_as(cast.worker.pk):
        live_in(stay.bed, old_case, cast.worker, starts_on=TODAY, ends_on=TODAY + days(7))
    assert "A stay in a house ends" in worker.get("/").content.decode()
    assert "Is to leave the house" in officer.get("/").content.decode()
    shown = officer.get("/house/").content.decode()
    assert all(words in shown for words in ("To leave within a week", "leaves soon", "Planned until"))
    assert old_case.number not in officer.get("/").content.decode()


def test_a_late_stay_is_told_to_the_supervisor(cast, old_case, sign_in):
    stay = late_stay(cast, old_case)
    on_shift(cast, stay.house)
    for who in ("worker", "supervisor"):
        assert "A stay in a house ends" in sign_in(getattr(cast, who)).get("/").content.decode()
    assert "A stay in a house ends" not in sign_in(cast.other_supervisor).get("/").content.decode()
    assert "should have left" in sign_in(cast.house).get("/house/").content.decode()


# --- occupancy ------------------------------------------------------------------------------


def test_occupancy_counts_each_house_each_week(cast, old_case, open_case):
    bed = a_bed()
    a_bed(label="new", active_from=TODAY - days(6))
    left = live_in(bed, old_case, cast.worker, starts_on=TODAY - days(14), ends_on=TODAY - days(1))
    stays.leave(left, on=TODAY - days(7), by=cast.worker)
    live_in(bed, open_case(), cast.worker)
    with acting_as(cast.director.pk):
        (row_,) = beds.occupancy(TODAY)
    found = [(week.beds, week.taken, week.free) for week in row_.weeks]
    assert found == [(1, 0, 1)] * 24 + [(1, 1, 0), (1, 0, 1), (2, 1, 1)]
    drawn = picture(row_).columns
    assert [(each.beds_height, each.taken_height) for each in drawn[-3:]] == [(60, 60), (60, 0), (120, 60)]


def test_who_sees_the_occupancy(cast, old_case, sign_in):
    late_stay(cast, old_case)
    found = {who: sign_in(getattr(cast, who)).get("/house/occupancy/").status_code
             for who in ("worker", "house", "administrator", "supervisor", "other_supervisor", "director")}  # fmt: skip
    assert found == {"worker": 403, "house": 403, "administrator": 403,
                     "supervisor": 200, "other_supervisor": 200, "director": 200}  # fmt: skip
    seen = {who: old_case.number in sign_in(getattr(cast, who)).get("/house/occupancy/").content.decode()
            for who in ("supervisor", "other_supervisor", "director")}  # fmt: skip
    assert seen == {"supervisor": True, "other_supervisor": False, "director": False}
    with acting_as(cast.worker.pk):
        assert beds.occupancy(TODAY) == []


def test_equal_queries_for_one_house_and_three(
    cast, old_case, open_case, sign_in, django_assert_max_num_queries
):
    late_stay(cast, old_case)
    client = sign_in(cast.supervisor)
    counts = []
    for names in ((), ("B", "C")):
        for name in names:
            live_in(a_bed(name), open_case(), cast.worker, ends_on=TODAY + days(3))
        with django_assert_max_num_queries(40) as asked:
            client.get("/house/occupancy/")
        with django_assert_max_num_queries(40) as listed:
            client.get("/house/beds/")
        counts.append((len(asked), len(listed)))
    assert counts[0] == counts[1]


def test_the_panel_of_the_case_asks_once(cast, resident, adult_case, django_assert_num_queries):
    stays.stay_of(adult_case)  # compiled
    with django_assert_num_queries(1):
        stay = stays.stay_of(adult_case)
        assert (stay.house_name, stay.bed_label, stay.asked) == ("A", "2/1", False)
