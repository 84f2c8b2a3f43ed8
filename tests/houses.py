"""A person who lives in a house of the centre, and a duty officer on shift there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases import notes, safety
from cases.models import SafetySheet
from rehabilitation import house, stays
from rehabilitation.models import Bed, House

KNOWN = {"name_to_use": "Lala", "visitors": "nobody", "call_whom": "the doctor"}
DECISION = {"decision_body": "guardianship", "decision": "No 12", "decision_on": baku_today()}


def a_bed(name="A", label="2/1", **said):
    """A bed of the house `name`, in use for a year."""
    where = House.objects.get_or_create(name=name)[0]
    since = baku_today() - timedelta(days=365)
    with acting_as(Staff.objects.filter(role="supervisor").earliest("pk").pk):
        return Bed.objects.create(house=where, label=label, **{"active_from": since} | said)


def sent(bed, **said):
    """What the form of a place says."""
    today = baku_today()
    days = {"starts_on": f"{today}", "ends_on": f"{today + timedelta(days=30)}"}
    return KNOWN | days | {"bed": bed.pk} | said


def live_in(bed, case, by, **said):
    """The person of the case has the bed."""
    with acting_as(by.pk):
        return stays.place(case, KNOWN | {"bed": bed} | said, by=by)


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
    sheet(adult_case, cast.worker, danger="an uncle in Nasimi", allergies="penicillin")
    notes.add(adult_case, notes.Written("note", "was sold by an uncle"), by=cast.worker)
    return live_in(a_bed(), adult_case, cast.worker)
