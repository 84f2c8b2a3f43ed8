"""The timeline of a case: newest first, one page at a time, of one group or of all."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.timezone import localtime, make_aware

from aidcenter import timeline
from cases import notes
from rehabilitation.actions import record_service

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20  # of the case page, the request's own included


def write(case, by, how_many, first=0):
    for number in range(first, first + how_many):
        notes.add(case, notes.Written("note", f"note {number:03}"), by=by)


def shown(page):
    return re.findall(r"note \d{3}", page.content.decode())


def test_a_page_holds_the_newest_and_links_to_the_older(cast, adult_case, sign_in):
    write(adult_case, cast.worker, timeline.PAGE + 5)
    client, path = sign_in(cast.worker), f"/cases/{adult_case.pk}/"
    first = client.get(path)
    assert shown(first) == [f"note {number:03}" for number in range(29, 4, -1)]
    assert "start=25" in first.content.decode()
    second = client.get(path + "?events=&start=25")
    assert shown(second) == [f"note {number:03}" for number in range(4, -1, -1)]
    assert ("Case opened" in first.content.decode(), "Case opened" in second.content.decode()) == (
        False,
        True,
    )


def test_events_of_different_days_and_apps_stand_in_one_order(cast, open_case):
    case = open_case()
    write(case, cast.worker, 1)
    record_service(case, service_type="legal", delivered_on=case.opened_on, by=cast.worker)
    with translation.override("en"):
        events, more = timeline.page(case, cast.worker)
    assert [event.text or event.title for event in events] == [
        "note 000",
        "Potential (presumed) victim",
        "Legal assistance",
        "Case opened",
    ]
    assert ([event.at for event in events] == sorted((e.at for e in events), reverse=True), more) == (
        True,
        False,
    )
    assert events[-1].at - events[0].at > -timedelta(days=1)


def test_a_day_begins_at_midnight_in_baku(cast, open_case):
    case = open_case()
    events, _more = timeline.page(case, cast.worker)
    assert localtime(events[-1].at) == make_aware(datetime.combine(case.opened_on, time.min))


def test_a_group_shows_itself_alone(cast, adult_case, sign_in):
    write(adult_case, cast.worker, 2)
    page = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/?events=decisions")
    assert (shown(page), "Case opened" in page.content.decode()) == ([], True)


@pytest.mark.parametrize("start", ["-1", "x", "9999999", "٣", "25.0"])
def test_a_start_that_is_none_is_the_beginning_or_empty(cast, adult_case, sign_in, start):
    page = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/?start={start}&events=__class__")
    assert "Case opened" in page.content.decode()


def test_a_long_case_costs_as_many_queries_as_a_short_one(cast, adult_case, sign_in):
    client, path = sign_in(cast.worker), f"/cases/{adult_case.pk}/"
    counts = []
    for many in (timeline.PAGE, 60):
        write(adult_case, cast.worker, many)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(path)
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked))  # the test's own
    assert counts[0] == counts[1] <= MOST_QUERIES
