"""Work and training: found, started, kept at 1, 3 and 6 months, ended; a record of the case."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from aidcenter.clock import months_after
from aidcenter.context import acting_as
from cases import records
from cases.duties import sharing_duties
from cases.kinds import KINDS
from cases.models import Revision
from rehabilitation import work
from rehabilitation.models import Work
from tests.plans import TODAY, approved, drafted, goal_of

pytestmark = pytest.mark.django_db
LONG_AGO = months_after(TODAY, -4)
JOB = {"kind": "job", "place": "Sewing house No 3", "found_on": LONG_AGO, "started_on": LONG_AGO}


def found(case, cast, **said):
    row = Work(case=case, victim=case.victim, **(JOB | said))
    with acting_as(cast.worker.pk):
        records.add(KINDS["work"], row, by=cast.worker)
    return row


def page(case, record="new"):
    return f"/cases/{case.pk}/record/work/{record}/"


def sent(**said):
    days = {name: f"{value}" for name, value in JOB.items()}
    return days | said


def test_a_job_is_found_for_a_goal_and_shown_in_the_record(cast, adult_case, sign_in):
    goal, client = goal_of(approved(adult_case, cast)), sign_in(cast.worker)
    assert "Apply for a passport" in client.get(page(adult_case)).content.decode()
    said = sent(goal=f"{goal.pk}", hours="40", pay="500.50", occupation="seamstress")
    assert client.post(page(adult_case), said).status_code == 302
    row = Work.objects.get()
    assert (row.goal, row.hours, str(row.pay), row.place) == (goal, 40, "500.50", "Sewing house No 3")
    shown = client.get(f"/cases/{adult_case.pk}/record/").content.decode()
    assert ("Sewing house No 3" in shown, "Apply for a passport" in shown) == (True, True)


def test_only_goals_of_ones_own_plan_are_offered(cast, adult_case, open_case, sign_in):
    elsewhere = open_case()
    for case in (adult_case, elsewhere):
        approved(case, cast)
    theirs = goal_of(elsewhere.plans.get())
    answer = sign_in(cast.worker).post(page(adult_case), sent(goal=f"{theirs.pk}"))
    assert (answer.status_code, Work.objects.count()) == (200, 0)
    with pytest.raises(IntegrityError, match="another case"), transaction.atomic():
        found(adult_case, cast, goal=theirs)


def test_a_goal_that_is_not_in_force_any_more_stays_where_it_was_named(cast, adult_case):
    goal = goal_of(approved(adult_case, cast))
    row = found(adult_case, cast, goal=goal)
    draft = drafted(adult_case, cast)
    assert set(work.goals_for(row)) == {goal}
    assert goal_of(draft) not in work.goals_for(row)


@pytest.mark.parametrize(("ticked", "months"), [((), 1), ((1,), 3), ((1, 3), 6), ((1, 3, 6), None)])
def test_it_is_asked_about_on_the_day_of_the_next_check(cast, adult_case, ticked, months):
    start = months_after(TODAY, -7)
    row = found(
        adult_case, cast, found_on=start, started_on=start, **{f"kept_{each}": True for each in ticked}
    )
    assert row.due_on == (months_after(start, months) if months else None)


def test_the_day_of_a_check_is_a_duty_of_the_caseworker(cast, adult_case):
    found(adult_case, cast, found_on=months_after(TODAY, -1), started_on=months_after(TODAY, -1))
    asks = str(KINDS["work"].asks)
    titles = {
        who: [duty.title for duty in sharing_duties(getattr(cast, who), TODAY)]
        for who in ("worker", "stranger")
    }
    assert (asks in titles["worker"], asks in titles["stranger"]) == (True, False)
    with acting_as(cast.worker.pk):
        assert asks not in [duty.title for duty in sharing_duties(cast.worker, TODAY - timedelta(days=9))]


def test_ended_it_asks_nothing_more_and_what_stood_before_stays(cast, adult_case, sign_in):
    row, client = found(adult_case, cast), sign_in(cast.worker)
    seen = records.stamp(records.said(KINDS["work"], row))
    answer = client.post(
        page(adult_case, row.pk), sent(seen=seen, kept_1="on", ended_on=f"{TODAY}", end_reason="health")
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.due_on, row.end_reason) == (None, "health")
    assert Revision.objects.get().said["ended_on"] is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"started_on": LONG_AGO - timedelta(days=1)}, "started_on"),
        ({"found_on": TODAY + timedelta(days=1), "started_on": None}, "found_on"),
        ({"ended_on": LONG_AGO - timedelta(days=1), "end_reason": "other"}, "ended_on"),
        ({"ended_on": TODAY}, "end_reason"),
        ({"end_reason": "other"}, "ended_on"),
        ({"kept_1": True, "kept_3": True, "kept_6": True}, "kept_6"),
        ({"kept_3": True}, "kept_3"),
        ({"kept_1": True, "started_on": None}, "kept_1"),
        ({"kept_1": True, "ended_on": LONG_AGO + timedelta(days=9), "end_reason": "other"}, "kept_1"),
        ({"hours": 85}, "hours"),
    ],
)
def test_what_cannot_be_so_is_asked_again(said, field):
    assert list(work.check(Work(**(JOB | said)))) == [field]


@pytest.mark.parametrize(
    ("hours", "pay"), [("0", ""), ("-1", ""), ("1e9", ""), ("", "-1"), ("", "1e9"), ("", "NaN")]
)
def test_figures_that_cannot_be_meant(cast, adult_case, sign_in, hours, pay):
    answer = sign_in(cast.worker).post(page(adult_case), sent(hours=hours, pay=pay))
    assert (answer.status_code, Work.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    "said",
    [{"hours": 200}, {"pay": -1}, {"ended_on": TODAY}, {"kept_3": True}, {"kept_1": True, "started_on": None},
     {"started_on": date(2020, 1, 1)}],
)  # fmt: skip
def test_raw_sql_writes_nothing_that_cannot_be_so(cast, adult_case, said):
    row = found(adult_case, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=row.pk).update(**said)


def test_the_statistics_of_a_year(cast, adult_case, open_case, sign_in):
    start = date(TODAY.year - 1, 1, 15)
    found(adult_case, cast, found_on=start, started_on=start, kept_1=True, kept_3=True, kept_6=True)
    found(open_case(), cast, found_on=start, started_on=None)
    struck = found(open_case(), cast, found_on=start, started_on=start)
    records.strike(KINDS["work"], struck, why="another person", by=cast.worker)
    tables = {}
    for who in ("director", "statistician"):
        with override("en"):
            page = sign_in(getattr(cast, who)).get("/statistics/", {"year": start.year})
        table = next(each for each in page.context["tables"] if each["title"] == "Work and training")
        tables[who] = [shown for _label, _n, shown in table["cells"]]
    assert tables == {"director": ["2", "1", "1", "1"], "statistician": ["<11"] * 4}
