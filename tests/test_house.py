"""The safety sheet, and the house: on shift a duty officer reads the list, and nothing else ever."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import safety
from cases.models import Case, DataKey, Note, SafetySheet, StatusDecision, Victim
from rehabilitation import house, stays
from rehabilitation.models import House, LogEntry, Shift, Stay
from tests.cast import make_staff
from tests.houses import DECISION, a_bed, live_in, on_shift, sent, sheet

pytestmark = pytest.mark.django_db
LIST = "/house/"


# --- the safety sheet -----------------------------------------------------------------------


def test_a_new_version_is_in_force_and_the_old_one_stays(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/safety/"
    assert client.post(page, {"danger": "an uncle", "replaces": ""}).status_code == 302
    first = SafetySheet.objects.get()
    assert "an uncle" in client.get(f"/cases/{adult_case.pk}/").content.decode()
    assert client.post(page, {"danger": "nobody now", "replaces": first.pk}).status_code == 302
    assert safety.current(adult_case).danger == "nobody now"
    assert SafetySheet.objects.count() == 2
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_safetysheet SET danger = NULL")


def test_two_who_write_at_once_see_both(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/safety/"
    sheet(adult_case, cast.supervisor, danger="the recruiter")
    shown = sign_in(cast.worker).post(page, {"danger": "an uncle", "replaces": ""}).content.decode()
    assert all(words in shown for words in ("while you were typing", "the recruiter", "an uncle"))
    assert SafetySheet.objects.count() == 1
    assert "Fill in at least one field" in sign_in(cast.worker).post(page, {"danger": " "}).content.decode()


def test_the_quartet_of_the_sheet(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/safety/"
    found = {
        who: sign_in(getattr(cast, who)).get(page).status_code for who in ("stranger", "house", "worker")
    }
    assert found == {"stranger": 404, "house": 403, "worker": 200}


# --- on shift and off -----------------------------------------------------------------------


def test_on_shift_the_list_and_nothing_of_the_case(cast, resident, sign_in):
    on_shift(cast, resident.house)
    client = sign_in(cast.house)
    shown = client.get(LIST).content.decode()
    assert all(words in shown for words in ("Lala", "2/1", "penicillin", "an uncle in Nasimi", "the doctor"))
    assert client.get(f"/cases/{resident.case_id}/").status_code == 404
    with acting_as(cast.house.pk):
        hidden = {model: model.objects.count() for model in (Case, Victim, Note, StatusDecision)}
        read = {model: model.objects.count() for model in (Stay, SafetySheet, DataKey)}
    assert (set(hidden.values()), set(read.values())) == ({0}, {1})


@pytest.mark.parametrize("when", ["never", "later", "elsewhere", "taken off"])
def test_off_shift_nothing(cast, resident, sign_in, when):
    if when != "never":
        where = House.objects.create(name="B") if when == "elsewhere" else resident.house
        shift = on_shift(cast, where, begins=1 if when == "later" else -1)
        if when == "taken off":
            with acting_as(cast.supervisor.pk):
                house.drop_shift(shift, by=cast.supervisor)
    assert "Lala" not in sign_in(cast.house).get(LIST).content.decode()
    with acting_as(cast.house.pk):
        found = [model.objects.count() for model in (Stay, SafetySheet, DataKey, LogEntry)]
    assert found == [0, 0, 0, 0]


@pytest.mark.parametrize(("who", "read"), [("stranger", 0), ("house", 1)])
def test_only_a_duty_officer_on_the_roster_reads(cast, resident, who, read):
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rehabilitation_shift (house_id, person_id, starts, ends, set_by_id)"
            " VALUES (%s, %s, now() - interval '1 hour', now() + interval '1 hour', %s)",
            [resident.house_id, getattr(cast, who).pk, cast.supervisor.pk],
        )
    with acting_as(getattr(cast, who).pk):
        assert Stay.objects.count() == read


def test_the_duty_officer_says_in_and_out_and_changes_nothing_else(cast, resident, sign_in):
    on_shift(cast, resident.house)
    client = sign_in(cast.house)
    assert client.post(f"/house/stays/{resident.pk}/out/", {"out": "yes"}).status_code == 302
    assert "out since" in client.get(LIST).content.decode()
    assert client.post(f"/house/stays/{resident.pk}/out/", {"out": "no"}).status_code == 302
    assert "out since" not in client.get(LIST).content.decode()
    other = a_bed(label="9").pk
    for change in (
        f"bed_id = {other}", "visitors = NULL", "left_on = current_date", "ends_on = ends_on + 1"
    ):  # fmt: skip
        with (
            acting_as(cast.house.pk),
            pytest.raises(Error),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE rehabilitation_stay SET {change}")


def test_nobody_puts_themselves_on_the_roster(cast, resident, sign_in):
    for who in ("house", "worker", "administrator"):
        person = getattr(cast, who)
        with (
            acting_as(person.pk),
            pytest.raises(Error, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO rehabilitation_shift (house_id, person_id, starts, ends, set_by_id)"
                " VALUES (%s, %s, now(), now() + interval '1 hour', %s)",
                [resident.house_id, person.pk, person.pk],
            )
        assert sign_in(person).get("/house/roster/").status_code == 403


def test_the_roster_opens_and_closes_the_house(cast, resident, sign_in):
    supervisor, officer = sign_in(cast.supervisor), sign_in(cast.house)
    now = timezone.localtime()
    said = {
        "person": cast.house.pk,
        "house": resident.house_id,
        "on": (baku_today() - timedelta(days=1)).isoformat(),
    }
    said |= {"begins": f"{now:%H:%M}", "until": f"{now - timedelta(minutes=1):%H:%M}"}
    assert "ends in the future" in supervisor.post("/house/roster/", said).content.decode()
    said |= {"until": f"{now + timedelta(hours=1):%H:%M}", "on": baku_today().isoformat()}
    assert supervisor.post("/house/roster/", said).status_code == 302
    assert "Lala" in officer.get(LIST).content.decode()
    assert "You have duty in A" in officer.get("/").content.decode()
    shift = Shift.objects.get()
    assert supervisor.post(f"/house/roster/{shift.pk}/drop/").status_code == 302
    assert "Lala" not in officer.get(LIST).content.decode()


def test_the_log_passes_from_shift_to_shift(cast, resident, sign_in):
    on_shift(cast, resident.house)
    client = sign_in(cast.house)
    assert (
        client.post("/house/log/", {"house": resident.house_id, "text": "Lala slept late"}).status_code == 302
    )
    assert client.post("/house/log/", {"house": resident.house_id, "text": ""}).status_code == 200
    other = make_staff("night", "house")
    assert "slept late" not in sign_in(other).get(LIST).content.decode()
    on_shift(cast, resident.house, person=other)
    assert "slept late" in sign_in(other).get(LIST).content.decode()
    assert "slept late" in sign_in(cast.supervisor).get("/house/roster/").content.decode()
    with acting_as(cast.house.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rehabilitation_logentry SET text = 'x'")


# --- a place in the house -------------------------------------------------------------------


def test_the_caseworker_gives_changes_and_ends_a_place(cast, adult_case, sign_in):
    one, two = a_bed(), a_bed(label="3/1")
    client, page = sign_in(cast.worker), f"/house/case/{adult_case.pk}/"
    assert client.post(page, sent(one)).status_code == 302
    assert "A, 2/1" in client.get(f"/cases/{adult_case.pk}/").content.decode()
    assert client.post(page, sent(two)).status_code == 302
    assert Stay.objects.get().bed == two
    assert client.post(f"{page}leave/", {"left_on": f"{baku_today()}"}).status_code == 302
    assert "Does not live in a house" in client.get(f"/cases/{adult_case.pk}/").content.decode()
    found = {who: sign_in(getattr(cast, who)).get(page).status_code for who in ("stranger", "house")}
    assert found == {"stranger": 404, "house": 403}


def test_a_bed_holds_one(cast, resident, open_case, sign_in):
    page = f"/house/case/{open_case().pk}/"
    shown = sign_in(cast.worker).post(page, sent(resident.bed)).content.decode()
    assert "Somebody else has this bed" in shown
    assert Stay.objects.count() == 1


def test_a_child_is_placed_by_a_decision_only(cast, child_case, sign_in):
    bed, days = a_bed(), {"starts_on": baku_today(), "ends_on": baku_today() + timedelta(days=60)}
    client, page = sign_in(cast.worker), f"/house/case/{child_case.pk}/"
    for missing in DECISION:
        said = DECISION | days | {missing: ""}
        assert "This field is required" in client.post(page, sent(bed, **said)).content.decode()
        with pytest.raises(ValidationError):
            live_in(bed, child_case, cast.worker, **DECISION | {missing: None})
        row = {"case": child_case, "victim": child_case.victim, "house": bed.house, "bed": bed}
        row |= days | DECISION | {missing: None if missing == "decision_on" else ""}
        with pytest.raises(Error, match="decision of the guardianship"), transaction.atomic():
            Stay.objects.create(placed_by=cast.worker, **row)
    assert client.post(page, sent(bed, **DECISION | days)).status_code == 302
    assert Stay.objects.get().decision == "No 12"


def test_who_has_left_the_house_is_off_its_list(cast, resident, sign_in):
    on_shift(cast, resident.house)
    stays.leave(resident, by=cast.worker)
    assert "Lala" not in sign_in(cast.house).get(LIST).content.decode()
    with acting_as(cast.house.pk):
        assert [model.objects.count() for model in (DataKey, Stay)] == [0, 0]
