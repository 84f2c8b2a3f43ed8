"""The settings of the centre: from a day on, with a reason, looked at first, and undone by setting again."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import centre, centre_acts, centre_questions
from cases.centre_views import in_words
from cases.models import CentreValue
from rehabilitation import payments, plans, stays
from tests.conftest import as_login as running_as
from tests.payments import confirmed_case
from tests.silence import ages, by_day, climb, steps, to_guardianship
from tests.test_delivery import deliver
from tests.test_speed import queries
from tests.test_staffing import twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
PAGE = "/staff/settings/"


def put(cast, key, value, days=0, reason="order 7"):
    since = baku_today() + timedelta(days=days)
    return centre_acts.put(key, value=Decimal(str(value)), since=since, reason=reason, by=cast.administrator)


def said(value, days=0, **more):
    return {
        "value": str(value),
        "since": f"{baku_today() + timedelta(days=days):%Y-%m-%d}",
        "reason": "law 1",
    } | more


# --- what reads them ----------------------------------------------------------------------------


def test_a_stay_is_as_long_as_was_set(cast, adult_case):
    assert stays.longest(adult_case).days == 30
    put(cast, "STAY_DAYS_ADULT", 45)
    put(cast, "STAY_DAYS_CHILD", 90)
    assert stays.longest(adult_case).days == 45


def test_the_allowance_is_what_was_set(cast):
    case = confirmed_case(cast)
    put(cast, "ALLOWANCE_AZN", 850)
    with pytest.raises(ValidationError):
        payments.ask(case, kind="one_time", amount=Decimal(700), payee="A B", by=cast.worker)
    assert payments.ask(case, kind="one_time", amount=None, payee="A B", by=cast.worker).amount == 850


def test_a_plan_is_reviewed_when_was_set(cast, adult_case):
    put(cast, "PLAN_REVIEW_DAYS", 60)
    assert plans.review_days(adult_case) == 60


def test_a_new_case_is_assessed_when_was_set(cast, open_case):
    put(cast, "ASSESSMENT_DAYS", 3)
    case = open_case()
    assert case.next_due - case.opened_on == timedelta(days=3)


@pytest.mark.django_db(transaction=True)
def test_the_ladder_climbs_when_was_set(cast, child_case):
    deliver()
    by_day()
    row = to_guardianship(child_case)
    put(cast, "LADDER_SUPERVISOR_HOURS", 20)
    put(cast, "LADDER_WARN_HOURS", 10)
    assert row.late_at - row.triggered_at == timedelta(hours=10)
    ages(row, 9.9)
    assert climb() == 0
    ages(row, 0.2)
    assert (climb(), steps(row)) == (1, ["warn"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["DATABASE_WORKER_URL", "DATABASE_RELAY_URL"])
def test_worker_and_relay_read_what_was_set(cast, login):
    put(cast, "LADDER_WARN_HOURS", 3)
    with running_as(login):
        assert centre.ladder()["warn"] == timedelta(hours=3)
        with pytest.raises(Error):
            CentreValue.objects.create(key="LADDER_WARN_HOURS", value=9, since=baku_today(), reason="x",
                                       set_by=cast.administrator)  # fmt: skip


# --- from a day on ------------------------------------------------------------------------------


def test_it_holds_from_its_day_and_undone_from_another(cast, settings):
    settings.STAY_DAYS_ADULT = 30
    put(cast, "STAY_DAYS_ADULT", 45, days=5)
    put(cast, "STAY_DAYS_ADULT", 30, days=9)
    days = [centre.days("STAY_DAYS_ADULT", baku_today() + timedelta(days=n)) for n in (0, 4, 5, 8, 9, 99)]
    assert days == [30, 30, 45, 45, 30, 30]
    put(cast, "STAY_DAYS_ADULT", 40, days=5)  # of the same day the later word counts
    assert centre.days("STAY_DAYS_ADULT", baku_today() + timedelta(days=6)) == 40
    assert [row.value for row in centre.planned("STAY_DAYS_ADULT")] == [45, 40, 30]


def test_what_was_set_stays_on_record(cast):
    row = put(cast, "PLAN_DAYS", 20)
    with acting_as(cast.administrator.pk):
        for change in (lambda: CentreValue.objects.filter(pk=row.pk).update(value=1), row.delete):
            with pytest.raises(Error), transaction.atomic():
                change()
        with pytest.raises(Error, match="from today on"), transaction.atomic():
            CentreValue.objects.create(key="PLAN_DAYS", value=9, since=baku_today() - timedelta(days=1),
                                       reason="x", set_by=cast.administrator)  # fmt: skip
    with acting_as(cast.auditor.pk):
        event = AuditEvent.objects.get(action="centre.set")
    assert event.facts == {"key": "PLAN_DAYS", "value": "20", "since": str(baku_today())}


@pytest.mark.parametrize(
    ("key", "value", "days", "told"),
    [
        ("STAY_DAYS_ADULT", 45, -1, "From today on"),
        ("STAY_DAYS_ADULT", 0, 0, "Between 1 and 180"),
        ("STAY_DAYS_ADULT", 181, 0, "Between 1 and 180"),
        ("STAY_DAYS_ADULT", 7.5, 0, "whole number"),
        ("STAY_DAYS_ADULT", 30, 0, "that already"),
        ("LADDER_WARN_HOURS", 12, 0, "comes after"),
        ("LADDER_WARN_HOURS", 13, 0, "Between 0.25 and 12"),
        ("LADDER_TELEPHONE_HOURS", 24, 0, "comes after"),
        ("ALLOWANCE_AZN", 10001, 0, "Between 1 and 10000"),
    ],
)
def test_what_does_not_fit_is_refused(cast, key, value, days, told):
    with pytest.raises(ValidationError, match=told):
        put(cast, key, value, days)
    with acting_as(cast.administrator.pk):
        assert not CentreValue.objects.exists()


# --- the pages ----------------------------------------------------------------------------------


def test_it_is_shown_before_it_holds(cast, sign_in):
    client = sign_in(cast.administrator)
    page = client.post(f"{PAGE}STAY_DAYS_ADULT/", said(45)).content.decode()
    assert ("This is what happens" in page, "45 days" in page) == (True, True)
    assert centre.days("STAY_DAYS_ADULT") == 30
    assert twice(client, f"{PAGE}STAY_DAYS_ADULT/", said(45)).url == f"{PAGE}STAY_DAYS_ADULT/"
    assert centre.days("STAY_DAYS_ADULT") == 45
    page = client.get(f"{PAGE}STAY_DAYS_ADULT/").content.decode()
    assert ("law 1" in page, "?value=30" in page) == (True, True)
    undo = client.get(f"{PAGE}STAY_DAYS_ADULT/?value=30").context["form"]
    assert undo.initial["value"] == 30
    twice(client, f"{PAGE}STAY_DAYS_ADULT/", said(30, reason="undone"))
    assert centre.days("STAY_DAYS_ADULT") == 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": ""}, {"value": "x"}, {"value": "NaN"}, {"value": "1e400"}, {"value": "-1"}, {"value": "\x00"},
        {"since": ""}, {"since": "2026-99-99"}, {"since": "01.01.2020"}, {"reason": ""}, {"reason": "x" * 301},
    ],
)  # fmt: skip
def test_bad_input_is_said_in_the_form(cast, sign_in, wrong):
    page = twice(sign_in(cast.administrator), f"{PAGE}STAY_DAYS_ADULT/", said(45) | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert centre.days("STAY_DAYS_ADULT") == 30


@pytest.mark.parametrize("value", ["x", "", "NaN", "Infinity", "1e400", "-3", "\x00", "9" * 40])
def test_a_strange_address_fills_in_nothing(cast, sign_in, value):
    page = sign_in(cast.administrator).get(f"{PAGE}STAY_DAYS_ADULT/", {"value": value})
    assert (page.status_code, page.context["form"].initial) == (200, {})


def test_who_reads_and_who_sets(cast, sign_in):
    for who, status in (("administrator", 200), ("director", 200), ("supervisor", 200), ("worker", 403),
                        ("auditor", 403), ("nasimi_guardianship", 403), ("partner", 403)):  # fmt: skip
        client = sign_in(getattr(cast, who))
        assert client.get(PAGE).status_code == client.get(f"{PAGE}PLAN_DAYS/").status_code == status, who
    director = sign_in(cast.director)
    assert b"New value" not in director.get(f"{PAGE}PLAN_DAYS/").content
    assert director.post(f"{PAGE}PLAN_DAYS/", said(20)).status_code == 200
    assert centre.days("PLAN_DAYS") == 14
    with pytest.raises(PermissionDenied):
        centre_acts.put("PLAN_DAYS", value=Decimal(20), since=baku_today(), reason="x", by=cast.director)
    with acting_as(cast.director.pk), pytest.raises(Error), transaction.atomic():
        CentreValue.objects.create(key="PLAN_DAYS", value=20, since=baku_today(), reason="x",
                                   set_by=cast.director)  # fmt: skip
    assert sign_in(cast.administrator).get(f"{PAGE}NOTHING/").status_code == 404
    assert sign_in(cast.administrator).get(f"{PAGE}SECRET_KEY/").status_code == 404


def test_every_open_question_has_its_default_and_what_holds(cast, sign_in):
    put(cast, "STAY_DAYS_ADULT", 45)
    page = sign_in(cast.director).get(PAGE).content.decode()
    assert page.count("Who changes it, and how") == 7
    assert "45 days" in re.search(r"How long somebody stays.*?</dl>", page, re.S)[0]
    for question in centre_questions.questions(in_words):
        assert all((question.asks, question.default, question.now, question.who))
        assert question.asks in page.replace("&#x27;", "'")


def test_it_says_what_the_installation_says(cast, sign_in, settings):
    settings.NOTIFY_POTENTIAL, settings.EXPORT_ALONE = False, 17
    page = sign_in(cast.administrator).get(PAGE).content.decode()
    assert "only of victims who are identified" in page
    assert re.search(r"<b>17</b></td>\s*<td[^>]*><code>EXPORT_ALONE", page)


def test_as_many_queries_for_many_values(cast, sign_in):
    client = sign_in(cast.administrator)
    put(cast, "PLAN_DAYS", 20)
    paths = (PAGE, f"{PAGE}PLAN_DAYS/")
    before = [queries(client, path) for path in paths]
    for number in range(1, 3):
        put(cast, "PLAN_DAYS", 20 + number, days=number)
    assert [queries(client, path) for path in paths] == before
    assert timezone.localdate() == baku_today()
