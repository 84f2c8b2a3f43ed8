"""Queries do not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import safety
from cases.models import Document, Note
from rehabilitation.models import Service
from tests.test_records import LEAST

pytestmark = pytest.mark.django_db


def queries(client, path):
    client.get(path)  # what a first request fetches once
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", ["/cases/", "/cases/?names=show", "/", "/referrals/"])
def test_a_list_asks_as_much_for_1_row_as_for_3(cast, open_case, sign_in, path):
    client, said = sign_in(cast.worker), {"given_name": "A", "estimated_age": 15}
    open_case(said)
    one = queries(client, path)
    for _ in range(2):
        open_case(said)
    assert queries(client, path) == one


@pytest.mark.django_db(transaction=True)
def test_the_worklist_view_asks_at_most_8(cast, open_case, sign_in):
    client = sign_in(cast.worker)
    open_case({"estimated_age": 15})
    with CaptureQueriesContext(connection) as asked:
        client.get("/cases/")
    assert (
        len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]) <= 8
    )


def fill(case, worker):
    """What years leave in a case: 500 notes, 200 services, 100 documents."""
    about = {"case": case, "victim": case.victim}
    Note.objects.bulk_create(
        Note(**about, kind="note", author=worker, text=f"the {n}th note") for n in range(500)
    )
    Service.objects.bulk_create(
        Service(case=case, type="legal", delivered_on=case.opened_on, recorded_by=worker) for _ in range(200)
    )
    Document.objects.bulk_create(
        Document(**about, kind="letter", type="image/png", size=1, author=worker) for _ in range(100)
    )


@pytest.mark.parametrize("kind", ["adult_case", "child_case"])
def test_a_case_of_years_is_read_with_20_queries_and_one_page_of_its_timeline(cast, request, sign_in, kind):
    case, client = request.getfixturevalue(kind), sign_in(cast.worker)
    path = f"/cases/{case.pk}/"
    fill(case, cast.worker)
    for slug in ("consent", "exploitation"):
        client.post(f"{path}record/{slug}/new/", LEAST[slug] | {"giver": "person_guardian"})
    safety.write(case, {"danger": "an uncle"}, replaces="", by=cast.worker)
    counts, shown = [], ""
    for page in ("", "?start=25", "?events=services"):
        client.get(path + page)  # what a first request fetches once
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(path + page).content.decode()
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
        assert shown.count("<article") == 25
    assert max(counts) <= 20, counts
