"""A database that goes away in the middle is 503 with Retry-After; every other error is what it is."""

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

from aidcenter.middleware import is_gone
from tests.database import as_login


def cut_in_the_middle():
    """What Django raises when the driver has no class for it."""
    error = DatabaseError("server closed the connection unexpectedly")
    error.__cause__ = psycopg2.DatabaseError()
    return error


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (OperationalError(), True),
        (InterfaceError(), True),
        (cut_in_the_middle(), True),
        (DatabaseError("Save with update_fields did not affect any rows."), False),
        (IntegrityError(), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_says_that_the_database_went_away(error, gone):
    assert is_gone(error) == gone


@pytest.mark.django_db(transaction=True)
def test_a_page_without_the_database_asks_to_come_back(cast, sign_in):
    client = sign_in(cast.worker)
    client.raise_request_exception = False
    with connection.cursor() as cursor, as_login("SUPERUSER") as superuser:
        cursor.execute("SELECT pg_backend_pid()")
        superuser.execute("SELECT pg_terminate_backend(%s)", [cursor.fetchone()[0]])
    answer = client.get("/cases/")
    connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client.get("/cases/").status_code == 200
