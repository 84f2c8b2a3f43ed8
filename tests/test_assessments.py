"""Assessments: scored by the questions of the day, their risk, what changed, and who edits the questions."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import assessments, notes
from cases.models import Assessment, Question, Questionnaire
from tests.cast import ask_questions
from tests.test_speed import queries
from tests.test_staffing import twice

pytestmark = pytest.mark.django_db
TODAY = baku_today()
LOW = dict.fromkeys(assessments.RISKS, "low")


@pytest.fixture(autouse=True)
def questions(cast):
    ask_questions(cast.administrator)


def answered(score=1, **by_domain):
    """What a browser sends: a score for every question that is asked now."""
    said = {"kind": "initial", "assessed_on": f"{TODAY}", "needs": "a winter coat", **LOW}
    for each in assessments.asked_now():
        said[f"score-{each.pk}"] = str(by_domain.get(each.domain, score))
        said[f"note-{each.pk}"] = f"about {each.domain}"
    return said


def kept(case, by, score=1, **said):
    answers = {str(each.pk): {"score": score, "note": ""} for each in assessments.asked_now()}
    least = {"kind": "initial", "assessed_on": TODAY, "needs": "", "risk_level": "", "why_risk": "", **LOW}
    with acting_as(by.pk):
        return assessments.assess(case, least | said, answers, by=by)


def test_the_quartet(cast, adult_case, sign_in):
    page, found = f"/cases/{adult_case.pk}/assessments/", {}
    for who in ("stranger", "director", "worker"):
        found[who] = sign_in(getattr(cast, who)).post(f"{page}new/", answered()).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    shown = {who: sign_in(getattr(cast, who)).get(page) for who in ("stranger", "director", "supervisor")}
    assert [answer.status_code for answer in shown.values()] == [404, 403, 200]
    assert ("a winter coat" in shown["supervisor"].content.decode()) is True
    assert "about housing" in shown["supervisor"].content.decode()


@pytest.mark.parametrize(
    ("scores", "risks", "level"),
    [
        ([0, 1, 2], ["low"], "low"),
        ([3], ["low"], "medium"),
        ([4], ["low"], "high"),
        ([0], ["low", "high"], "high"),
        ([], ["medium"], "medium"),
    ],
)
def test_the_risk_follows_from_the_answers(scores, risks, level):
    assert assessments.derived_risk(scores, risks) == level


def test_the_case_takes_the_risk_and_another_needs_a_reason(cast, adult_case, sign_in):
    kept(adult_case, cast.worker, score=4)
    adult_case.refresh_from_db()
    assert adult_case.risk_level == "high"
    page, client = f"/cases/{adult_case.pk}/assessments/new/", sign_in(cast.worker)
    answer = client.post(page, answered(4) | {"risk_level": "low"})
    assert "Say why the risk" in answer.content.decode()
    assert (
        client.post(page, answered(4) | {"risk_level": "low", "why_risk": "left the town"}).status_code == 302
    )
    adult_case.refresh_from_db()
    assert adult_case.risk_level == "low"


def test_two_assessments_are_shown_side_by_side(cast, adult_case, sign_in):
    first = kept(adult_case, cast.worker, score=3)
    second = kept(adult_case, cast.worker, score=1, kind="periodic")
    lines = assessments.compared(second, first)
    assert {(line.before, line.now, line.change) for line in lines} == {(3, 1, -2)}
    shown = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/assessments/").content.decode()
    assert (shown.count("less need"), "<svg" in shown) == (len(lines), True)
    older = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/assessments/?day={first.pk}").content.decode()
    assert "less need" not in older


def test_answers_are_unreadable_at_rest_and_stay(cast, adult_case):
    kept(adult_case, cast.worker, needs="a winter coat")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position('coat'::bytea in needs), position('score'::bytea in answers) FROM cases_assessment"
        )
        assert cursor.fetchall() == [(0, 0)]
    for statement in ("UPDATE cases_assessment SET risk_level = 'low'", "DELETE FROM cases_assessment"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("score", ["5", "-1", "x", ""])
def test_a_score_that_is_none_is_refused(cast, adult_case, sign_in, score):
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/assessments/new/", answered(score))
    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)
    assert Assessment.objects.count() == 0


def test_a_day_before_the_case_is_refused(cast, adult_case):
    with pytest.raises(ValidationError):
        kept(adult_case, cast.worker, assessed_on=TODAY.replace(year=TODAY.year - 1))


def test_a_draft_of_an_assessment_comes_back(cast, adult_case, sign_in):
    client, question = sign_in(cast.worker), assessments.asked_now()[0]
    said = {f"score-{question.pk}": "3", f"note-{question.pk}": "an uncle asks for her"}
    assert client.post(f"/cases/{adult_case.pk}/drafts/assessment/", said).status_code == 204
    assert notes.draft(adult_case, "assessment", by=cast.worker) == said
    assert "an uncle asks" in client.get(f"/cases/{adult_case.pk}/assessments/new/").content.decode()


# --- the questionnaire ------------------------------------------------------------------------


def edited(*texts):
    rows = {"form-TOTAL_FORMS": str(len(texts)), "form-INITIAL_FORMS": "0"}
    for number, text in enumerate(texts):
        rows |= {f"form-{number}-domain": "health", f"form-{number}-text_az": text}
    return rows


def test_an_administrator_edits_and_past_answers_keep_theirs(cast, adult_case, sign_in):
    first = kept(adult_case, cast.worker, score=2)
    found = {who: twice(sign_in(getattr(cast, who)), "/cases/questions/", edited("Dişi ağrıyır?")).status_code
             for who in ("worker", "supervisor", "administrator")}  # fmt: skip
    assert found == {"worker": 403, "supervisor": 403, "administrator": 302}
    assert [each.text_az for each in assessments.asked_now()] == ["Dişi ağrıyır?"]
    second = kept(adult_case, cast.worker, score=1)
    assert (len(assessments.compared(first, None)), len(assessments.compared(second, first))) == (11, 1)
    assert assessments.compared(second, first)[0].before == 2  # the same domain


def test_a_question_needs_domain_and_text_and_one_must_be_left(cast, sign_in):
    client = sign_in(cast.administrator)
    rows = edited("Sual?") | {"form-0-domain": ""}
    assert "A question has a domain" in client.post("/cases/questions/", rows).content.decode()
    twice(client, "/cases/questions/", edited(""))
    assert Questionnaire.objects.count() == 1


def test_it_is_shown_first_and_each_version_of_before_can_be_taken_again(cast, sign_in):
    client, path = sign_in(cast.administrator), "/cases/questions/"
    before = [each.text_az for each in assessments.asked_now()]
    page = client.post(path, edited(*before[:-1], "Dişi ağrıyır?")).content.decode()
    assert ("This is what happens" in page, "Dişi ağrıyır?" in page) == (True, True)
    assert [each.text_az for each in assessments.asked_now()] == before
    assert twice(client, path, edited("Dişi ağrıyır?")).status_code == 302
    (newest, first) = client.get(path).context["past"]
    assert {fact.label for fact in newest.facts} == {"Changed", "Left out"}
    again = client.get(path, {"again": first.edition.number}).context["formset"]
    assert [form["text_az"].value() for form in again if form["text_az"].value()] == before
    said = {bound.html_name: bound.value() or "" for form in again for bound in form}
    said |= {"form-TOTAL_FORMS": str(again.total_form_count()), "form-INITIAL_FORMS": "0"}
    assert twice(client, path, said).status_code == 302
    assert [each.text_az for each in assessments.asked_now()] == before
    assert "just that already" in client.post(path, said).content.decode()
    for strange in ("x", "9" * 40, "\x00"):
        assert client.get(path, {"again": strange}).status_code == 200


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_did(cast, sign_in):
    client, path = sign_in(cast.administrator), "/cases/questions/"
    seen = re.search(r'name="seen" value="(\w+)"', client.post(path, edited("B?")).content.decode())[1]
    twice(client, path, edited("A?"))
    page = client.post(path, edited("B?") | {"seen": seen}).content.decode()
    assert ("This is what happens" in page, "A?" in page) == (True, True)
    assert [each.text_az for each in assessments.asked_now()] == ["A?"]


def test_as_many_queries_for_many_versions(cast, sign_in):
    client, path = sign_in(cast.administrator), "/cases/questions/"
    twice(client, path, edited("A?"))
    before = queries(client, path)
    for text in ("B?", "C?"):
        twice(client, path, edited(text))
    assert queries(client, path) == before


def test_raw_sql_edits_no_question(cast):
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        Questionnaire.objects.create(made_by=cast.worker)
    with pytest.raises(Error), transaction.atomic():
        Question.objects.update(text_az="?")


def test_without_questions_it_says_so(cast, adult_case, monkeypatch, sign_in):
    monkeypatch.setattr(assessments, "asked_now", list)
    said = {"kind": "initial", "assessed_on": f"{TODAY}", **LOW}
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/assessments/new/", said)
    assert "no questions yet" in answer.content.decode()


def test_answers_to_old_questions_are_asked_again(cast, adult_case, sign_in):
    said = answered()
    with acting_as(cast.administrator.pk):
        assessments.edit_questions([assessments.Asked("health", "Sual?")], by=cast.administrator)
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/assessments/new/", said)
    assert (answer.status_code, Assessment.objects.count()) == (200, 0)


def test_two_who_assess_at_once_see_both_and_lose_nothing(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/assessments/new/"
    mine, theirs = sign_in(cast.worker), sign_in(cast.supervisor)
    seen = {"seen": mine.get(page).context["seen"]}
    assert theirs.post(page, answered() | seen | {"needs": "a doctor"}).status_code == 302
    answer = mine.post(page, answered() | seen).content.decode()
    assert ("a doctor" in answer, "a winter coat" in answer, "meanwhile" in answer) == (True, True, True)
    assert Assessment.objects.count() == 1
    again = {"seen": mine.get(page).context["seen"]}
    assert (mine.post(page, answered() | again).status_code, Assessment.objects.count()) == (302, 2)
