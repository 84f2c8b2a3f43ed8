"""A person who lives in a house of the centre, and a duty officer on shift there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aidcenter.context import acting_as
from cases import notes, safety
from cases.models import SafetySheet
from rehabilitation import house
from rehabilitation.models import House

PLACE = {"bed": "2/1", "name_to_use": "Lala", "visitors": "nobody", "call_whom": "the doctor", "decision": ""}


def sheet(case, by, **said):
    before = safety.current(case)
    empty = dict.fromkeys(SafetySheet.FACTS, "")
    with acting_as(by.pk):
        return safety.write(case, empty | said, replaces=str(before.pk) if before else "", by=by)


def on_shift(cast, where, begins=-1, lasts=8, person=None):
    starts = timezone.now() + timedelta(hours=begins)
    with acting_as(cast.supervisor.pk):
        return house.plan_shift(
            where,
            person or cast.house,
            starts=starts,
            ends=starts + timedelta(hours=lasts),
            by=cast.supervisor,
        )


@pytest.fixture
def resident(cast, adult_case):
    """The person of the case lives in house A and has a safety sheet and a note."""
    where = House.objects.create(name="A")
    sheet(adult_case, cast.worker, danger="an uncle in Nasimi", allergies="penicillin")
    notes.add(adult_case, notes.Written("note", "was sold by an uncle"), by=cast.worker)
    return house.place(adult_case, {"house": where} | PLACE, by=cast.worker)
