"""Other logins to the test's own database."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.db import connection


@contextmanager
def as_login(name: str) -> Iterator[Any]:
    """A cursor of the login in DATABASE_<name>_URL, outside the test's transaction; every statement commits."""
    server = os.environ[f"DATABASE_{name}_URL"].rpartition("/")[0]
    with closing(psycopg2.connect(f"{server}/{connection.settings_dict['NAME']}")) as other:
        other.autocommit = True
        with other.cursor() as cursor:
            yield cursor


def as_owner() -> Any:
    """A cursor of the owner of the tables."""
    return as_login("OWNER")


def url_of(name: str) -> str:
    """The URL of a login to the test's own database, for a process of its own."""
    server = os.environ[f"DATABASE_{name}_URL"].rpartition("/")[0]
    return f"{server}/{connection.settings_dict['NAME']}"
