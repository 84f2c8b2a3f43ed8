"""The day's work: what is done in place, what happened meanwhile, who looked, the cases opened last."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import care_team, home_shell, notes, sharing
from cases.models import Case, Offer
from rehabilitation.bookings import When, book
from rehabilitation.models import Service
from tests.database import as_login
from tests.test_digest import look

pytestmark = pytest.mark.django_db


def posted(client, home, label):
    """Press the first button of that name on the home page, as a browser without JavaScript does."""
    acts = [act for row in home.context["rows"] for act in row["duty"].acts if act.label == label]
    return client.post(acts[0].url, {"home": "1", **acts[0].fields})


@pytest.fixture
def session_today(cast, adult_case):
    """A session of the worker that was to be given this morning."""
    early = timezone.now() + timedelta(minutes=1)
    when = When(starts_at=early)
    made = book(adult_case, service_type="social", when=when, by=cast.worker)[0]
    with acting_as(cast.worker.pk):
        Service.objects.filter(pk=made.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    return made


@pytest.mark.parametrize(("label", "state"), [("Delivered", "delivered"), ("Did not come", "missed")])
def test_a_session_is_recorded_where_it_stands(cast, session_today, sign_in, label, state):
    client = sign_in(cast.worker)
    answer = posted(client, client.get("/"), label)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    session_today.refresh_from_db()
    assert session_today.state == state
    assert not [row for row in client.get("/").context["rows"] if row["duty"].title.startswith("Record:")]


def test_the_button_asks_again_who_presses_it(cast, session_today, sign_in):
    home = sign_in(cast.worker).get("/")
    for person, status in ((cast.stranger, 404), (cast.administrator, 403)):
        assert posted(sign_in(person), home, "Delivered").status_code == status
    assert Service.objects.get(pk=session_today.pk).state == "booked"


def test_an_offered_case_is_taken_where_it_stands(cast, adult_case, sign_in):
    sharing.offer(adult_case, to=cast.colleague, reason="moves", by=cast.worker)
    client = sign_in(cast.colleague)
    assert posted(client, client.get("/"), "Take the case")["Location"] == "/"
    with acting_as(cast.colleague.pk):
        assert Offer.objects.get().accepted
        assert Case.objects.get(pk=adult_case.pk).owner == cast.colleague


def test_what_others_did_since_one_was_here_last(cast, adult_case, open_case, sign_in):
    """Only in one's own cases, only by others, only after the last time."""
    hidden = open_case()
    with acting_as(cast.supervisor.pk):
        sharing.assign(hidden, to=cast.colleague, by=cast.supervisor)
    sign_in(cast.colleague).get("/")
    client, since = sign_in(cast.worker), home_shell.last_here(cast.worker)
    assert since is not None
    assert b"nobody else has done anything in your cases." in client.get("/").content
    with acting_as(cast.supervisor.pk):
        notes.add(adult_case, notes.Written("note", "seen"), by=cast.supervisor)
        notes.add(hidden, notes.Written("note", "seen"), by=cast.supervisor)
    notes.add(adult_case, notes.Written("note", "my own"), by=cast.worker)
    page = client.get("/").content.decode()
    assert page.count("Supervisor: added a note") == 1
    assert adult_case.number in page
    assert hidden.number not in page
    assert "Supervisor: added a note" in sign_in(cast.colleague).get("/").content.decode()  # whose case it is


def test_who_opened_my_cases_yesterday_is_named(cast, adult_case, sign_in):
    look(adult_case, cast.supervisor, cast.worker)
    found = sign_in(cast.worker).get("/").content.decode()
    assert found.count(cast.supervisor.display_name) == 1
    assert "Who opened your cases" not in sign_in(cast.stranger).get("/").content.decode()


def test_the_cases_opened_last_stand_there_while_they_are_read(cast, open_case, sign_in):
    first, second = open_case(), open_case()
    client = sign_in(cast.worker)
    for case in (first, second, first):
        client.get(f"/cases/{case.pk}/")
    assert home_shell.opened_last(cast.worker) == [first, second]
    with acting_as(cast.supervisor.pk):
        sharing.assign(first, to=cast.colleague, by=cast.supervisor)
    assert home_shell.opened_last(cast.worker) == [second]
    assert first.number not in client.get("/").content.decode()


def test_who_has_no_case_is_shown_none(cast, adult_case, sign_in):
    for who in ("administrator", "director", "accountant", "statistician", "nasimi_guardianship"):
        page = sign_in(getattr(cast, who)).get("/")
        often = ["staff/_often.html"] if who == "administrator" else []
        assert [panel["template"] for panel in page.context["panels"]] == often
        assert adult_case.number not in page.content.decode()


def test_a_place_in_the_care_team_is_extended_where_it_stands(transactional_db, cast, adult_case, sign_in):
    care_team.choose(adult_case, {"psychologist": cast.specialist}, why="needed", by=cast.worker)
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE cases_caseusergrant SET expires_at = now() + interval '3 days' WHERE source = 'care_team'"
        )
    client = sign_in(cast.worker)
    home = client.get("/")
    assert posted(client, home, "Extend")["Location"] == "/"
    assert "leaves the care team" not in client.get("/").content.decode()


def test_home_asks_as_much_for_one_case_as_for_three(cast, open_case, sign_in):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/")
        return len(queries)

    client, case = sign_in(cast.worker), open_case()
    look(case, cast.supervisor)
    client.get(f"/cases/{case.pk}/")
    client.get("/")
    one = asked()
    for _ in range(2):
        case = open_case()
        look(case, cast.supervisor)
        client.get(f"/cases/{case.pk}/")
    assert asked() == one


def test_a_quiet_case_offers_the_telephone(transactional_db, cast, adult_case, sign_in):
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cases_case SET active_on = %s", [baku_today() - timedelta(days=40)])
    page = sign_in(cast.worker).get("/")
    assert [row["duty"].detail for row in page.context["quiet"]] == [adult_case.number]
    assert f"/cases/{adult_case.pk}/call/" in page.content.decode()
