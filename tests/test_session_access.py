"""A booked session keeps the case open to the member of the care team who gives it, until its note."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from aidcenter.access import Source
from aidcenter.context import acting_as
from cases import care_team, notes
from cases.models import Case, CaseUserGrant
from rehabilitation import bookings
from rehabilitation.actions import Facts, deliver, record_service
from rehabilitation.bookings import When, book
from rehabilitation.models import Service
from tests.database import as_login
from tests.plans import TODAY
from tests.test_consent import given, taken_back

HOURS_48 = timedelta(hours=48)
SOON = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=1)


def team_of(case, cast):
    care_team.choose(case, {"psychologist": cast.specialist}, by=cast.worker)


def session(case, cast, by=None, starts_at=SOON):
    """A booked hour of the specialist."""
    facts = Facts(given_by=cast.specialist, minutes=60)
    return book(case, When(starts_at), service_type="psychological", by=by or cast.worker, facts=facts)[0]


def reads(cast, case):
    """Whether the specialist reads the case, and the section."""
    with acting_as(cast.specialist.pk):
        return Case.objects.visible_to(cast.specialist).filter(pk=case.pk).exists(), notes.sections_of(
            case, cast.specialist
        )


def kept(case):
    """Until when the session keeps it open, by right."""
    rows = CaseUserGrant.objects.filter(content_object=case, source=Source.SESSION)
    return dict(rows.values_list("permission__codename", "expires_at"))


def until(end: datetime):
    return {"view_case": end, "view_psychological": end}


@pytest.mark.django_db
def test_it_lasts_48_hours_after_the_session_and_moves_with_it(cast, adult_case):
    team_of(adult_case, cast)
    row = session(adult_case, cast)
    assert kept(adult_case) == until(SOON + timedelta(hours=1) + HOURS_48)
    later = SOON + timedelta(days=100)  # the care team has ended by then
    bookings.move(row, starts_at=later, by=cast.worker)
    assert kept(adult_case) == until(later + timedelta(hours=1) + HOURS_48)
    bookings.not_given(row, state="cancelled", why="ill", by=cast.worker)
    assert kept(adult_case) == {}


@pytest.mark.django_db
def test_it_ends_with_the_note(cast, adult_case, sign_in):
    team_of(adult_case, cast)
    row = session(adult_case, cast)
    with acting_as(cast.specialist.pk):
        deliver(row, delivered_on=TODAY, by=cast.specialist)
    assert kept(adult_case) != {}
    client = sign_in(cast.specialist)
    assert "Write the note" in client.get("/").content.decode()
    assert client.post(f"/services/{row.pk}/", {"act": "note", "note-note": "slept"}).status_code == 302
    assert kept(adult_case) == {}
    assert "Write the note" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_who_is_not_in_the_care_team_gains_nothing(cast, adult_case):
    with pytest.raises(Exception, match="given_by"):
        session(adult_case, cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rehabilitation_service (id, case_id, type, state, starts_at, given_by_id, recorded_by_id)"
            " VALUES (gen_random_uuid(), %s, 'psychological', 'booked', now() + interval '1 day', %s, %s)",
            [adult_case.pk, cast.specialist.pk, cast.worker.pk],
        )
    assert (kept(adult_case), reads(cast, adult_case)) == ({}, (False, []))
    team_of(adult_case, cast)  # who joins later keeps it for what was booked before
    assert kept(adult_case) != {}


@pytest.mark.django_db
def test_nobody_prolongs_their_own_access(cast, adult_case):
    team_of(adult_case, cast)
    with acting_as(cast.specialist.pk):
        session(adult_case, cast, by=cast.specialist, starts_at=SOON + timedelta(hours=2))
    assert kept(adult_case) == {}
    session(adult_case, cast)
    before = kept(adult_case)
    with acting_as(cast.specialist.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rehabilitation_service SET starts_at = starts_at + interval '300 days', keeps_until = now() + interval '1 year'"
        )
    assert kept(adult_case) == before


@pytest.mark.django_db
def test_taken_out_or_without_consent_it_ends_at_once(cast, adult_case):
    team_of(adult_case, cast)
    session(adult_case, cast)
    care_team.choose(adult_case, {"psychologist": None}, by=cast.worker)
    assert (kept(adult_case), reads(cast, adult_case)) == ({}, (False, []))
    team_of(adult_case, cast)
    assert kept(adult_case) != {}
    given(adult_case, cast.worker, "services")
    taken_back(adult_case, cast.worker)
    assert (kept(adult_case), reads(cast, adult_case)) == ({}, (False, []))


@pytest.mark.django_db
def test_a_specialist_records_their_own_and_nobody_elses(cast, adult_case, sign_in):
    team_of(adult_case, cast)
    mine = session(adult_case, cast)
    other = book(
        adult_case, When(SOON), service_type="social", by=cast.worker, facts=Facts(given_by=cast.worker)
    )[0]
    client, said = (
        sign_in(cast.specialist),
        {"act": "deliver", "deliver-delivered_on": f"{TODAY}", "deliver-quantity": "1"},
    )
    answers = {row.type: client.post(f"/services/{row.pk}/", said).status_code for row in (mine, other)}
    assert answers == {"psychological": 302, "social": 404}
    path = f"/services/case/{adult_case.pk}/"
    assert (
        client.post(path, {"type": "social", "delivered_on": f"{TODAY}", "quantity": "1"}).status_code == 302
    )
    assert Service.objects.get(type="social", state="delivered").given_by == cast.specialist
    assert client.get(f"{path}book/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_it_ends_by_its_own_date(cast, open_case):
    case = open_case({"birth_year": 1990})
    team_of(case, cast)
    session(case, cast)
    with acting_as(cast.specialist.pk):
        record_service(case, service_type="social", delivered_on=TODAY, by=cast.specialist)
    ended = (
        "UPDATE cases_caseusergrant SET expires_at = now() - interval '1 minute' WHERE source = 'care_team'"
    )
    with as_login("SUPERUSER") as cursor:
        cursor.execute(ended)
    assert reads(cast, case) == (True, ["psychological"])  # the session keeps it
    for hours, found in ((49, (True, ["psychological"])), (1.2, (False, []))):
        with as_login("SUPERUSER") as cursor:  # time passes, and nothing runs: it was for 50 hours
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "UPDATE cases_caseaccess SET view_until = view_until - make_interval(secs => %s),"
                " psychological_until = psychological_until - make_interval(secs => %s) WHERE user_id = %s",
                [hours * 3600, hours * 3600, cast.specialist.pk],
            )
        assert reads(cast, case) == found
