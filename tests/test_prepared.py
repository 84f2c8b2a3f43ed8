"""What pages ask each time is a function of the database: that of the program, run as whoever calls it."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from aidcenter import prepared, prepared_functions
from aidcenter.context import acting_as
from cases import reached, safety
from cases.models import SafetySheet
from tests.conftest import as_login
from tests.database import as_owner, url_of
from tests.test_private import refused

pytestmark = pytest.mark.django_db
NAMES = "import django; django.setup(); from aidcenter.prepared_functions import everyone; print(*everyone())"


def functions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE starts_with(proname, 'asked_')")
        return {name for (name,) in cursor.fetchall()}


def test_the_functions_in_the_database_are_those_that_the_program_asks():
    assert functions() == prepared_functions.everyone().keys()


def test_another_process_asks_the_same_ones():
    said = {"DATABASE_URL": url_of("OWNER"), "PYTHONHASHSEED": "7"}  # sets have another order there
    other = subprocess.run(
        [sys.executable, "-c", NAMES], env=os.environ | said, check=True, capture_output=True, text=True
    )
    assert set(other.stdout.split()) == functions()


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_in_the_name_of_another_finds_nothing(cast, adult_case):
    for person, count in ((cast.worker, 1), (cast.stranger, 0)):
        with acting_as(person.pk):
            assert len(reached._SHOWN.found(adult_case.pk, cast.worker)) == count
    with as_owner() as cursor:  # whom no policy holds: the function itself refuses nobody
        cursor.execute(
            f"SELECT * FROM {reached._SHOWN.name}(%s, %s, NULL, 0, NULL)",
            [str(adult_case.pk), cast.worker.pk],
        )
        assert cursor.rowcount == 1


def test_a_temporary_table_does_not_stand_before_the_real_one(cast, adult_case):
    safety.write(adult_case, {"danger": "an uncle"}, replaces="", by=cast.worker)
    with acting_as(cast.worker.pk):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE cases_safetysheet (LIKE public.cases_safetysheet)")
        assert not SafetySheet.objects.exists()  # asked without the function
        assert safety.current(adult_case).danger == "an uncle"


def test_the_marks_of_a_case_say_what_its_page_would_find(cast, adult_case):
    safety.write(adult_case, {"danger": "an uncle"}, replaces="", by=cast.worker)
    with acting_as(cast.worker.pk):
        (case,) = reached._SHOWN.found(adult_case.pk, cast.worker)
        marked = {one.mark: one for one in prepared_functions.everyone().values() if one.mark}
        found = {mark for mark, one in marked.items() if one.found(case.pk)}
    assert found == {mark for mark in prepared.marks() if getattr(case, mark)} == {"has_safety"}


@pytest.mark.parametrize(
    "act", ["DROP FUNCTION {}", "ALTER FUNCTION {} SECURITY DEFINER", "ALTER FUNCTION {} RESET search_path"]
)
def test_the_web_login_changes_none(cast, act):
    with acting_as(cast.worker.pk):
        assert refused(act.format(f"public.{reached._SHOWN.name}"))


@pytest.mark.django_db(transaction=True)
def test_one_of_the_version_before_stays_until_the_next():
    with as_login("DATABASE_OWNER_URL"):
        with connection.cursor() as cursor:
            cursor.execute("CREATE FUNCTION asked_before() RETURNS integer LANGUAGE sql RETURN 1")
        prepared_functions.install("default")
        assert "asked_before" in functions()
        prepared_functions.install("default")
        assert "asked_before" not in functions()
        assert functions() == prepared_functions.everyone().keys()
