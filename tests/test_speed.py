"""Queries do not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
