"""When a state body is open, to the minute in Baku."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from referrals.models import Commission

BAKU = ZoneInfo("Asia/Baku")
FRIDAY = datetime(2026, 11, 27, tzinfo=BAKU)


def at(hour, minute=0, *, days=0):
    return FRIDAY + timedelta(days=days, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        (at(8, 59), False, at(9)),
        (at(9), True, at(9, days=3)),
        (at(17, 59), True, at(9, days=3)),
        (at(18), False, at(9, days=3)),
        (at(12, days=1), False, at(9, days=3)),  # a Saturday
        (at(23, 59, days=2), False, at(9, days=3)),
        (at(9, days=3), True, at(9, days=4)),
    ],
)
def test_office_hours(moment, is_open, opens):
    body = Commission()
    assert (body.is_open(moment), body.next_opening(moment)) == (is_open, opens)
    assert body.is_open(moment.astimezone(ZoneInfo("UTC"))) == is_open


def test_a_body_without_office_days_is_never_open():
    body = Commission(office_days=[])
    assert (body.is_open(at(12)), body.next_opening(at(12))) == (False, at(12))


def test_the_office_hours_may_be_other_ones():
    body = Commission(opens_at=time(10), closes_at=time(14), office_days=[6])
    assert body.is_open(at(10, days=1))
    assert body.next_opening(at(12)) == at(10, days=1)


def test_at_night_the_duty_phone_is_rung():
    assert Commission(phone="1", duty_phone="2").phone_now == "2"
    assert Commission(phone="1").phone_now == "1"
