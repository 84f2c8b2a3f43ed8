"""Identification, closing by two, contacts afterwards, and opening again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, transaction

from aidcenter.clock import baku_today, months_after
from aidcenter.context import acting_as
from cases import closing
from cases.actions import confirm_home
from cases.models import Closure, FollowUp, StatusDecision
from referrals.models import Notification
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db
TODAY = baku_today()
ASKED = {"to": "closed", "reason": "goals_met", "summary": "works as a seamstress"}
CONFIRMED = {
    "status": "confirmed",
    "decided_by": "police",
    "document_number": "77/1",
    "decided_on": f"{TODAY}",
}


def asked(case, by):
    with acting_as(by.pk):
        return closing.ask(case, ASKED, by=by)


def closed(case, cast):
    request = asked(case, cast.worker)
    with acting_as(cast.supervisor.pk):
        closing.decide(request, approved=True, answer="", by=cast.supervisor)
    case.refresh_from_db()
    return case


# --- closing --------------------------------------------------------------------------------


def test_one_asks_another_approves(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/close/"
    found = {
        who: sign_in(getattr(cast, who)).post(page, ASKED).status_code
        for who in ("stranger", "director", "worker")
    }
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    request = Closure.objects.get()
    decide = f"/cases/closings/{request.pk}/"
    client = sign_in(cast.supervisor)
    assert "A case is to be closed" in client.get("/").content.decode()
    assert "seamstress" in client.get(page).content.decode()
    answers = {who: sign_in(getattr(cast, who)).post(decide, {"verdict": "approve"}).status_code
               for who in ("worker", "other_supervisor", "supervisor")}  # fmt: skip
    assert answers == {"worker": 403, "other_supervisor": 404, "supervisor": 302}
    adult_case.refresh_from_db()
    assert (adult_case.state, adult_case.next_due) == ("closed", None)
    assert "seamstress" in sign_in(cast.worker).get(f"/cases/{adult_case.pk}/").content.decode()


def test_returned_it_says_what_is_missing_and_can_be_asked_again(cast, adult_case, sign_in):
    request, client = asked(adult_case, cast.worker), sign_in(cast.supervisor)
    client.post(f"/cases/closings/{request.pk}/", {"verdict": "return", "answer": ""})
    assert closing.open_request(adult_case) == request  # a reason is needed
    client.post(f"/cases/closings/{request.pk}/", {"verdict": "return", "answer": "no home yet"})
    assert "no home yet" in sign_in(cast.worker).get(f"/cases/{adult_case.pk}/close/").content.decode()
    assert asked(adult_case, cast.worker).decided_at is None


def test_who_asked_does_not_approve(cast, adult_case):
    request = asked(adult_case, cast.supervisor)
    with acting_as(cast.supervisor.pk):
        with pytest.raises(ValidationError):
            closing.decide(request, approved=True, answer="", by=cast.supervisor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Closure.objects.update(approved=True, decided_by=cast.supervisor, decided_at=request.asked_at)


def test_raw_sql_closes_nothing_that_nobody_approved(cast, adult_case):
    with pytest.raises(IntegrityError, match="approved"), transaction.atomic():
        type(adult_case).objects.filter(pk=adult_case.pk).update(state="closed", next_due=None)
    request = asked(adult_case, cast.worker)
    with pytest.raises(Error), transaction.atomic():
        Closure.objects.filter(pk=request.pk).update(
            approved=True, decided_by=cast.worker, decided_at=request.asked_at
        )


@pytest.mark.parametrize(("case", "months"), [("adult_case", (1, 3, 6, 12)), ("child_case", (3, 6, 9, 12))])
def test_contacts_are_planned_for_the_year_after(cast, request, case, months):
    closed(request.getfixturevalue(case), cast)
    planned = sorted(FollowUp.objects.values_list("planned_on", flat=True))
    assert [(day.year - TODAY.year) * 12 + day.month - TODAY.month for day in planned] == [*months]


def test_a_contact_at_the_end_of_a_month_stays_in_its_month():
    assert str(months_after(TODAY.replace(2026, 1, 31), 1)) == "2026-02-28"
    assert str(months_after(TODAY.replace(2026, 12, 5), 1)) == "2027-01-05"


@pytest.mark.django_db(transaction=True)
def test_opened_again_it_is_a_new_episode_and_the_bodies_are_told_anew(cast, child_case, sign_in):
    deliver()
    closed(child_case, cast)
    page, client = f"/cases/{child_case.pk}/reopen/", sign_in(cast.worker)
    client.post(page, {"reason": ""})
    assert Notification.objects.filter(case=child_case).count() == 2
    assert sign_in(cast.stranger).post(page, {"reason": "x"}).status_code == 404
    client.post(page, {"reason": "she was seen at the market"})
    child_case.refresh_from_db()
    assert (child_case.state, child_case.episode, child_case.reopened_on) == ("assessment", 2, TODAY)
    assert sorted(Notification.objects.filter(case=child_case).values_list("episode", flat=True)) == [
        1,
        1,
        2,
        2,
    ]
    assert "seen at the market" in client.get(f"/cases/{child_case.pk}/").content.decode()


def test_raw_sql_opens_nothing_without_a_new_episode(cast, child_case):
    closed(child_case, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(child_case).objects.filter(pk=child_case.pk).update(state="assessment")


def test_a_child_who_has_grown_up_is_opened_again_as_an_adult(cast, open_case, monkeypatch):
    born = TODAY.replace(year=TODAY.year - 18, day=1) + timedelta(days=40)
    case = closed(open_case({"birth_date": born}), cast)
    assert case.child_status == "child"
    monkeypatch.setattr(closing, "baku_today", lambda: born.replace(year=born.year + 18, day=28))
    closing.reopen(case, why="asks for a lawyer", by=cast.worker)
    case.refresh_from_db()
    assert case.child_status == "adult"


# --- identification -------------------------------------------------------------------------


def test_decisions_are_kept_and_the_last_one_holds(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/status/"
    found = {
        who: sign_in(getattr(cast, who)).post(page, CONFIRMED).status_code
        for who in ("stranger", "director", "worker")
    }
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    adult_case.refresh_from_db()
    assert (adult_case.victim_status, StatusDecision.objects.count()) == ("confirmed", 2)
    shown = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/record/").content.decode()
    assert ("77/1" in shown, "Potential (presumed) victim" in shown) == (True, True)


@pytest.mark.parametrize("without", ["decided_by", "document_number"])
def test_confirmed_needs_body_and_document(cast, adult_case, sign_in, without):
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/status/", CONFIRMED | {without: ""})
    assert "needs the deciding body" in answer.content.decode()
    adult_case.refresh_from_db()
    assert adult_case.victim_status == "potential"


def test_a_decision_of_tomorrow_is_refused(cast, adult_case, sign_in):
    said = CONFIRMED | {"decided_on": f"{TODAY + timedelta(days=1)}"}
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/status/", said)
    assert "has not come yet" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_not_a_victim_asks_to_close_and_leaves_what_was_sent(cast, child_case, sign_in):
    deliver()
    client, page = sign_in(cast.worker), f"/cases/{child_case.pk}/status/"
    assert "on what basis" in client.post(page, {"status": "not_victim"}).content.decode()
    said = {"status": "not_victim", "basis": "was never recruited", "then": "closed_referred"}
    assert client.post(page, said).status_code == 302
    request = Closure.objects.get()
    assert (request.to, request.reason, request.summary) == (
        "closed_referred",
        "not_victim",
        "was never recruited",
    )
    assert {row.state for row in Notification.objects.filter(case=child_case)} == {"sent"}


def test_a_step_that_the_table_forbids_is_not_offered_and_refused(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/status/"
    client.post(page, CONFIRMED)
    assert 'value="potential"' not in client.get(page).content.decode()
    assert client.post(page, CONFIRMED | {"status": "potential"}).status_code == 200
    assert StatusDecision.objects.count() == 2


# --- two at once ----------------------------------------------------------------------------


def test_two_who_decide_on_the_status_see_both_and_lose_nothing(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/status/"
    mine, theirs = sign_in(cast.worker), sign_in(cast.supervisor)
    seen = {"seen": mine.get(page).context["seen"]}
    assert theirs.post(page, CONFIRMED | seen).status_code == 302
    said = {"status": "not_victim", "basis": "was never recruited", "then": "closed_referred"} | seen
    answer = mine.post(page, said).content.decode()
    assert ("77/1" in answer, "was never recruited" in answer, "while you were typing" in answer) == (
        True,
    ) * 3
    assert StatusDecision.objects.count() == 2
    again = {"seen": mine.get(page).context["seen"]}
    assert mine.post(page, said | again).status_code == 302


def test_who_asks_to_close_a_second_time_keeps_the_text(cast, adult_case, sign_in):
    asked(adult_case, cast.supervisor)
    page = f"/cases/{adult_case.pk}/close/"
    answer = sign_in(cast.worker).post(page, ASKED | {"summary": "moved to her aunt"}).content.decode()
    assert ("moved to her aunt" in answer, "seamstress" in answer, Closure.objects.count()) == (True, True, 1)


def test_who_decides_a_second_time_reads_what_was_decided(cast, adult_case, sign_in):
    request, client = asked(adult_case, cast.worker), sign_in(cast.supervisor)
    page = f"/cases/closings/{request.pk}/"
    client.post(page, {"verdict": "return", "answer": "no home yet"})
    answer = client.post(page, {"verdict": "return", "answer": "no passport yet"}).content.decode()
    assert ("no home yet" in answer, "no passport yet" in answer, "decided this meanwhile" in answer) == (
        True,
    ) * 3


def test_in_a_new_episode_the_home_district_is_asked_about_anew(cast, open_case):
    case = open_case({"estimated_age": 14}, home_district="ganja")
    confirm_home(case, by=cast.supervisor)
    case = closed(case, cast)
    closing.reopen(case, why="asks for a lawyer", by=cast.worker)
    case.refresh_from_db()
    assert (case.home_confirmed_at, case.home_could_be_told) == (None, True)
    confirm_home(case, by=cast.supervisor)
    assert case.notifications.filter(district="ganja", episode=2).count() == 2
