"""Who works here as what: an administrator asks, somebody else puts it in force, and it takes effect at once."""

import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client

from aidcenter.context import acting_as
from aidcenter.models import ApiToken, AuditEvent, Staff, Team
from aidcenter.roles import MATRIX, Role
from cases import leaving, sharing, staffing
from cases.models import Case, CaseUserGrant, Offer, StaffChange
from tests.cast import a_second, just_shown, let_in, make_staff, twice
from tests.conftest import as_login as running_as
from tests.database import as_owner
from tests.test_access import seen_by, sees
from tests.test_sharing import share
from tests.test_speed import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
NEW = {
    "display_name": "Sevda", "username": "sevda", "email": "s@x.example", "language": "en",
    "role": "caseworker", "team": "", "profession": "", "reason": "order 12",
}  # fmt: skip


@pytest.fixture
def fresh(cast, sign_in):
    """The administrator, who has just shown the second factor."""
    return just_shown(sign_in(cast.administrator))


def new(cast, **said):
    return NEW | {"team": cast.worker.team_id} | said


def post_of(person, **said):
    """The form of a change, as it stands, with what is said."""
    now = {"role": person.role, "team": person.team_id or "", "profession": person.profession}
    return now | {"email": person.email, "successor": "", "reason": "order 13"} | said


def asked(cast, person, **said):
    """Ask, as the administrator does, without the pages."""
    told = {name: getattr(person, name) for name in staffing.SAID} | {"reason": "order 13", "successor": None}
    return staffing.change(person, told | said, by=cast.administrator)


def codes_of(page):
    return re.findall(r"<code>([^<]+)</code>", page.content.decode())[1:]


# --- somebody begins ----------------------------------------------------------------------------


def test_two_let_somebody_in_and_neither_could_alone(cast, fresh, sign_in):
    cache.clear()
    page = twice(fresh, "/staff/new/", new(cast))
    codes = codes_of(page)
    assert [len(codes), codes[0].isdigit()] == [10, True]  # and no password among them
    person = Staff.objects.get(username="sevda")
    assert (person.is_active, person.has_usable_password()) == (False, False)
    with acting_as(cast.administrator.pk):
        row = StaffChange.objects.get(person=person)
        assert (row.approved, row.opens) == (None, True)
    second = just_shown(sign_in(cast.other_supervisor))
    assert "Somebody begins here" in second.get("/").content.decode()
    assert "order 12" in second.get(f"/staff/changes/{row.pk}/").content.decode()
    shown = second.post(f"/staff/changes/{row.pk}/", {"verdict": "approve"}).content.decode()
    password = re.findall(r"<code>([^<]+)</code>", shown)[1]
    assert not set(codes) & set(re.findall(r"<code>([^<]+)</code>", shown))
    client = Client()
    assert client.post("/accounts/login/", {"login": "sevda", "password": password}).status_code == 302
    assert client.get("/cases/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert client.get("/cases/").status_code == 200


def test_nothing_is_done_before_it_was_shown(cast, fresh):
    page = fresh.post("/staff/new/", new(cast)).content.decode()
    assert "This is what happens" in page
    assert "A supervisor or the director puts it in force" in page
    assert not Staff.objects.filter(username="sevda").exists()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    other = fresh.post("/staff/new/", new(cast, username="else", seen=seen)).content.decode()
    assert "This is what happens" in other  # something else is shown again first
    assert not Staff.objects.filter(username="else").exists()


@pytest.mark.parametrize("role", ["auditor", "statistician", "accountant", "administrator"])
def test_who_reaches_no_case_begins_at_once(cast, fresh, role):
    page = twice(fresh, "/staff/new/", new(cast, role=role, team=""))
    assert len(codes_of(page)) == 11  # the password too
    person = Staff.objects.get(username="sevda")
    assert (person.is_active, person.role, person.team) == (True, role, None)


def test_a_new_supervisor_supervises_the_team(cast, fresh, adult_case):
    twice(fresh, "/staff/new/", new(cast, role="supervisor"))
    person = Staff.objects.get(username="sevda")
    assert not sees(person)
    with acting_as(cast.director.pk):
        staffing.decide(StaffChange.objects.get(), approved=True, by=cast.director)
    assert sees(person)


@pytest.mark.django_db(transaction=True)
def test_without_a_second_person_an_administrator_begins_alone(cast, fresh):
    """The control of the rule, and how a centre begins; no administrator brings it about."""
    seconds = (cast.other_supervisor, cast.supervisor, cast.director)
    with acting_as(cast.administrator.pk), pytest.raises(IntegrityError, match="the only one"):
        for person in seconds:
            Staff.objects.filter(pk=person.pk).update(is_active=False)
    with as_owner() as cursor:
        cursor.execute("UPDATE aidcenter_staff SET is_active = false WHERE id = ANY (%s)",
                       [[person.pk for person in seconds]])  # fmt: skip
    page = twice(fresh, "/staff/new/", new(cast))
    assert len(codes_of(page)) == 11
    assert Staff.objects.get(username="sevda").is_active


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"username": "worker"}, "Somebody signs in with this name"),
        ({"username": "a\x00b"}, "Null characters"),
        ({"username": ""}, "This field is required"),
        ({"role": "partner"}, "Select a valid choice"),
        ({"role": "commission_member"}, "Select a valid choice"),
        ({"role": "root"}, "Select a valid choice"),
        ({"team": ""}, "Choose the team"),
        ({"team": "999999"}, "Select a valid choice"),
        ({"team": "x"}, "Select a valid choice"),
        ({"role": "specialist"}, "Choose the profession"),
        ({"profession": "wizard"}, "Select a valid choice"),
        ({"email": "nobody"}, "valid email"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "x" * 301}, "at most 300"),
        ({"language": "fr"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_in_the_form(cast, fresh, said, told):
    page = twice(fresh, "/staff/new/", new(cast, **said))
    assert (page.status_code, told in page.content.decode()) == (200, True)
    assert not Staff.objects.filter(username="sevda").exists()


# --- another role or team -----------------------------------------------------------------------


def test_a_change_takes_effect_at_once(cast, adult_case, open_case, fresh, sign_in):
    share(open_case(), cast.specialist, cast.worker)
    sharing.offer(adult_case, to=cast.stranger, reason="holiday", by=cast.worker)
    with acting_as(cast.worker.pk):
        ApiToken.objects.create(person=cast.worker, purpose="x", verbs=["view_case"], key_hash="y" * 64,
                                expires_at="2999-01-01T00:00Z")  # fmt: skip
    client = sign_in(cast.worker)
    assert client.get(f"/cases/{adult_case.pk}/").status_code == 200
    said = post_of(cast.worker, role="house", team="", successor=cast.colleague.pk)
    assert twice(fresh, f"/staff/{cast.worker.pk}/change/", said).url == f"/staff/{cast.worker.pk}/"
    assert sees(cast.worker)  # it waits
    with acting_as(cast.director.pk):
        row = StaffChange.objects.get()
        assert staffing.decide(row, approved=True, by=cast.director) == ""
    assert seen_by(cast) == {"colleague", "supervisor", "specialist"}
    assert client.get(f"/cases/{adult_case.pk}/").status_code == 404
    assert client.get("/cases/").status_code == 403
    with acting_as(cast.supervisor.pk):
        assert set(Case.objects.values_list("owner", flat=True)) == {cast.colleague.pk}
        assert not CaseUserGrant.objects.filter(user__in=[cast.worker, cast.stranger]).exists()
        assert not Offer.objects.filter(answered_at__isnull=True).exists()
    with acting_as(cast.worker.pk):
        assert ApiToken.objects.get().revoked_at is not None
    now = Staff.objects.get(pk=cast.worker.pk)
    assert (now.role, now.team, now.is_active) == ("house", None, True)
    assert "Your account was changed" in client.get("/").content.decode()
    assert "order 13" in client.get("/me/").content.decode()


def test_downwards_it_needs_nobody_else(cast, adult_case):
    second = make_staff("second", "supervisor", cast.supervisor.team)
    row = asked(cast, cast.supervisor, role="auditor", team=None, successor=second)
    assert row.approved
    assert (sees(cast.supervisor), sees(second)) == (False, True)


def test_the_cases_and_the_team_are_never_left_alone(cast, adult_case, fresh):
    page = twice(fresh, f"/staff/{cast.worker.pk}/change/", post_of(cast.worker, role="house", team=""))
    assert "choose who takes them over" in page.content.decode()
    said = post_of(cast.supervisor, role="auditor", team="", successor=cast.colleague.pk)
    page = twice(fresh, f"/staff/{cast.supervisor.pk}/change/", said)
    assert "no supervisor" in page.content.decode()
    assert seen_by(cast) == {"worker", "supervisor"}


def test_a_supervisor_of_another_team_reads_that_team(cast, adult_case):
    second = make_staff("second", "supervisor", cast.other_supervisor.team)
    asked(cast, cast.other_supervisor, team=cast.supervisor.team, successor=second)
    assert not sees(cast.other_supervisor)
    with acting_as(cast.supervisor.pk):
        staffing.decide(StaffChange.objects.get(approved=None), approved=True, by=cast.supervisor)
    assert sees(cast.other_supervisor)


def test_nobody_approves_their_own_or_what_they_asked(cast, sign_in):
    row = asked(cast, cast.director, role="supervisor", team=cast.worker.team)
    assert just_shown(sign_in(cast.director)).get(f"/staff/changes/{row.pk}/").status_code == 404
    with pytest.raises(ValidationError):
        staffing.decide(row, approved=True, by=cast.director)
    for person in (cast.administrator, cast.worker, cast.auditor):
        with pytest.raises(PermissionDenied):
            staffing.decide(row, approved=True, by=person)
    sql = "UPDATE cases_staffchange SET approved = true, decided_at = now(), decided_by_id = %s WHERE id = %s"
    for person in (cast.director, cast.administrator):
        for by in (person, cast.supervisor):
            with (
                acting_as(person.pk),
                pytest.raises(Error),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql, [by.pk, row.pk])
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:
        cursor.execute(sql, [cast.supervisor.pk, row.pk])  # the control: the second person's own word
        assert cursor.rowcount == 1
    assert Staff.objects.get(pk=cast.director.pk).role == "supervisor"


def test_an_administrator_raises_nobody_alone_and_never_themself(cast, fresh, adult_case):
    assert fresh.get(f"/staff/{cast.administrator.pk}/change/").status_code == 404
    with pytest.raises(ValidationError):
        asked(cast, cast.administrator, role="supervisor", team=cast.worker.team)
    mine = {"person": cast.administrator, "asked_by": cast.administrator, "role": "auditor", "reason": "x"}
    theirs = mine | {"person": cast.auditor, "role": "director", "approved": True}
    theirs |= {"decided_by": cast.administrator}
    with acting_as(cast.administrator.pk):
        with pytest.raises(Error, match="never their own"), transaction.atomic():
            StaffChange.objects.create(**mine)
        made = StaffChange.objects.create(**theirs)
        made.refresh_from_db()
    assert (made.approved, made.decided_by) == (None, None)  # what was said of approval counts nothing
    assert Staff.objects.get(pk=cast.auditor.pk).role == "auditor"
    assert not sees(cast.administrator)


def test_the_only_administrator_stays(cast):
    other = make_staff("second-admin", "administrator")
    said = {"role": "auditor", "team": None, "profession": "", "email": "", "reason": "x", "successor": None}
    staffing.change(cast.administrator, said, by=other)
    assert Staff.objects.get(pk=cast.administrator.pk).role == "auditor"
    for by in (other, cast.administrator):
        with acting_as(by.pk), pytest.raises(Error), transaction.atomic():
            Staff.objects.filter(pk=other.pk).update(is_active=False)
    assert Staff.objects.get(pk=other.pk).is_active


def test_another_address_needs_nobody_else(cast, fresh):
    twice(fresh, f"/staff/{cast.worker.pk}/change/", post_of(cast.worker, email="new@x.example"))
    assert Staff.objects.get(pk=cast.worker.pk).email == "new@x.example"


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_once_in_neutral_words(cast):
    with acting_as(cast.administrator.pk):
        Staff.objects.filter(pk=cast.worker.pk).update(email="old@x.example", language="az")
    cast.worker.refresh_from_db()
    asked(cast, cast.worker, email="new@x.example")
    with running_as("DATABASE_WORKER_URL"):
        assert [staffing.tell(), staffing.tell()] == [2, 0]
    assert {address for one in mail.outbox for address in one.to} == {"old@x.example", "new@x.example"}
    assert all("caseworker" not in one.body and "Worker" not in one.body for one in mail.outbox)


def test_undone_it_is_as_before(cast, fresh):
    asked(cast, cast.lawyer, role="auditor", profession="")
    with acting_as(cast.administrator.pk):
        row = StaffChange.objects.get()
    page = fresh.get(f"/staff/{cast.lawyer.pk}/").content.decode()
    assert f"change/?back={row.pk}" in page
    form = fresh.get(f"/staff/{cast.lawyer.pk}/change/?back={row.pk}").context["form"]
    assert (form.initial["role"], form.initial["profession"]) == ("specialist", "lawyer")
    for junk in ("x", "", str(uuid.uuid4()), "\x00"):
        answer = fresh.get(f"/staff/{cast.lawyer.pk}/change/", {"back": junk})
        assert answer.context["form"].initial["role"] == "auditor"


def test_what_waits_is_withdrawn_and_one_waits_at_a_time(cast, fresh):
    row = asked(cast, cast.lawyer, role="house", profession="")
    with pytest.raises(ValidationError, match="waits already"):
        asked(cast, cast.lawyer, role="caseworker", team=cast.worker.team, profession="")
    assert "waits for another" in fresh.get("/staff/").content.decode()
    assert fresh.post(f"/staff/changes/{row.pk}/withdraw/").status_code == 302
    assert fresh.post(f"/staff/changes/{row.pk}/withdraw/").status_code == 404
    with pytest.raises(ValidationError, match="decided already"):
        staffing.decide(row, approved=True, by=cast.director)
    assert Staff.objects.get(pk=cast.lawyer.pk).role == "specialist"


def test_it_is_returned_with_a_reason(cast, sign_in):
    row = asked(cast, cast.lawyer, role="house", profession="")
    client = just_shown(sign_in(cast.supervisor))
    page = client.post(f"/staff/changes/{row.pk}/", {"verdict": "return", "answer": " "}, follow=True)
    assert "Say why" in page.content.decode()
    said = {"verdict": "return", "answer": "she is the only lawyer"}
    assert client.post(f"/staff/changes/{row.pk}/", said).url == "/"
    assert client.get(f"/staff/changes/{row.pk}/").status_code == 404
    assert "only lawyer" in sign_in(cast.administrator).get(f"/staff/{cast.lawyer.pk}/").content.decode()


def test_who_leaves_meanwhile_does_not_come_back_by_it(cast):
    row = asked(cast, cast.lawyer, role="house", profession="")
    leaving.leave(cast.lawyer, successor=None, by=cast.administrator)
    with pytest.raises(ValidationError):
        staffing.decide(row, approved=True, by=cast.director)
    assert not Staff.objects.get(pk=cast.lawyer.pk).is_active


def test_who_has_left_comes_back_by_two(cast, fresh):
    leaving.leave(cast.lawyer, successor=None, by=cast.administrator)
    gone = Staff.objects.get(pk=cast.lawyer.pk)
    page = twice(fresh, f"/staff/{gone.pk}/change/", post_of(gone))
    assert len(codes_of(page)) == 10
    assert not Staff.objects.get(pk=gone.pk).is_active
    with acting_as(cast.director.pk):
        assert staffing.decide(StaffChange.objects.get(), approved=True, by=cast.director)
    assert Staff.objects.get(pk=gone.pk).is_active
    assert Authenticator.objects.filter(user=gone).count() == 1
    with pytest.raises(ValidationError):
        staffing.way_in(asked(cast, gone, email="x@x.example"), by=cast.administrator)


def test_the_same_again_is_no_change(cast, fresh):
    page = twice(fresh, f"/staff/{cast.worker.pk}/change/", post_of(cast.worker))
    assert "Nothing has changed" in page.content.decode()


def test_people_of_others_have_their_roles_elsewhere(cast, fresh):
    for person in (cast.partner, cast.nasimi_guardianship):
        assert fresh.get(f"/staff/{person.pk}/change/").status_code == 404
        with pytest.raises(ValidationError):
            asked(cast, person, role="auditor")


def test_everything_stands_on_record(cast, fresh):
    row = asked(cast, cast.lawyer, role="house", profession="")
    staffing.decide(row, approved=True, by=cast.director)
    with acting_as(cast.auditor.pk):
        events = AuditEvent.objects.filter(ids__contains=[row.pk]).order_by("pk")
        assert [(event.action, event.actor_id) for event in events] == [
            ("staff.change", cast.administrator.pk), ("staff.decide", cast.director.pk),
        ]  # fmt: skip
    with acting_as(cast.administrator.pk), pytest.raises(Error), transaction.atomic():
        StaffChange.objects.filter(pk=row.pk).update(reason="another")


# --- who may, teams, roles ----------------------------------------------------------------------


def test_only_an_administrator_asks_and_only_a_second_decides(cast, sign_in):
    row = asked(cast, cast.lawyer, role="house", profession="")
    theirs = ["/staff/new/", f"/staff/{cast.worker.pk}/", f"/staff/{cast.worker.pk}/change/", "/staff/teams/",
              "/staff/teams/new/", "/staff/roles/"]  # fmt: skip
    for who in ("worker", "supervisor", "director", "auditor", "nasimi_guardianship", "partner"):
        client = just_shown(sign_in(getattr(cast, who)))
        assert {client.get(path).status_code for path in theirs} == {403}, who
        assert client.post("/staff/new/", new(cast)).status_code == 403
        expected = 200 if who in ("supervisor", "director") else 403
        assert client.get(f"/staff/changes/{row.pk}/").status_code == expected, who
    for action in (staffing.add, staffing.keep_team):
        arguments = [{}] if action is staffing.add else [Team(), "x"]
        with pytest.raises(PermissionDenied):
            action(*arguments, by=cast.director)


def test_a_fresh_second_factor_comes_first(cast, sign_in):
    row = asked(cast, cast.lawyer, role="house", profession="")
    stale, second = sign_in(cast.administrator), sign_in(cast.director)
    for client, path in ((stale, "/staff/new/"), (stale, f"/staff/{cast.worker.pk}/change/"),
                         (second, f"/staff/changes/{row.pk}/")):  # fmt: skip
        assert "reauthenticate" in client.post(path, {"verdict": "approve"}).url
    with acting_as(cast.director.pk):
        assert StaffChange.objects.get().approved is None


def test_absent_people_and_changes_are_404(cast, fresh, sign_in):
    for path in ("/staff/99999/", "/staff/99999/change/", "/staff/teams/99999/"):
        assert fresh.get(path).status_code == 404
    assert fresh.post(f"/staff/changes/{uuid.uuid4()}/withdraw/").status_code == 404
    assert just_shown(sign_in(cast.director)).get(f"/staff/changes/{uuid.uuid4()}/").status_code == 404


def test_teams_are_added_and_renamed(cast, fresh):
    assert fresh.post("/staff/teams/new/", {"name": "Night"}).url == "/staff/teams/"
    made = Team.objects.get(name="Night")
    for path, name in (("new/", "night"), (f"{made.pk}/", "Team 1")):
        assert "Another team" in fresh.post(f"/staff/teams/{path}", {"name": name}).content.decode()
    for name in ("", "x" * 101, "a\x00b"):
        assert fresh.post("/staff/teams/new/", {"name": name}).status_code == 200
    fresh.post(f"/staff/teams/{made.pk}/", {"name": "Evening"})
    page = fresh.get("/staff/teams/").content.decode()
    assert ("Evening" in page, "Night" in page, Team.objects.count()) == (True, False, 3)
    person = let_in(cast.lawyer, role="supervisor", team=made, profession="")
    assert list(person.groups.all()) == [made.supervisors]


def test_the_roles_say_what_the_matrix_says(cast, fresh):
    page = fresh.get("/staff/roles/").content.decode()
    sentences = {str(sentence) for verbs in MATRIX.values() for sentence in verbs.values()}
    assert [one for one in sentences if one.replace("'", "&#x27;") not in page] == []
    assert page.count("Two people let somebody into this role") == 5
    assert all(f'id="{role.value}"' in page for role in Role)


def test_lists_take_as_many_queries_for_many_rows(cast, fresh):
    asked(cast, cast.lawyer, email="1@x.example")
    paths = ["/staff/", f"/staff/{cast.lawyer.pk}/", "/staff/teams/"]
    for path in paths:
        fresh.get(path)
    before = [queries(fresh, path) for path in paths]
    for number in range(2):
        asked(cast, cast.lawyer, email=f"2{number}@x.example")
        make_staff(f"more-{number}", "caseworker", cast.worker.team)
        fresh.post("/staff/teams/new/", {"name": f"More {number}"})
    assert [queries(fresh, path) for path in paths] == before


def test_who_may_second_is_never_the_person(cast):
    assert a_second(cast.supervisor) != cast.supervisor


@pytest.mark.parametrize("answer", ["a\0b", "x" * 301])
def test_an_answer_that_cannot_be_read_is_said_and_decides_nothing(cast, sign_in, answer):
    said = {"role": "specialist", "profession": "doctor", "team": None, "reason": "order 4", "successor": None,
            "email": "l@x.example"}  # fmt: skip
    row = staffing.change(cast.lawyer, said, by=cast.administrator)
    path = f"/staff/changes/{row.pk}/"
    page = just_shown(sign_in(cast.director)).post(path, {"verdict": "return", "answer": answer})
    assert (page.status_code, len(page.context["messages"])) == (200, 1)
    with acting_as(cast.director.pk):
        row.refresh_from_db()
    assert row.approved is None
