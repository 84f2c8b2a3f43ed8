"""Notes of a case and its sections, who reads which, corrections; drafts; the care team."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import care_team, notes, sharing
from cases.models import CaseAccess, CaseUserGrant, Draft, Note
from tests.test_sharing import share

pytestmark = pytest.mark.django_db


def note(case, by, text="told by phone", **said):
    with acting_as(by.pk):
        return notes.add(case, notes.Written(text=text, **({"kind": "note"} | said)), by=by)


def read_by(person, case):
    with acting_as(person.pk):
        return {note.text for note in Note.objects.visible_to(person).select_related("victim")}


@pytest.fixture
def team(cast, adult_case):
    """The case with a psychologist and a lawyer in its care team."""
    care_team.choose(adult_case, {"psychologist": cast.specialist, "lawyer": cast.lawyer}, by=cast.worker)
    return adult_case


# --- notes ----------------------------------------------------------------------------------


def test_a_note_of_a_section_is_read_by_the_section_and_its_line_by_the_caseworker(cast, team):
    note(team, cast.specialist, "sleeps badly", section="psychological", line="No meeting before noon")
    note(team, cast.worker, "called the employer", kind="call")
    both = {"called the employer", "No meeting before noon"}
    assert read_by(cast.specialist, team) == both | {"sleeps badly"}
    for who in ("worker", "supervisor", "lawyer"):
        assert read_by(getattr(cast, who), team) == both
    assert read_by(cast.stranger, team) == set()


def test_the_database_says_the_same_without_our_queries(cast, team):
    note(team, cast.specialist, "sleeps badly", section="psychological")
    counts = {}
    for who in ("specialist", "worker", "supervisor", "lawyer", "director", "administrator", "auditor"):
        with acting_as(getattr(cast, who).pk):
            counts[who] = Note.objects.count()
    assert counts == dict.fromkeys(counts, 0) | {"specialist": 1}


@pytest.mark.parametrize(
    ("who", "section", "author"),
    [
        ("worker", "psychological", "worker"),  # a section that is not read
        ("specialist", "legal", "specialist"),
        ("worker", "", "supervisor"),  # in the name of another
        ("stranger", "", "stranger"),
        ("administrator", "", "administrator"),
    ],
)
def test_raw_sql_writes_no_note_where_one_may_not_read(cast, team, who, section, author):
    with (
        acting_as(getattr(cast, who).pk),
        pytest.raises(Error, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO cases_note (id, case_id, victim_id, section, kind, text, author_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'note', '\\x00', %s)",
            [team.pk, team.victim_id, section, getattr(cast, author).pk],
        )


@pytest.mark.parametrize("statement", ["UPDATE cases_note SET kind = 'call'", "DELETE FROM cases_note"])
def test_notes_stay_as_they_were_written(cast, adult_case, statement):
    note(adult_case, cast.worker)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_correction_stands_beside_and_in_the_same_section(cast, team, sign_in):
    wrong = note(team, cast.specialist, "drinks", section="psychological")
    client = sign_in(cast.specialist)
    page = f"/cases/{team.pk}/notes/new/?corrects={wrong.pk}"
    assert "drinks" in client.get(page).content.decode()
    said = {"kind": "note", "section": "psychological", "text": "does not drink"}
    assert "stays in the section" in client.post(page, said | {"section": ""}).content.decode()
    assert client.post(page, said).status_code == 302
    assert read_by(cast.specialist, team) == {"drinks", "does not drink"}
    assert sign_in(cast.worker).get(page).status_code == 404


def test_the_page_of_the_worker_offers_no_section(cast, team, sign_in):
    page = f"/cases/{team.pk}/notes/new/"
    assert 'name="section"' not in sign_in(cast.worker).get(page).content.decode()
    shown = sign_in(cast.specialist).get(page).content.decode()
    assert ("psychological section" in shown, "legal section" in shown) == (True, False)


def test_the_quartet(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/notes/new/"
    said = {"kind": "visit", "text": "found the flat empty"}
    found = {}
    for who in ("stranger", "director", "worker"):
        found[who] = sign_in(getattr(cast, who)).post(page, said).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    assert "found the flat empty" in sign_in(cast.worker).get(f"/cases/{adult_case.pk}/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT position('flat'::bytea in text) FROM cases_note")
        assert cursor.fetchall() == [(0,)]


def test_urgent_access_reads_and_adds_notes_and_changes_nothing(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        sharing.open_urgently(adult_case.number, reason="call at night", by=cast.stranger)
    client = sign_in(cast.stranger)
    assert (
        client.post(f"/cases/{adult_case.pk}/notes/new/", {"kind": "call", "text": "in danger"}).status_code
        == 302
    )
    assert client.post(f"/cases/{adult_case.pk}/details/", {}).status_code == 404
    assert read_by(cast.worker, adult_case) == {"in danger"}


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": " \u200b "}, {"text": "x" * 20_001}, {"kind": "murmur"}, {"kind": ""}],
)
def test_a_note_that_cannot_be(cast, adult_case, sign_in, wrong):
    page = f"/cases/{adult_case.pk}/notes/new/"
    answer = sign_in(cast.worker).post(page, {"kind": "note", "text": "x"} | wrong)
    assert (answer.status_code, Note.objects.count()) == (200, 0)
    assert "error-summary" in answer.content.decode()


# --- drafts ---------------------------------------------------------------------------------


def test_a_draft_waits_for_who_typed_it_and_for_nobody_else(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/"
    assert client.post(f"{page}drafts/note/", {"kind": "call", "text": "half a sent"}).status_code == 204
    assert client.post(f"{page}drafts/note/", {"kind": "call", "text": "half a sentence"}).status_code == 204
    assert "half a sentence" in client.get(f"{page}notes/new/").content.decode()
    assert "half a sentence" not in sign_in(cast.supervisor).get(f"{page}notes/new/").content.decode()
    with acting_as(cast.supervisor.pk):
        assert not Draft.objects.exists()
    client.post(f"{page}notes/new/", {"kind": "call", "text": "a sentence"})
    assert not Draft.objects.exists()


def test_a_draft_needs_a_case_one_reads_and_a_form_that_is_there(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/drafts/"
    assert sign_in(cast.stranger).post(f"{page}note/", {"text": "x"}).status_code == 404
    assert sign_in(cast.worker).post(f"{page}else/", {"text": "x"}).status_code == 404
    assert sign_in(cast.auditor).post(f"{page}note/", {"text": "x"}).status_code == 403


# --- the care team --------------------------------------------------------------------------


def test_the_section_follows_the_profession(cast, team):
    with acting_as(cast.lawyer.pk):
        access = CaseAccess.objects.get(user=cast.lawyer)
    assert (access.legal_until is None, access.psychological_until, access.change_until) == (
        False,
        None,
        None,
    )
    assert access.legal_until.date() >= baku_today() + timedelta(days=90)


def test_the_page_chooses_replaces_and_ends(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/access/"
    assert client.post(f"{page}care-team/", {"psychologist": cast.specialist.pk}).status_code == 302
    specialist = sign_in(cast.specialist)
    assert specialist.get(f"/cases/{adult_case.pk}/").status_code == 200
    wrong = client.post(f"{page}care-team/", {"lawyer": cast.specialist.pk})
    assert "Select a valid choice" in wrong.content.decode()
    assert client.post(f"{page}care-team/", {"lawyer": cast.lawyer.pk}).status_code == 302
    assert specialist.get(f"/cases/{adult_case.pk}/").status_code == 404
    assert sign_in(cast.specialist).post(f"{page}care-team/", {}).status_code == 403


def test_a_week_before_the_end_the_owner_is_asked_to_extend(cast, team, sign_in):
    soon = timezone.now() + timedelta(days=3)
    CaseUserGrant.objects.filter(user=cast.lawyer, source="care_team").update(expires_at=soon)
    client = sign_in(cast.worker)
    assert "Lawyer leaves the care team" in client.get("/").content.decode()
    client.post(f"/cases/{team.pk}/access/care-team/extend/", {"person": cast.lawyer.pk})
    assert "Lawyer leaves the care team" not in client.get("/").content.decode()
    assert care_team.members(team) == {"psychologist": cast.specialist, "lawyer": cast.lawyer}
    refused = client.post(
        f"/cases/{team.pk}/access/care-team/extend/", {"person": cast.director.pk}, follow=True
    )
    assert "not in the care team any more" in refused.content.decode()


def test_a_share_besides_the_care_team_stays_when_that_ends(cast, team):
    share(team, cast.lawyer, cast.worker, sections=("medical",))
    care_team.choose(team, {"lawyer": None}, by=cast.worker)
    with acting_as(cast.lawyer.pk):
        access = CaseAccess.objects.get(user=cast.lawyer)
    assert (access.legal_until, access.medical_until is not None) == (None, True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_outlives_the_quick_exit(enter, page, adult_case):
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(body="<title>neutral</title>"))
    form = f"/cases/{adult_case.pk}/notes/new/"
    enter("worker", path=form)
    page.fill("[name=text]", "she is")
    page.get_by_text("The draft is saved.").wait_for()
    page.fill("[name=text]", "she is afraid of the")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    enter("worker", path=form)
    assert page.input_value("[name=text]") == "she is afraid of the"
