"""Access stopped by order: two people, an order with its scan; who reads the case then, and what goes on."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, connections, transaction
from django.db.models.functions import Now

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from cases import leaving, orders, sharing
from cases.models import AccessOrder, Case, CaseAccess, DataKey, Document, Note, SafetySheet, UrgentAccess
from referrals.models import Notification
from tests.cast import make_staff
from tests.database import as_owner
from tests.houses import on_shift
from tests.test_access import seen_by, sees
from tests.test_delivery import deliver
from tests.test_documents import picture
from tests.test_sharing import ask as ask_urgently
from tests.test_sharing import share

pytestmark = pytest.mark.django_db
TODAY = baku_today()
TYPED = {"body": "court", "name": "Court of Grave Crimes", "number": "1(004)-12", "ordered_on": f"{TODAY}"}


def order(*keepers, **said):
    about = TYPED | {"ordered_on": TODAY, "scan": picture(), "keepers": keepers}
    return orders.Order(**about | said)


def entered(case, by, *keepers, **said):
    with acting_as(by.pk):
        return orders.ask(case, order(*keepers, **said), by=by)


def decided(made, by, *, approved=True, answer=""):
    with acting_as(by.pk):
        orders.decide(AccessOrder.objects.get(pk=made.pk), approved=approved, answer=answer, by=by)


@pytest.fixture
def second(cast):
    """Another supervisor of the team."""
    return make_staff("second", "supervisor", cast.worker.team)


@pytest.fixture
def stop(cast, second):
    """Stop access to a case: the worker enters, the director puts in force, the supervisor keeps it."""

    def stopped(case):
        decided(entered(case, cast.worker, cast.supervisor), cast.director)

    return stopped


def typed(**more):
    return TYPED | {"scan": SimpleUploadedFile("order.jpg", picture())} | more


# --- by two -----------------------------------------------------------------------------------


def test_one_enters_another_puts_in_force(cast, second, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/order/"
    found = {
        who: sign_in(getattr(cast, who)).post(page, typed(keepers=[cast.supervisor.pk])).status_code
        for who in ("stranger", "director", "worker")
    }
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    made = AccessOrder.objects.get()
    assert ("Grave" in made.said, made.document.kind) == (False, "order")
    path = f"/cases/orders/{made.pk}/"
    seen = {
        who: sign_in(getattr(cast, who)).get(path).status_code
        for who in ("worker", "specialist", "other_supervisor", "director", "supervisor")
    }
    assert seen == {
        "worker": 403,
        "specialist": 403,
        "other_supervisor": 404,
        "director": 200,
        "supervisor": 200,
    }
    client = sign_in(cast.director)
    assert "An order stops access to a case" in client.get("/").content.decode()
    assert "Court of Grave Crimes" in client.get(path).content.decode()
    assert client.get(f"{path}scan/")["Content-Type"] == "image/jpeg"
    assert seen_by(cast) | {"second"} == {"worker", "supervisor", "second"}  # the control: still open
    assert client.post(path, {"verdict": "approve"}).status_code == 302
    assert (seen_by(cast), sees(second)) == ({"supervisor"}, False)
    assert client.get(path).status_code == 404  # decided once


def test_who_had_access_is_told_of_the_order_and_strangers_of_nothing(cast, adult_case, stop, sign_in):
    share(adult_case, cast.specialist, cast.worker)
    stop(adult_case)
    said = f"Access to case {adult_case.number} is stopped by the order of Court of Grave Crimes"
    for who in ("worker", "specialist"):
        client = sign_in(getattr(cast, who))
        answer = client.get(f"/cases/{adult_case.pk}/")
        assert (answer.status_code, said in answer.content.decode()) == (403, True)
        assert said in client.get("/").content.decode()
        assert said in client.post("/cases/find/", {"q": adult_case.number}).content.decode()
        assert "Leyla" not in client.post("/cases/find/", {"q": "Leyla Quliyeva"}).content.decode()
        assert adult_case.number not in client.get("/cases/?state=all").content.decode()
    worker = sign_in(cast.worker)
    pages = ("details/", "record/", "documents/", "access/", "close/", "safety/", "order/", "notes/new/")
    assert {worker.get(f"/cases/{adult_case.pk}/{page}").status_code for page in pages} == {403}
    assert worker.post(f"/cases/{adult_case.pk}/move/", {"to": "assessment"}).status_code == 403
    stranger = sign_in(cast.stranger)
    hidden, absent = (stranger.get(f"/cases/{pk}/") for pk in (adult_case.pk, adult_case.victim_id))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert adult_case.number not in stranger.get("/").content.decode()


def test_the_keeper_works_on_and_the_page_says_so(cast, adult_case, stop, sign_in):
    stop(adult_case)
    client = sign_in(cast.supervisor)
    page = client.get(f"/cases/{adult_case.pk}/").content.decode()
    assert ("Leyla" in page, "Access stopped by order" in page) == (True, True)
    people = client.get(f"/cases/{adult_case.pk}/access/").context["people"]
    assert {row["person"] for row in people} == {cast.supervisor}
    with acting_as(cast.supervisor.pk), pytest.raises(ValidationError):
        share(adult_case, cast.specialist, cast.supervisor)


def test_lifted_by_an_order_of_its_own_everybody_has_what_they_had(cast, second, adult_case, stop, sign_in):
    share(adult_case, cast.specialist, cast.worker)
    before = seen_by(cast)
    stop(adult_case)
    client = sign_in(cast.supervisor)
    assert client.post(f"/cases/{adult_case.pk}/order/", typed(body="prosecutor")).status_code == 302
    lifts = AccessOrder.objects.get(lifts=True)
    path = f"/cases/orders/{lifts.pk}/"
    assert client.post(path, {"verdict": "approve"}).status_code == 404  # who entered it
    other = sign_in(second)  # who does not read the case, and reads this scan
    assert (other.get(path).status_code, other.get(f"{path}scan/").status_code) == (200, 200)
    assert sees(second) is False
    other.post(path, {"verdict": "approve"})
    assert (seen_by(cast), sees(second)) == (before, True)
    page = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/").content.decode()
    assert ("Access stopped by order" in page, "Access opened again by order" in page) == (True, True)


def test_returned_with_a_reason_it_stops_nothing(cast, adult_case, sign_in):
    made, client = entered(adult_case, cast.worker, cast.supervisor), sign_in(cast.supervisor)
    path = f"/cases/orders/{made.pk}/"
    client.post(path, {"verdict": "return"})
    assert orders.current(adult_case) == [made]  # a reason is needed
    client.post(path, {"verdict": "return", "answer": "the number is wrong"})
    page = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/order/").content.decode()
    assert ("the number is wrong" in page, seen_by(cast)) == (True, {"worker", "supervisor"})


@pytest.mark.parametrize(
    "wrong", [{"ordered_on": TODAY + timedelta(days=1)}, {"scan": b"no picture"}, {"keepers": ()}]
)
def test_an_order_needs_its_day_its_scan_and_a_keeper(cast, adult_case, wrong):
    with pytest.raises(ValidationError):
        entered(adult_case, cast.worker, cast.supervisor, **wrong)
    assert Document.objects.count() == 0


def test_a_keeper_is_a_supervisor_of_the_team_and_one_order_waits(cast, adult_case):
    with pytest.raises(ValidationError):
        entered(adult_case, cast.worker, cast.other_supervisor)
    entered(adult_case, cast.worker, cast.supervisor)
    with pytest.raises(ValidationError):
        entered(adult_case, cast.worker, cast.supervisor)


def test_nobody_decides_their_own(cast, adult_case):
    made = entered(adult_case, cast.supervisor, cast.supervisor)
    with pytest.raises(ValidationError):
        decided(made, cast.supervisor)
    with pytest.raises(PermissionDenied):
        decided(made, cast.worker)


# --- PostgreSQL itself ------------------------------------------------------------------------


def raw(person, sql, *params):
    """How many rows the statement finds or touches as `person`; None when it is refused."""
    try:
        with acting_as(person.pk), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount
    except Error:
        return None


APPROVE = "UPDATE cases_accessorder SET approved = true, decided_at = now(), decided_by_id = %s"


def test_raw_sql_puts_nothing_in_force_alone(cast, adult_case):
    entered(adult_case, cast.worker, cast.supervisor)
    tries = [
        (cast.worker, APPROVE, cast.worker.pk),
        (cast.worker, APPROVE, cast.supervisor.pk),
        (cast.supervisor, "UPDATE cases_accessorder SET in_force = true"),
        (cast.supervisor, "UPDATE cases_accessorder SET keepers = keepers || %s", cast.worker.pk),
        (cast.supervisor, APPROVE + ", keepers = '{}'", cast.supervisor.pk),
        (cast.other_supervisor, APPROVE, cast.other_supervisor.pk),
        (cast.supervisor, "DELETE FROM cases_accessorder"),
    ]
    assert [raw(*one) or None for one in tries] == [None] * len(tries)
    assert raw(cast.supervisor, APPROVE, cast.supervisor.pk) == 1  # the control


CLOSED = ("case", "victim", "datakey", "note", "safetysheet", "document", "caseaccess")


def test_a_stopped_case_is_empty_to_raw_sql(cast, adult_case, stop, resident):
    def found():
        return [raw(cast.worker, f"SELECT FROM cases_{table}") for table in CLOSED]

    assert found() == [1, 1, 1, 1, 1, 0, 1]  # the control; nobody has scanned the order yet
    stop(adult_case)
    assert found() == [0] * len(CLOSED)
    made, lift = AccessOrder.objects.get(), "UPDATE cases_accessorder SET in_force = false WHERE id = %s"
    people = (cast.worker, cast.supervisor, cast.director)
    assert [raw(person, lift, made.pk) or None for person in people] == [None] * 3


def test_no_other_way_leads_into_a_stopped_case(cast, second, adult_case, stop):
    offer = sharing.offer(adult_case, to=cast.stranger, reason="moved", by=cast.worker)
    stop(adult_case)
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:
        cursor.execute(  # a share by the keeper, with raw SQL
            "INSERT INTO cases_caseusergrant (user_id, permission_id, case_id, source, reason)"
            " SELECT %s, id, %s, 'share', '' FROM auth_permission WHERE codename = 'view_case'",
            [cast.specialist.pk, adult_case.pk],
        )
        Case.objects.filter(pk=adult_case.pk).update(owner=cast.colleague)
    with acting_as(cast.stranger.pk), pytest.raises(ValidationError):
        sharing.answer(offer, accept=True, by=cast.stranger)
    with as_administrator():
        cast.other_supervisor.groups.add(cast.supervisor.team.supervisors)
    assert (seen_by(cast), sees(second)) == ({"supervisor"}, False)


def test_urgent_access_is_refused_with_the_reason_and_told(cast, adult_case, stop, sign_in):
    stop(adult_case)
    _, answer = ask_urgently(sign_in, cast.stranger, adult_case.number)
    assert "urgent access does not open it" in answer.content.decode()
    assert sees(cast.stranger) is False
    with acting_as(cast.supervisor.pk):
        notice = UrgentAccess.objects.get()
        assert (notice.number, notice.until) == (adult_case.number, None)
    home = sign_in(cast.supervisor).get("/").content.decode()
    assert "asked urgently for a case to which access is stopped" in home
    ask_urgently(sign_in, cast.stranger, "AC-2026-9999")
    assert sees(cast.stranger) is False


def test_urgent_access_that_runs_ends_too(cast, adult_case, stop):
    sharing.open_urgently(adult_case.number, reason="danger", by=cast.stranger)
    assert sees(cast.stranger) is True
    stop(adult_case)
    assert sees(cast.stranger) is False


def test_a_keeper_who_leaves_is_replaced(cast, second, adult_case, stop):
    stop(adult_case)
    with acting_as(cast.administrator.pk):
        leaving.leave(cast.supervisor, successor=second, by=cast.administrator)
    assert (sees(second), sees(cast.worker)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_the_derived_table_is_what_grants_and_orders_say(cast, adult_case, stop):
    stop(adult_case)
    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM case_access_wanted")
        wanted = cursor.fetchone()[0]
        cursor.execute("SELECT access_rebuild(), (SELECT count(*) FROM case_granted)")
        assert cursor.fetchone()[1] > wanted == 1
    with acting_as(cast.supervisor.pk):
        assert CaseAccess.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_just_let_in_is_waited_for(cast, adult_case):
    made, let_in = entered(adult_case, cast.worker, cast.supervisor), Event()

    def shares():
        with acting_as(cast.worker.pk):
            share(adult_case, cast.specialist, cast.worker)
            let_in.set()
            sleep(0.3)  # the order comes before this transaction ends
        connections.close_all()

    def stops():
        let_in.wait(10)
        decided(made, cast.director)
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(shares), threads.submit(stops)]:
            done.result()
    assert seen_by(cast) == {"supervisor"}


# --- what it never stops ----------------------------------------------------------------------


def test_the_house_still_sees_resident_and_safety_sheet(cast, adult_case, stop, resident, sign_in):
    on_shift(cast, resident.house)
    stop(adult_case)
    page = sign_in(cast.house).get("/house/").content.decode()
    assert ("Lala" in page, "penicillin" in page, "uncle in Nasimi" in page) == (True, True, True)
    with acting_as(cast.house.pk):
        assert (SafetySheet.objects.count(), DataKey.objects.count(), Note.objects.count()) == (1, 1, 0)
    assert sign_in(cast.house).post(f"/house/stays/{resident.pk}/out/", {"out": "yes"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_of_a_child_is_delivered(cast, child_case, stop, sign_in):
    stop(child_case)
    deliver()
    with acting_as(cast.supervisor.pk):
        assert {row.state for row in Notification.objects.filter(case=child_case)} == {"sent"}
    notification = sign_in(cast.nasimi_guardianship).get("/referrals/")
    assert notification.context["page"].paginator.count == 1


def test_the_order_is_one_sentence_in_clear_to_nobody_else(cast, adult_case, stop):
    stop(adult_case)
    with acting_as(cast.worker.pk):
        made = AccessOrder.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(o)::text FROM cases_accessorder o")
        stored = json.dumps(cursor.fetchone())
    assert ("Grave" in stored, "Grave" in made.sentence) == (False, True)
    with acting_as(cast.stranger.pk):
        assert AccessOrder.objects.update(decided_at=Now()) == AccessOrder.objects.count() == 0
