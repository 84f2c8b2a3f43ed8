"""The demo centre: 93 people of 2016 through the same actions, its children's notifications answered."""

import pytest
from django.core.management import call_command

from aidcenter.context import acting_as
from aidcenter.management import seed, seed_money, seed_silence
from cases.actions import register_victim
from rehabilitation import reports
from rehabilitation.models import Report
from tests.cast import say
from tests.database import as_owner
from tests.silence import climb
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db(transaction=True)


def test_2016_counts_93_63_and_30(sign_in):
    seed.people(lambda line: None)
    seed.year_2016(lambda line: None)
    deliver()
    seed.answers_of_2016()
    seed.close_2016()
    director = seed.Staff.objects.get(username="director")
    page = sign_in(director).get("/statistics/?year=2016")
    persons, status = ({label: n for label, n, _ in table["cells"]} for table in page.context["tables"][:2])
    assert (list(persons.values()), sorted(status.values())) == ([93], [30, 63])
    seed_money.report_2016()
    with acting_as(director.pk):
        report = Report.objects.get()
    parts = list(reports.sections(report.content, exact=True))
    with as_owner() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT victim_id) FROM rehabilitation_service WHERE delivered_on < '2017-01-01'"
        )
        helped = str(cursor.fetchone()[0])
        cursor.execute(
            "SELECT count(DISTINCT victim_id), count(*) FROM rehabilitation_service"
            " WHERE type = 'legal' AND delivered_on < '2017-01-01'"
        )
        recounted = cursor.fetchone()
    assert [line.figures for line in parts[0].lines] == [["93", "0", helped], ["0", "0", "0"]]
    assert sorted(line.figures[0] for line in parts[1].lines) == ["30", "63"]
    legal = next(row for row in report.content["services"] if row["code"] == "legal")
    assert (legal["persons"], legal["services"]) == recounted
    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE number LIKE 'AC-2016-%'")
        assert cursor.fetchone() == (93,)
        cursor.execute("SELECT state, count(*) FROM referrals_notification GROUP BY state")
        assert cursor.fetchall() == [("decided", 6)]
    home = sign_in(seed.Staff.objects.get(username="nasimi-minors")).get("/")
    assert home.context["alarms"] == []


def test_a_body_is_closed_today_and_was_telephoned(monkeypatch):
    monkeypatch.setattr(seed_silence, "WAIT_SECONDS", 1.0)
    seed.people(lambda line: None)
    worker = seed.Staff.objects.get(username="caseworker-3")
    with acting_as(worker.pk):
        register_victim(say({"estimated_age": 15}, district="ganja"), by=worker)
    deliver()
    assert not seed_silence.telephone()  # nobody climbs
    climb()
    assert seed_silence.telephone()
    with as_owner() as cursor:
        cursor.execute("SELECT n.state, s.step FROM referrals_call c JOIN referrals_notification n"
                       " ON n.id = c.notification_id JOIN referrals_ladderstep s ON s.notification_id = n.id")  # fmt: skip
        assert cursor.fetchall() == [("sent", "night")]


def test_production_is_not_seeded(settings):
    settings.DEMO = False
    with pytest.raises(Exception, match="Only a demo centre"):
        call_command("seed_demo")
