"""Who is a child: the borders of the rule, and the database's own check of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cases.childhood import Age, age_on
from cases.models import Case

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (Age(birth_date=date(2008, 11, 23)), "adult"),  # 18 today, at 00:00 in Baku
        (Age(birth_date=date(2008, 11, 24)), "child"),
        (Age(birth_date=DAY), "child"),
        (Age(birth_year=2007), "adult"),
        (Age(birth_year=2008), "presumed_child"),
        (Age(birth_year=2015), "presumed_child"),
        (Age(estimated_age=21), "adult"),
        (Age(estimated_age=20), "presumed_child"),
        (Age(estimated_age=0), "presumed_child"),
        (Age(could_be_minor="no"), "adult"),
        (Age(could_be_minor="unsure"), "presumed_child"),
        (Age(could_be_minor="yes"), "presumed_child"),
        (Age(), "presumed_child"),
    ],
)
def test_status(age, status):
    assert age.status(DAY) == status


def test_born_on_29_february_is_18_on_1_march():
    assert [age_on(date(2008, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


@given(days=st.integers(0, 40_000), shown=st.sampled_from(["birth_date", "birth_year"]))
def test_nobody_surely_under_18_is_an_adult(days, shown):
    born = DAY - timedelta(days=days)
    known = Age(birth_date=born) if shown == "birth_date" else Age(birth_year=born.year)
    assert age_on(born, DAY) >= 18 or known.status(DAY) != "adult"


@pytest.mark.django_db
def test_the_database_refuses_an_adult_who_was_not_18(adult_case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=adult_case.pk).update(birth_year=adult_case.opened_on.year - 17)
    assert Case.objects.filter(pk=adult_case.pk).update(birth_year=adult_case.opened_on.year - 18) == 1
