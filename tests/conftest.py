"""The test database is made as owner, and every query of a test runs as the web login.

So row-level security and the grants hold in every ordinary test.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import pre_migrate
from django.test import TransactionTestCase
from environs import Env

from aidcenter import wording

pytest_plugins = [
    "tests.programs",
    "tests.browser",
    "tests.cast",
    "tests.houses",
    "tests.pages.eyes",
]


@contextmanager
def as_login(name: str) -> Iterator[None]:
    """Point the database at the login of the environment's `name`; never inside a transaction."""
    connection, login = connections["default"], Env().dj_db_url(name)
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: login[key] for key in before})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Generator[None]:
    """Become owner before pytest-django makes the database, and again before it drops it."""
    sender = apps.get_app_config("aidcenter")
    pre_migrate.connect(make_cache_table, sender=sender)
    with as_login("DATABASE_OWNER_URL"):
        yield


def make_cache_table(using: str, **_: object) -> None:
    """Django makes this table after the migrations, too late for the grants that follow them."""
    call_command("createcachetable", database=using, verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Generator[None]:
    """Become web once the database is there."""
    with django_db_blocker.unblock(), as_login("DATABASE_URL"):
        wording.read()
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Generator[None]:
    """A test with transaction=True empties the tables at its end: the owner's work."""
    flush = TransactionTestCase._fixture_teardown

    def flush_as_owner(test: TransactionTestCase) -> None:
        with as_login("DATABASE_OWNER_URL"):
            flush(test)

    TransactionTestCase._fixture_teardown = flush_as_owner  # TestCase has one of its own
    yield
    TransactionTestCase._fixture_teardown = flush
