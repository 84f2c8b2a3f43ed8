"""The ministry's report: its counts recounted, frozen when sent, suppressed on paper, its lists."""

import io
from collections import Counter
from datetime import date, timedelta

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from aidcenter.context import acting_as
from cases import records
from cases.actions import register_victim
from cases.closing import reopen
from cases.kinds import KINDS
from cases.models import Case, ConnectedPerson, ExploitationProfile
from rehabilitation import reports
from rehabilitation.actions import record_service
from rehabilitation.models import Report
from rehabilitation.periods import Period
from tests.cast import say
from tests.test_closing import closed
from tests.test_payments import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate()
LAST_WEEK = Period(TODAY - timedelta(days=7), TODAY - timedelta(days=1))
THIS_WEEK = Period(TODAY - timedelta(days=6), TODAY)
PAGE = "/reports/"


@pytest.fixture
def opened_on(cast):
    """Open a case so many days ago, as the worker."""

    def opened(days_ago, victim=None, **case):
        day = TODAY - timedelta(days=days_ago)
        return register_victim(say(victim, **case), opened_on=day, reason="paper", by=cast.worker)

    return opened


def counts(cast, period, dimension="all"):
    """(new, carried over, helped) by code, as the director's report says."""
    with acting_as(cast.director.pk):
        rows = reports.counted(period)["persons"]
    return {
        row["code"]: tuple(row[name] for name in reports.COUNTED)
        for row in rows
        if row["dimension"] == dimension
    }


def send(cast, period=LAST_WEEK, **said):
    with acting_as(cast.director.pk):
        return reports.send(period, **{"sent_to": "Ministry", "exact_why": ""} | said, by=cast.director)


# --- what is counted --------------------------------------------------------------------------


def test_new_carried_over_and_helped(cast, opened_on):
    opened_on(30)
    opened_on(3)
    helped = opened_on(20)
    record_service(helped, service_type="legal", delivered_on=TODAY - timedelta(days=2), by=cast.worker)
    opened_on(0)
    assert counts(cast, LAST_WEEK) == {"": (1, 2, 1)}
    assert counts(cast, THIS_WEEK) == {"": (2, 2, 1)}
    assert counts(cast, Period(date(2001, 1, 1), date(2001, 12, 31))) == {}


def test_who_left_before_does_not_count_and_who_came_again_is_new(cast, opened_on):
    case = opened_on(40)
    closed(case, cast)
    assert counts(cast, THIS_WEEK) == {"": (0, 1, 0)}
    ahead = Period(TODAY + timedelta(days=1), TODAY + timedelta(days=9))
    assert counts(cast, ahead) == {}
    case.refresh_from_db()
    with acting_as(cast.supervisor.pk):
        reopen(case, why="needs help again", by=cast.supervisor)
    assert counts(cast, ahead) == {"": (0, 1, 0)}


def test_each_part_adds_up_and_equals_an_independent_count(cast, opened_on):
    for year, sex, source in ((1990, "female", "police"), (1991, "female", ""), (2001, "male", "ngo")):
        opened_on(3, victim={"birth_year": year, "sex": sex}, referral_source=source)
    opened_on(3, victim={"estimated_age": 14, "age_basis": "declared", "sex": "female"})
    under_care = Case.objects.filter(opened_on__range=LAST_WEEK.days)
    recounted = {
        "sex": Counter(case.victim.sex for case in under_care),
        "source": Counter(case.referral_source for case in under_care),
        "status": Counter(case.victim_status for case in under_care),
        "district": Counter(case.district for case in under_care),
    }
    for name, expected in recounted.items():
        assert {code: new for code, (new, *_) in counts(cast, LAST_WEEK, name).items()} == expected
    young, adult = "0–17", f"{TODAY.year - 2001}"
    ages = {code: new for code, (new, *_) in counts(cast, LAST_WEEK, "age").items()}
    assert (ages[young], sum(ages.values()), "" in ages) == (1, 4, False), adult


def test_forms_citizenships_and_dependants(cast, opened_on):
    case = opened_on(3, victim={"birth_year": 1990, "citizenship": ["AZ", "GE"]})
    about = {"case": case, "victim": case.victim}
    exploited = ExploitationProfile(**about, types=["forced_labour", "begging"])
    records.add(KINDS["exploitation"], exploited, by=cast.worker)
    records.add(
        KINDS["people"], ConnectedPerson(**about, name="Ay", relation="child", dependant=True), by=cast.worker
    )
    assert counts(cast, LAST_WEEK, "citizenship") == {"AZ": (1, 0, 0), "GE": (1, 0, 0)}
    assert counts(cast, LAST_WEEK, "form") == {"begging": (1, 0, 0), "forced_labour": (1, 0, 0)}
    with acting_as(cast.director.pk):
        assert reports.counted(LAST_WEEK)["dependants"] == {"new": 1, "carried": 0, "helped": 0}


def test_only_who_may_see_figures_is_told_any(cast, opened_on, sign_in):
    opened_on(3)
    with acting_as(cast.worker.pk):
        assert reports.counted(LAST_WEEK) == {}
    answers = {
        who: sign_in(getattr(cast, who)).get(PAGE).status_code
        for who in ("worker", "specialist", "accountant", "auditor", "nasimi_guardianship", "director",
                    "supervisor", "statistician")
    }  # fmt: skip
    assert [who for who, status in answers.items() if status == 200] == [
        "director",
        "supervisor",
        "statistician",
    ]
    page = f"{PAGE}?{LAST_WEEK.query}"
    assert "not shown" in text(sign_in(cast.statistician), page)
    assert "not shown" not in text(sign_in(cast.director), page)


# --- what was sent ----------------------------------------------------------------------------


def test_the_director_sends_it_and_it_stands(cast, opened_on, sign_in):
    opened_on(3)
    client = sign_in(cast.director)
    said = {"sent_to": "Ministry of Labour", "exact_why": ""}
    assert client.post(f"{PAGE}?{LAST_WEEK.query}", said).status_code == 302
    with acting_as(cast.director.pk):
        report = Report.objects.get()
    assert (report.number, len(report.mark)) == (f"{TODAY.year}-1", 64)
    opened_on(2)
    page = f"{PAGE}{report.pk}/"
    shown = text(client, page)
    assert ("Would be counted differently today" in shown, "1 · 0 · 0" in shown, "2 · 0 · 0" in shown) == (
        True, True, True,
    )  # fmt: skip
    assert send(cast).number == f"{TODAY.year}-2"
    assert sign_in(cast.supervisor).post(f"{PAGE}?{LAST_WEEK.query}", said).status_code == 404
    assert sign_in(cast.worker).get(page).status_code == 403


def test_nothing_of_it_changes_by_any_way_into_the_table(cast, opened_on):
    opened_on(3)
    report = send(cast)
    tries = (
        "UPDATE rehabilitation_report SET content = '{}'",
        "DELETE FROM rehabilitation_report",
        "UPDATE rehabilitation_report SET number = 'x'",
    )
    for sql in tries:
        with acting_as(cast.director.pk), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(sql)
    forged = Report(period_from=LAST_WEEK.since, period_until=LAST_WEEK.until, sent_to="x", sent_by=cast.director,
                    content={"persons": []}, mark="0" * 64, number="1")  # fmt: skip
    with acting_as(cast.director.pk):
        forged.save(force_insert=True)
        forged.refresh_from_db()
    assert (forged.content, forged.mark, forged.number) == (report.content, report.mark, f"{TODAY.year}-2")
    for person in (cast.supervisor, cast.worker, cast.statistician):
        with acting_as(person.pk), pytest.raises(DatabaseError), transaction.atomic():
            Report(period_from=LAST_WEEK.since, period_until=LAST_WEEK.until, sent_to="x",
                   sent_by=person).save(force_insert=True)  # fmt: skip


def test_a_period_that_goes_on_is_not_sent(cast, sign_in):
    with pytest.raises(ValidationError, match="period that is over"):
        send(cast, THIS_WEEK)
    with acting_as(cast.director.pk), pytest.raises(IntegrityError, match="over"), transaction.atomic():
        Report(period_from=TODAY, period_until=TODAY, sent_to="x", sent_by=cast.director).save(
            force_insert=True
        )
    with pytest.raises(PermissionDenied):
        reports.send(LAST_WEEK, sent_to="x", exact_why="", by=cast.supervisor)
    answer = sign_in(cast.director).post(f"{PAGE}?{LAST_WEEK.query}", {"sent_to": " ", "exact_why": "kept"})
    page = answer.content.decode()
    assert ("This field is required." in page, "kept" in page, Report.objects.count()) == (True, True, 0)


def paper(client, report, language="en"):
    content = client.get(f"{PAGE}{report.pk}/paper/{language}/").content
    return "\n".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(content))
    )


def test_small_figures_leave_only_by_right(cast, opened_on, sign_in):
    opened_on(3, victim={"birth_year": 1990, "sex": "female"})
    veiled, exact = send(cast), send(cast, exact_why="Order 12")
    client = sign_in(cast.director)
    assert ("not shown" in paper(client, veiled), "not shown" in paper(client, exact)) == (True, False)
    for language in ("az", "ru"):
        assert veiled.number in paper(client, veiled, language)
    assert client.get(f"{PAGE}{veiled.pk}/paper/xx/").status_code == 404


# --- the list behind a figure -----------------------------------------------------------------


def test_a_figure_opens_the_cases_that_one_reads(cast, opened_on, sign_in):
    case = opened_on(3, victim={"birth_year": 1990, "sex": "female"})
    address = f"{PAGE}people/?{LAST_WEEK.query}&part=sex&code=female&count=new"
    assert case.number in text(sign_in(cast.supervisor), address)
    assert case.number not in text(sign_in(cast.supervisor), address.replace("new", "carried"))
    assert case.number not in text(sign_in(cast.other_supervisor), address)
    assert case.number not in text(sign_in(cast.director), address)
    assert sign_in(cast.worker).get(address).status_code == 403
    assert sign_in(cast.supervisor).get(address.replace("sex", "name")).status_code == 404
    assert address.removeprefix("/").replace("&", "&amp;") in text(
        sign_in(cast.supervisor), f"{PAGE}?{LAST_WEEK.query}"
    )


def test_the_same_number_of_queries_for_one_and_three(
    cast, opened_on, sign_in, django_assert_max_num_queries
):
    client, numbers = sign_in(cast.director), []
    for _number in range(3):
        opened_on(3)
        with django_assert_max_num_queries(40) as asked:
            client.get(f"{PAGE}?{LAST_WEEK.query}")
        numbers.append(len(asked))
    assert numbers[0] == numbers[2]
