"""Opening a case: number, grants, encryption, and who may see it."""

import pytest
from django.db import connection

from cases.models import Victim
from tests.test_access import seen_by

pytestmark = pytest.mark.django_db


def test_number_is_gapless_per_year(open_case):
    assert [open_case().number[-4:] for _ in range(3)] == ["0001", "0002", "0003"]


def test_names_are_stored_encrypted(adult_case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT given_name FROM cases_victim WHERE id = %s", [adult_case.victim_id])
        stored = bytes(cursor.fetchone()[0])
    assert b"Leyla" not in stored
    assert Victim.objects.get(pk=adult_case.victim_id).full_name == "Leyla Quliyeva"


def test_who_sees_a_new_case(cast, adult_case):
    assert seen_by(cast) == {"worker", "supervisor"}
