"""Possible duplicates: side by side for the supervisor of the other case, linked or kept apart, never merged."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import family, matching
from cases.actions import register_victim
from cases.models import Case, CaseLink, DataKey, PossibleMatch, Victim
from tests.cast import say
from tests.test_access import seen_by
from tests.test_orders import decided, entered

pytestmark = pytest.mark.django_db
KNOWN = {
    "given_name": "Leyla",
    "family_name": "Quliyeva",
    "birth_year": 1990,
    "sex": "female",
    "phone": "+994501234567",
}
AGAIN = KNOWN | {
    "given_name": "Лейла",
    "father_name": "Rəşad",
    "safe_contact": "only her aunt",
    "phone": "+994509994567",
}


@pytest.fixture
def found(cast, open_case):
    """The worker knows somebody; the stranger registers her again. The match, as the supervisor reaches it."""
    known = open_case(KNOWN)
    with acting_as(cast.stranger.pk):
        new = register_victim(say(AGAIN), by=cast.stranger)
        assert (new.may_be_known, PossibleMatch.objects.count()) == (True, 0)
    with acting_as(cast.supervisor.pk):
        match = PossibleMatch.objects.select_related("other__victim").get()
    assert (match.case_id, match.other_id) == (new.pk, known.pk)
    return match


def decide(found, by, same):
    with acting_as(by.pk):
        matching.decide(found, same=same, by=by)


def test_the_quartet(cast, found, sign_in):
    page = f"/cases/matches/{found.pk}/"
    people = ("worker", "stranger", "director", "other_supervisor", "supervisor")
    answers = {who: sign_in(getattr(cast, who)).get(page).status_code for who in people}
    assert answers == {
        "worker": 403,
        "stranger": 403,
        "director": 403,
        "other_supervisor": 404,
        "supervisor": 200,
    }


def test_both_stand_side_by_side_and_nothing_else_of_the_new_case(cast, found, sign_in):
    client, page = sign_in(cast.supervisor), f"/cases/matches/{found.pk}/"
    facts = client.get(page).context["facts"]
    assert {fact.what: (fact.ours, fact.theirs, fact.same) for fact in facts} == {
        "given name": ("Leyla", "Лейла", True),
        "family name": ("Quliyeva", "Quliyeva", True),
        "father's name": ("", "Rəşad", False),
        "name to use": ("", "", False),
        "born": ("1990", "1990", True),
        "sex": ("Female", "Female", True),
        "citizenship": ("", "", False),
        "phone, the last digits": ("…4567", "…4567", True),
    }
    shown = client.get(page).content.decode()
    assert [word in shown for word in ("aunt", "501234567", "509994567")] == [False] * 3
    assert client.get(f"/cases/{found.case_id}/").status_code == 404
    with acting_as(cast.auditor.pk):
        looks = AuditEvent.objects.filter(action="case.compare", case_id=found.case_id)
        assert {look.actor_id for look in looks} == {cast.supervisor.pk}


def test_the_key_is_lent_and_the_rows_stay_closed(cast, found):
    def reached(person):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM match_person(%s)", [found.pk])
            compared = cursor.fetchone()[0]
            keys = DataKey.objects.exclude(victim_id=found.other.victim_id).count()
            return compared, keys, Victim.objects.exclude(pk=found.other.victim_id).count()

    assert reached(cast.supervisor) == (1, 1, 0)
    for who in ("worker", "colleague", "director", "auditor", "house"):
        assert reached(getattr(cast, who)) == (0, 0, 0)
    with acting_as(cast.supervisor.pk), pytest.raises(Victim.DoesNotExist):
        Victim.objects.raw("SELECT * FROM match_person(%s)", [found.pk])[0].safe_contact  # noqa: B018


def test_the_same_links_both_and_merges_nothing(cast, found, sign_in):
    assert sign_in(cast.supervisor).post(f"/cases/matches/{found.pk}/", {"same": "yes"}).status_code == 302
    ours = sign_in(cast.worker)
    page = ours.get(f"/cases/{found.other_id}/").content.decode()
    assert ("There is a linked case" in page, str(found.case_id) in page) == (True, False)
    said = "the person of your case has another case too"
    assert said in ours.get("/").content.decode()
    assert said in sign_in(cast.stranger).get("/").content.decode()
    assert said not in sign_in(cast.colleague).get("/").content.decode()
    with acting_as(cast.supervisor.pk):
        assert (CaseLink.objects.count(), seen_by(cast)) == (
            0,
            {"worker", "supervisor", "stranger", "other_supervisor"},
        )
        assert Victim.objects.count() == 1


def test_two_persons_are_kept_apart_and_both_are_told(cast, found, sign_in):
    decide(found, cast.supervisor, same=False)
    for who in ("worker", "stranger"):
        home = sign_in(getattr(cast, who)).get("/").content.decode()
        assert "Decided: two persons, not one" in home
    assert family.linked(found.other, cast.worker) == []
    assert "A new person may be known" not in sign_in(cast.supervisor).get("/").content.decode()


def test_for_a_week_an_error_is_mended(cast, found):
    decide(found, cast.supervisor, same=True)
    with pytest.raises(ValidationError):
        decide(found, cast.supervisor, same=True)
    assert len(family.linked(found.other, cast.worker)) == 1
    decide(found, cast.supervisor, same=False)
    assert family.linked(found.other, cast.worker) == []
    decide(found, cast.supervisor, same=True)
    assert len(family.linked(found.other, cast.worker)) == 1


def test_raw_sql_decides_nothing(cast, found):
    for who in ("worker", "stranger", "other_supervisor"):
        with acting_as(getattr(cast, who).pk), connection.cursor() as cursor:
            cursor.execute("SELECT decide_match(%s, true)", [found.pk])
            assert cursor.fetchone() == (False,)
    with acting_as(cast.supervisor.pk), pytest.raises(Error), transaction.atomic():
        PossibleMatch.objects.update(same=True)


def test_a_case_to_which_access_is_stopped_is_not_compared(cast, found, sign_in):
    with acting_as(cast.stranger.pk):
        new = Case.objects.select_related("victim").get(pk=found.case_id)
    decided(entered(new, cast.stranger, cast.other_supervisor), cast.director)
    page = sign_in(cast.supervisor).get(f"/cases/matches/{found.pk}/")
    assert (page.context["facts"], "cannot be compared now" in page.content.decode()) == ([], True)
    with acting_as(cast.supervisor.pk):
        assert DataKey.objects.count() == 1
        with pytest.raises(ValidationError):
            matching.decide(found, same=True, by=cast.supervisor)
