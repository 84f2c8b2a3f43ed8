"""Relatives: registered from a case, linked without merging, and what each reader learns of a link."""

import html
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import family, records, sharing
from cases.actions import register_victim
from cases.kinds import KINDS
from cases.models import Case, CaseLink, ConnectedPerson, Guardianship
from tests.cast import say
from tests.test_orders import decided, entered
from tests.test_speed import queries

pytestmark = pytest.mark.django_db
TYPED = {"estimated_age": "9", "district": "nasimi", "relation": "child", "given_name": "Aysu"}
NOTHING = "There is a linked case that you do not read"


def linked(case, other, by, relation="sibling"):
    with acting_as(by.pk):
        return family.link(case, other, relation=relation, by=by)


def key_of(page):
    return html.unescape(re.search(r'name="key" value="([^"]+)"', page.content.decode())[1])


def seen(client, case, page=""):
    return client.get(f"/cases/{case.pk}/{page}").content.decode()


# --- registering from a case ------------------------------------------------------------------


def test_a_child_is_registered_with_the_shared_facts_and_linked_at_once(cast, open_case, sign_in):
    mother = open_case(
        {"family_name": "Quliyeva", "birth_year": 1990, "languages": ["rus"], "phone": "+994501234567"},
        home_district="ganja",
    )
    page = f"/cases/{mother.pk}/family/new/"
    found = {
        who: sign_in(getattr(cast, who)).post(page, TYPED).status_code
        for who in ("stranger", "specialist", "director")
    }
    assert found == {"stranger": 404, "specialist": 403, "director": 403}
    client = sign_in(cast.worker)
    form = client.get(page).context["form"]
    shared = {name: form[name].value() for name in ("family_name", "languages", "home_district", "relation")}
    assert shared == {
        "family_name": "Quliyeva",
        "languages": ["rus"],
        "home_district": "ganja",
        "relation": "child",
    }
    assert form["phone"].value() is None
    notice = client.post(page, TYPED)  # announced before it is saved
    assert (notice.context["notice"]["status"], Case.objects.count()) == ("presumed_child", 1)
    said = TYPED | {"child_understood": "presumed_child", "key": key_of(notice)}
    answers = [client.post(page, said).url for _ in range(2)]
    child = Case.objects.exclude(pk=mother.pk).get()
    assert answers == [f"/cases/{child.pk}/"] * 2
    assert (child.notifications.count(), child.victim_id == mother.victim_id) == (2, False)
    assert (
        f'Child: <a href="/cases/{child.pk}/">' in seen(client, mother),
        "Parent: <a" in seen(client, child),
    ) == (
        True,
        True,
    )


def test_the_case_and_the_link_are_there_or_neither(cast, adult_case, sign_in):
    said = TYPED | {"birth_year": "1999", "estimated_age": "", "relation": "same_person"}
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/family/new/", said)
    assert set(answer.context["form"].errors) == {"relation"}
    assert (Case.objects.count(), CaseLink.objects.count()) == (1, 0)


def test_a_dependent_child_is_told_to_be_registered_and_carries_over(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/record/people/new/"
    said = {
        "name": "Nuray Əliyeva",
        "relation": "child",
        "dependant": "on",
        "birth_year": baku_today().year - 9,
    }
    told = client.post(page, said).content.decode()
    assert ("registered as a person of their own" in told, ConnectedPerson.objects.count()) == (True, 0)
    form = client.post(f"/cases/{adult_case.pk}/family/new/", said | {"carry": "yes"}).context["form"]
    names = ("given_name", "family_name", "birth_year", "relation")
    assert [form[name].value() for name in names] == ["Nuray", "Əliyeva", str(said["birth_year"]), "child"]
    assert (form.is_bound, Case.objects.count()) == (False, 1)
    client.post(page, said | {"not_victim": "yes"})
    assert ConnectedPerson.objects.get().dependant is True
    assert "Register as a person" in seen(client, adult_case, "family/")


@pytest.mark.parametrize(
    "said", [{"relation": "mother"}, {"relation": "child"}, {"birth_year": 1980, "dependant": "on"}]
)
def test_others_are_kept_without_a_word(cast, adult_case, sign_in, said):
    sign_in(cast.worker).post(f"/cases/{adult_case.pk}/record/people/new/", {"name": "Zaur"} | said)
    assert ConnectedPerson.objects.count() == 1


# --- linking ----------------------------------------------------------------------------------


def test_two_cases_that_one_may_change_are_linked_and_parted_with_a_reason(cast, open_case, sign_in):
    one, other = open_case({"given_name": "Leyla", "birth_year": 1990}), open_case()
    page, said = f"/cases/{one.pk}/family/", {"number": other.number.lower(), "relation": "sibling"}
    found = {
        who: sign_in(getattr(cast, who)).post(f"{page}link/", said).status_code
        for who in ("stranger", "specialist", "worker")
    }
    assert found == {"stranger": 404, "specialist": 403, "worker": 302}
    client = sign_in(cast.worker)
    assert "linked already" in client.post(f"{page}link/", said).content.decode()
    assert "Brother or sister: <a" in seen(client, other)
    end = f"{page}{CaseLink.objects.get().pk}/end/"
    client.post(end, {"reason": ""})
    assert len(family.linked(one, cast.worker)) == 1
    assert sign_in(cast.stranger).post(end, {"reason": "x"}).status_code == 404
    client.post(end, {"reason": "cousins, not sisters"})
    link = CaseLink.objects.get()
    assert (link.ended_by, "cousins" in link.ended_why, family.linked(one, cast.worker)) == (
        cast.worker,
        False,
        [],
    )
    assert linked(other, one, cast.worker).pk != link.pk  # they may be linked anew
    assert Case.objects.count() == 2


def test_a_case_that_one_may_not_change_is_as_none(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        hidden = register_victim(say(), by=cast.stranger)
    client, page, said = sign_in(cast.worker), f"/cases/{adult_case.pk}/family/link/", []
    for number in (hidden.number, "AC-2026-9999", "\u0130" * 20):
        errors = client.post(page, {"number": number, "relation": "child"}).context["form"].errors
        said.append({name: [*texts] for name, texts in errors.items()})
    assert said == [{"number": ["There is no such case among those that you may change."]}] * 3
    same = client.post(page, {"number": adult_case.number, "relation": "child"})
    assert "This is the same case" in same.content.decode()


def test_who_reads_one_case_learns_that_there_is_another_and_nothing_else(cast, open_case, sign_in):
    one = open_case({"given_name": "Leyla", "birth_year": 1990})
    other = open_case({"given_name": "Nuray", "birth_year": 1991})
    linked(one, other, cast.worker)
    sharing.share(one, to=cast.specialist, sections=[], until=baku_today(), reason="hearing", by=cast.worker)
    for page in ("", "family/"):
        shown = seen(sign_in(cast.specialist), one, page)
        words = (NOTHING, other.number, str(other.pk), "Nuray", "sister")
        assert [word in shown for word in words] == [True, False, False, False, False]
        assert "Nuray" in seen(sign_in(cast.supervisor), one, page)  # who reads both
    with acting_as(cast.specialist.pk), connection.cursor() as cursor:
        assert CaseLink.objects.count() == 0
        cursor.execute("SELECT * FROM links_of(%s)", [one.pk])
        assert cursor.fetchall() == [(None, None, "")]
        cursor.execute("SELECT * FROM links_of(%s)", [other.pk])
        assert cursor.fetchall() == []


def test_a_stopped_case_is_not_told_of(cast, open_case, sign_in):
    one, other = open_case(), open_case()
    linked(one, other, cast.worker)
    decided(entered(other, cast.worker, cast.supervisor), cast.director)
    shown = seen(sign_in(cast.worker), one)
    assert (NOTHING in shown, other.number in shown) == (True, False)


def test_raw_sql_links_nothing_that_one_may_not_change(cast, adult_case, open_case):
    other = open_case()
    link = linked(adult_case, other, cast.worker)
    make = (
        "INSERT INTO cases_caselink (id, case_id, other_id, relation, made_by_id, ended_why)"
        " VALUES (gen_random_uuid(), %s, %s, 'child', %s, '')"
    )
    pairs = [
        (cast.stranger, cast.stranger.pk),
        (cast.worker, cast.supervisor.pk),
        (cast.supervisor, cast.worker.pk),
    ]
    for asks, named in pairs:
        third = open_case()
        with acting_as(asks.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(make, [adult_case.pk, third.pk, named])
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(case=other, other=adult_case, relation="child", made_by=cast.worker)
    for change in ({"relation": "parent"}, {"made_by": cast.supervisor}, {"ended_by": cast.worker}):
        with pytest.raises(Error), transaction.atomic():
            CaseLink.objects.filter(pk=link.pk).update(**change)
    with acting_as(cast.stranger.pk):
        assert CaseLink.objects.update(relation="parent") == 0


def test_the_other_caseworker_is_told_on_the_home_page(cast, adult_case, open_case, sign_in):
    other = open_case()
    linked(adult_case, other, cast.supervisor)
    home = {
        who: sign_in(getattr(cast, who)).get("/").content.decode()
        for who in ("worker", "supervisor", "stranger")
    }
    told = {who: page.count("Your case was linked with another") for who, page in home.items()}
    assert told == {"worker": 2, "supervisor": 0, "stranger": 0}


def test_a_relation_that_is_none_is_refused(cast, adult_case, open_case):
    with pytest.raises(ValidationError):
        linked(adult_case, open_case(), cast.worker, relation="same_person")


def test_linked_cases_cost_the_same_for_1_as_for_3(cast, adult_case, open_case, sign_in):
    client, path, counts = sign_in(cast.worker), f"/cases/{adult_case.pk}/family/", []
    for _ in range(3):
        linked(adult_case, open_case({"given_name": "A", "birth_year": 1990}), cast.worker)
        counts.append(queries(client, path))
    assert counts[0] == counts[2]


# --- the guardian in the head of the case -----------------------------------------------------


def test_guardian_and_conflict_stand_in_the_head(cast, child_case, sign_in):
    said = {"kind": "guardian", "name": "Sevil xala", "conflict": True}
    guardian = Guardianship(case=child_case, victim=child_case.victim, **said)
    client = sign_in(cast.worker)
    assert "conflict of interest" not in seen(client, child_case)
    records.add(KINDS["guardian"], guardian, by=cast.worker)
    head = seen(client, child_case).partition('class="tabs"')[0]
    assert ("Sevil xala" in head, "conflict of interest" in head) == (True, True)
    records.strike(KINDS["guardian"], guardian, why="another child", by=cast.worker)
    assert "Sevil xala" not in seen(client, child_case)
