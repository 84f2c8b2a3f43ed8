"""The steps of an intake, their drafts, and two people who complete one registration."""

import pytest

from cases import intake, notes
from tests.test_assessments import answered
from tests.test_consent import ticked
from tests.test_records import LEAST

pytestmark = pytest.mark.django_db


def labels(case, person, **said):
    return [
        step.label
        for step in intake.steps(case, person)
        if all(getattr(step, k) == v for k, v in said.items())
    ]


def test_each_step_leads_to_the_next_that_is_not_done(cast, adult_case, sign_in):
    client, case = sign_in(cast.worker), f"/cases/{adult_case.pk}/"
    assert (len(labels(adult_case, cast.worker)), len(labels(adult_case, cast.worker, done=True))) == (6, 1)
    shown = client.get(case).content.decode()
    assert f"{case}details/?intake" in shown
    ways = [
        (
            "details/",
            {"languages": ["aze"], "risk_level": "medium", "needs_interpreter": "on"},
            "safety/?intake",
        ),
        ("safety/", {"danger": "an uncle"}, "record/exploitation/new/?intake"),
        ("record/exploitation/new/", LEAST["exploitation"], "assessments/new/?intake"),
        ("assessments/new/", answered(), "consent/?intake"),
        ("consent/", ticked("services"), ""),
    ]
    for path, said, following in ways:
        answer = client.post(f"{case}{path}?intake", said)
        assert (answer.status_code, answer["Location"]) == (302, case + following)
    adult_case.victim.refresh_from_db()
    assert adult_case.victim.needs_interpreter is True
    assert len(labels(adult_case, cast.worker, done=True)) == 6


def test_outside_the_intake_a_form_leads_back(cast, adult_case, sign_in):
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/safety/", {"danger": "an uncle"})
    assert answer["Location"] == f"/cases/{adult_case.pk}/"


def test_a_step_that_was_left_says_that_there_is_a_draft(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    said = {"given_name": "Leyla", "languages": ["aze", "rus"], "phone": "+99450"}
    assert client.post(f"/cases/{adult_case.pk}/drafts/details/", said).status_code == 204
    assert labels(adult_case, cast.worker, draft=True) == labels(adult_case, cast.worker)[1:2]
    assert labels(adult_case, cast.supervisor, draft=True) == []
    shown = client.get(f"/cases/{adult_case.pk}/details/").content.decode()
    assert ('value="+99450"' in shown, "This is your draft" in shown) == (True, True)


def test_a_case_that_is_under_way_shows_no_steps(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    for to in ("assessment", "planning"):
        assert "?intake" in client.get(f"/cases/{adult_case.pk}/").content.decode()
        client.post(f"/cases/{adult_case.pk}/move/", {"to": to})
    assert "?intake" not in client.get(f"/cases/{adult_case.pk}/").content.decode()


def test_two_who_complete_at_once_see_both_and_lose_nothing(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/details/"
    mine, theirs = sign_in(cast.worker), sign_in(cast.supervisor)
    seen = {"seen": mine.get(page).context["seen"], "risk_level": "medium", "family_name": "Quliyeva"}
    assert theirs.post(page, seen | {"given_name": "Lalə"}).status_code == 302
    answer = mine.post(page, seen | {"given_name": "Leyli"}).content.decode()
    assert ("Lalə" in answer, "Leyli" in answer, "while you were typing" in answer) == (True, True, True)
    adult_case.victim.refresh_from_db()
    assert adult_case.victim.given_name == "Lalə"
    again = mine.get(page).context["seen"]
    assert mine.post(page, seen | {"seen": again, "given_name": "Leyli"}).status_code == 302


def test_a_draft_goes_when_the_form_is_saved(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    client.post(f"/cases/{adult_case.pk}/drafts/details/", {"given_name": "L"})
    client.post(f"/cases/{adult_case.pk}/details/", {"given_name": "Leyla", "risk_level": "medium"})
    assert notes.draft(adult_case, "details", by=cast.worker) == {}
