"""Lists that work: one click, saved under a name, several cases handed on at once, and on paper."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, transaction
from django.utils.translation import override

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import closing, lists, sharing
from cases.actions import register_victim
from cases.listing import READY
from cases.models import Case, SavedList
from tests.cast import make_staff, say
from tests.test_closing import closed
from tests.test_listing import listed
from tests.test_sharing import share
from tests.test_speed import queries

pytestmark = pytest.mark.django_db
TODAY = baku_today()


def saved_by(person):
    with acting_as(person.pk):
        return [(each.name, each.query) for each in lists.of(person)]


# --- what is chosen ---------------------------------------------------------------------------


def test_team_and_shared_are_not_the_same(cast, adult_case, open_case, sign_in):
    share(adult_case, cast.other_supervisor, cast.worker)
    found = {
        who: {
            whose: len(listed(sign_in(getattr(cast, who)), whose=whose))
            for whose in ("mine", "team", "shared")
        }
        for who in ("worker", "supervisor", "other_supervisor")
    }
    assert found == {
        "worker": {"mine": 1, "team": 1, "shared": 0},
        "supervisor": {"mine": 0, "team": 1, "shared": 0},
        "other_supervisor": {"mine": 0, "team": 0, "shared": 1},
    }


def test_what_waits_for_an_answer(cast, open_case, sign_in):
    offered, closing_case = open_case(), open_case()
    far = open_case({"estimated_age": 14, "age_basis": "declared"}, home_district="ganja")
    open_case()
    sharing.offer(offered, to=cast.colleague, reason="moves", by=cast.worker)
    closing.ask(closing_case, {"to": "closed", "reason": "goals_met", "summary": ""}, by=cast.worker)
    client = sign_in(cast.worker)
    found = {kind: listed(client, waiting=kind) for kind in ("offer", "closing", "home", "any")}
    each = {"offer": {offered.number}, "closing": {closing_case.number}, "home": {far.number}}
    assert found == each | {"any": {offered.number, closing_case.number, far.number}}


def test_every_ready_made_list_opens_and_says_where_one_is(cast, open_case, sign_in):
    client = sign_in(cast.worker)
    for label, query in (link for _heading, links in READY for link in links):
        with override("en"):
            shown = client.get(f"/cases/?{query}").content.decode()
            here = shown.split('aria-current="true">')[1:]
            assert [each.partition("<")[0] for each in here] == [str(label)], query


def test_the_first_page_counts_all_as_the_second_does(cast, open_case, sign_in):
    for _ in range(27):
        open_case()
    client = sign_in(cast.worker)
    first, second = client.get("/cases/").context["page"], client.get("/cases/?page=2").context["page"]
    assert [(page.paginator.count, len(page.object_list)) for page in (first, second)] == [(27, 25), (27, 2)]
    assert not {case.pk for case in first} & {case.pk for case in second}


# --- saved ------------------------------------------------------------------------------------


def test_a_choice_is_saved_shown_and_removed(cast, open_case, sign_in):
    client = sign_in(cast.worker)
    assert client.post("/cases/lists/?risk=high&quiet=30", {"name": "Urgent first"}).status_code == 302
    assert saved_by(cast.worker) == [("Urgent first", "state=open&risk=high&quiet=30&sort=due")]
    shown = client.get("/cases/").content.decode()
    assert '<a href="?state=open&amp;risk=high&amp;quiet=30&amp;sort=due">Urgent first</a>' in shown
    saved = SavedList.objects.get()
    assert sign_in(cast.colleague).post(f"/cases/lists/{saved.pk}/drop/").status_code == 404
    assert client.post(f"/cases/lists/{saved.pk}/drop/").status_code == 302
    assert saved_by(cast.worker) == []


def test_the_same_name_again_replaces(cast, sign_in):
    client = sign_in(cast.worker)
    for risk in ("high", "low"):
        client.post(f"/cases/lists/?risk={risk}", {"name": "Mine"})
    assert saved_by(cast.worker) == [("Mine", "state=open&risk=low&sort=due")]


def test_twelve_and_no_more_and_a_free_place_is_used_again(cast, sign_in):
    client = sign_in(cast.worker)
    for number in range(13):
        client.post("/cases/lists/", {"name": f"List {number}"})
    assert len(saved_by(cast.worker)) == SavedList.MOST
    lists.drop(SavedList.objects.get(place=3), by=cast.worker)
    client.post("/cases/lists/", {"name": "Again"})
    assert SavedList.objects.get(place=3) == lists.of(cast.worker)[2].saved
    for place in (0, 3, 13):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedList.objects.create(person=cast.worker, place=place, sealed_name="", query="")


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 61, "\u200b"])
def test_a_list_needs_a_name(cast, sign_in, name):
    assert sign_in(cast.worker).post("/cases/lists/", {"name": name}).status_code == 302
    assert saved_by(cast.worker) == []


def test_a_saved_list_is_of_one_person_in_the_database_too(cast, sign_in):
    sign_in(cast.worker).post("/cases/lists/", {"name": "Leyla's sisters"})
    assert "Leyla" not in SavedList.objects.get().sealed_name
    with acting_as(cast.supervisor.pk):
        assert SavedList.objects.count() == 0
        assert SavedList.objects.update(query="") == 0
        with pytest.raises(Error), transaction.atomic():
            SavedList.objects.create(person=cast.worker, place=2, sealed_name="", query="")


def test_who_lists_no_cases_saves_none(cast, sign_in):
    found = {who: sign_in(getattr(cast, who)).post("/cases/lists/", {"name": "x"}).status_code
             for who in ("director", "administrator", "house")}  # fmt: skip
    assert set(found.values()) == {403}


def test_saved_lists_cost_the_same_for_1_as_for_3(cast, open_case, sign_in):
    client, counts = sign_in(cast.worker), []
    for number in range(3):
        client.post("/cases/lists/", {"name": f"List {number}"})
        counts.append(queries(client, "/cases/"))
    assert counts[0] == counts[2]


# --- several at once --------------------------------------------------------------------------


def give(client, cases, to):
    ids = [getattr(case, "pk", case) for case in cases]
    return client.post("/cases/assign/?risk=medium", {"case": ids, "to": to.pk}, follow=True)


def owners():
    return set(Case.objects.values_list("owner__username", flat=True))


def test_a_supervisor_gives_several_cases_and_twice_is_harmless(cast, open_case, sign_in):
    cases, client = [open_case(), open_case()], sign_in(cast.supervisor)
    said = give(client, cases, cast.colleague).content.decode()
    assert "2 cases are now with Colleague." in said
    assert "These cases are with Colleague already." in give(client, cases, cast.colleague).content.decode()
    with acting_as(cast.supervisor.pk):
        assert owners() == {"colleague"}
    with acting_as(cast.auditor.pk):
        events = AuditEvent.objects.filter(action="case.assign").values_list("case_id", flat=True)
        assert sorted(events) == sorted(case.pk for case in cases)


def test_the_list_stays_as_it_was_chosen(cast, open_case, sign_in):
    answer = give(sign_in(cast.supervisor), [open_case()], cast.colleague)
    assert answer.redirect_chain == [("/cases/?state=open&risk=medium&sort=due", 302)]


@pytest.mark.parametrize("other", ["hidden", "absent", "nonsense"])
def test_one_that_is_hidden_or_absent_refuses_all(cast, adult_case, open_case, sign_in, other):
    with acting_as(cast.stranger.pk):
        hidden = register_victim(say(), by=cast.stranger)
    wrong = {"hidden": hidden.pk, "absent": uuid.uuid4(), "nonsense": "x"}[other]
    answer = give(sign_in(cast.supervisor), [adult_case, wrong], cast.colleague)
    assert (answer.status_code, answer.content) == (
        404,
        give(sign_in(cast.supervisor), [uuid.uuid4()], cast.colleague).content,
    )
    assert owners() == {"worker"}


def test_one_of_another_team_refuses_all(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        other = register_victim(say(), by=cast.stranger)
        share(other, cast.supervisor, cast.stranger)
    said = give(sign_in(cast.supervisor), [adult_case, other], cast.colleague).content.decode()
    assert "is not a case of this person&#x27;s team. No case has changed hands." in said
    assert owners() == {"worker"}


def test_one_that_is_closed_refuses_all(cast, adult_case, open_case, sign_in):
    closed(adult_case, cast)
    client = sign_in(cast.supervisor)
    said = give(client, [open_case(), adult_case], cast.colleague).content.decode()
    assert f"{adult_case.number} is closed. No case has changed hands." in said
    assert owners() == {"worker"}
    boxes = client.get("/cases/?state=all").content.decode().count('name="case"')
    assert boxes == 1


@pytest.mark.parametrize("to", ["stranger", "supervisor", "specialist"])
def test_only_to_a_caseworker_of_the_team(cast, adult_case, sign_in, to):
    said = give(sign_in(cast.supervisor), [adult_case], getattr(cast, to)).content.decode()
    assert "Choose a caseworker of your team." in said
    with acting_as(cast.supervisor.pk), pytest.raises(ValidationError):
        sharing.assign_all([adult_case], to=getattr(cast, to), by=cast.supervisor)
    assert owners() == {"worker"}


def test_nothing_ticked_is_said(cast, adult_case, sign_in):
    assert "Tick the cases first." in give(sign_in(cast.supervisor), [], cast.colleague).content.decode()


def test_who_gives_cases_on(cast, adult_case, sign_in):
    found = {who: give(sign_in(getattr(cast, who)), [adult_case], cast.colleague).status_code
             for who in ("worker", "director", "other_supervisor")}  # fmt: skip
    assert found == {"worker": 403, "director": 403, "other_supervisor": 404}
    assert owners() == {"worker"}
    assert "Give the ticked cases" not in sign_in(cast.worker).get("/cases/").content.decode()


def test_the_supervisors_list_costs_the_same_for_1_as_for_3(cast, open_case, sign_in):
    client, counts = sign_in(cast.supervisor), []
    for number in range(3):
        open_case()
        make_staff(f"new-{number}", "caseworker", cast.worker.team)
        counts.append(queries(client, "/cases/?waiting=any"))
    assert counts[0] == counts[2]


# --- on paper ---------------------------------------------------------------------------------


def test_paper_says_what_day_and_who_and_no_name_unless_shown(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    shown = client.get("/cases/?quiet=").content.decode()
    assert f"Printed on {TODAY:%d.%m.%Y} by Worker" in shown
    assert '<p class="printonly">State: All open</p>' in shown
    names = {show: "Leyla" in client.get(f"/cases/?names={show}").content.decode() for show in ("", "show")}
    assert names == {"": False, "show": True}
