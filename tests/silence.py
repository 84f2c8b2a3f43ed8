"""A notification that a body does not answer, by day and by night, whatever time the test runs at."""

from contextlib import contextmanager

from referrals import ladder
from referrals.models import Notification
from tests.conftest import as_login
from tests.database import as_login as cursor_of
from tests.database import as_owner


def by_day(**_):
    """Every office is open."""
    _office("'{1,2,3,4,5,6,7}', '00:00', '23:59:59.999999'")


def by_night(opens_in_days=1):
    """Every office is closed now, and opens at nine on another day."""
    days = f"(SELECT ARRAY[extract(isodow FROM (now() AT TIME ZONE 'Asia/Baku') + interval '{opens_in_days} days')])"
    _office(f"{days}, '09:00', '18:00'")


def _office(values):
    with as_owner() as cursor:
        cursor.execute(f"UPDATE referrals_commission SET (office_days, opens_at, closes_at) = ({values})")


def ages(notification, hours):
    """The notification has been owed for so many hours more."""
    with cursor_of("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE referrals_notification SET triggered_at = triggered_at - make_interval(secs => %s) WHERE id = %s",
            [hours * 3600, str(notification.pk)],
        )
    notification.refresh_from_db()


@contextmanager
def relay():
    """Everything inside runs as the relay's login."""
    with as_login("DATABASE_RELAY_URL"):
        yield


def climb():
    """The relay takes the steps that are due; how many."""
    with relay():
        return ladder.climb()


def turn():
    """The relay's whole turn about silence."""
    with relay():
        ladder.turn()


def steps(notification):
    """The steps taken, in their order."""
    return list(notification.steps.values_list("step", flat=True))


def to_guardianship(case) -> Notification:
    """The notification of the case to the body that appoints guardians."""
    return Notification.objects.get(case=case, body="guardianship")
