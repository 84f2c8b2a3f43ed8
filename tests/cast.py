"""The cast: who works on a case, who is a stranger to it, and the state bodies."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.models.functions import Now
from django.test import Client
from django.utils.translation import override

from aidcenter import codelists, factor
from aidcenter.context import acting_as, sign
from aidcenter.management.seed import as_administrator
from aidcenter.models import Staff, Team
from aidcenter.roles import BY_TWO, Role
from cases import assessments, consent_sheet, staffing
from cases.actions import Registration, register_victim
from cases.models import Case, StaffChange
from referrals.models import BODIES, Commission, Member

ADULT = {"birth_year": 1990}
CHILD = {"estimated_age": 14, "age_basis": "declared"}


def make_team(name: str) -> Team:
    """A team with its group of supervisors."""
    with as_administrator():
        return Team.objects.create(
            name=name, supervisors=Group.objects.get_or_create(name=f"{name} supervisors")[0]
        )


def make_staff(username: str, role: str, team: Team | None = None) -> Staff:
    """A person of the cast; a supervisor joins the group of the team, and two let in who reaches cases."""
    alone = role not in BY_TWO or not Staff.objects.filter(role=Role.ADMINISTRATOR).exists()
    with as_administrator():
        person = Staff.objects.create(
            username=username, display_name=username.title(), role=role, team=team, language="en",
            is_active=alone,
        )  # fmt: skip
        if alone and role == Role.SUPERVISOR and team:
            person.groups.add(team.supervisors)
    return person if alone else let_in(person)


def let_in(person: Staff, **said: Any) -> Staff:
    """What `said` gives `person`, or what they have: an administrator asks, a second person agrees."""
    by = Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk).earliest("pk")
    asked = {name: getattr(person, name) for name in staffing.SAID} | {"reason": "order 1"} | said
    with acting_as(by.pk):
        row = StaffChange.objects.create(person=person, asked_by=by, **asked)
        row.refresh_from_db()
    if row.approved is None:
        second = a_second(person)
        with acting_as(second.pk):
            StaffChange.objects.filter(pk=row.pk).update(approved=True, decided_by=second, decided_at=Now())
    person.refresh_from_db()
    return person


def a_second(person: Staff) -> Staff:
    """Somebody who may put in force what is asked for `person`."""
    others = Staff.objects.filter(role__in=(Role.SUPERVISOR, Role.DIRECTOR), is_active=True)
    return others.exclude(pk=person.pk).earliest("pk")


def make_commission(district: str, body: str) -> Commission:
    """The body of a district, with a member who signs in."""
    with as_administrator():
        commission = Commission.objects.create(
            district=district, body=body, name_az=f"{district} {body} az", name_ru=f"{district} {body} ru",
            name_en=f"{district} {body}", email=f"{body}@{district}.example",
        )  # fmt: skip
    member = make_staff(f"{district}-{body}", Role.COMMISSION_MEMBER)
    with as_administrator():
        Member.objects.create(staff=member, commission=commission)
    return commission


@pytest.fixture
def cast(db: None) -> Iterator[SimpleNamespace]:
    """Two teams, one person of each role, and the bodies of two districts.

    What a test itself asks, the worker asks: row-level security holds in every ordinary test.
    """
    one, two = make_team("Team 1"), make_team("Team 2")
    people = {
        "worker": make_staff("worker", Role.CASEWORKER, one),
        "colleague": make_staff("colleague", Role.CASEWORKER, one),
        "stranger": make_staff("stranger", Role.CASEWORKER, two),
        "supervisor": make_staff("supervisor", Role.SUPERVISOR, one),
        "other_supervisor": make_staff("other-supervisor", Role.SUPERVISOR, two),
    }
    for role in (
        "specialist",
        "director",
        "statistician",
        "auditor",
        "house",
        "accountant",
        "partner",
    ):
        people[role] = make_staff(role, role)
    people["other_partner"] = make_staff("other-partner", Role.PARTNER)
    people["lawyer"] = make_staff("lawyer", Role.SPECIALIST)
    people["administrator"] = make_staff("administrator", Role.ADMINISTRATOR)  # from now on by two
    for who, profession in (("specialist", "psychologist"), ("lawyer", "lawyer")):
        people[who].profession = profession
        with as_administrator():
            people[who].save(update_fields=["profession"])
    for district in ("nasimi", "ganja"):
        for body in BODIES:
            commission = make_commission(district, body)
            people[f"{district}_{body}"] = commission.members.get().staff
    found = SimpleNamespace(**people)
    with acting_as(found.worker.pk) if connection.in_atomic_block else every_connection_asks_as(found.worker):
        yield found


@contextmanager
def every_connection_asks_as(person: Staff) -> Iterator[None]:
    """The same for a test that commits: its own connections carry the context of `person`."""

    def tell(connection: Any, **_: object) -> None:
        if connection.settings_dict["USER"] == "aidcenter_web":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('aidcenter.context', %s, false)", [sign(person.pk)])

    connection_created.connect(tell)
    tell(connection)
    yield
    connection_created.disconnect(tell)
    connection.close()


def say(victim: dict[str, Any] | None = None, **case: Any) -> Registration:
    """A registration with the least that is known."""
    return Registration(victim=victim or ADULT, case={"district": "nasimi", **case})


@pytest.fixture
def open_case(cast: SimpleNamespace) -> Callable[..., Case]:
    """Open a case as the worker would."""

    def opened(victim: dict[str, Any] | None = None, **case: Any) -> Case:
        return register_victim(say(victim, **case), by=cast.worker)

    return opened


@pytest.fixture
def adult_case(open_case: Callable[..., Case]) -> Case:
    """An adult's case of the worker, with a name to look for."""
    return open_case({"given_name": "Leyla", "family_name": "Quliyeva", "birth_year": 1990})


@pytest.fixture
def child_case(open_case: Callable[..., Case]) -> Case:
    """A child's case of the worker, with a name to look for."""
    return open_case({"given_name": "Nuray", "family_name": "Əliyeva", "sex": "female", **CHILD})


def ask_questions(administrator: Staff) -> None:
    """The first questionnaire again, where a test that committed has emptied the tables."""
    if assessments.asked_now():
        return
    rows = json.loads((codelists.DATA / "questions.json").read_text(encoding="utf-8"))
    asked = [assessments.Asked(row["domain"], row["az"], row["ru"], row["en"]) for row in rows]
    with acting_as(administrator.pk):
        assessments.edit_questions(asked, by=administrator)


def write_consent_texts(administrator: Staff) -> None:
    """The first texts of the consent sheet again, where a test that committed has emptied the tables."""
    if consent_sheet.texts():
        return
    with acting_as(administrator.pk):
        for row in json.loads((codelists.DATA / "consent_texts.json").read_text(encoding="utf-8")):
            consent_sheet.edit_text(row["language"], row["texts"], replaces="", by=administrator)


@pytest.fixture
def sign_in() -> Callable[[Staff], Client]:
    """A browser in which a person has signed in with the second factor."""

    def signed_in(person: Staff) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[factor.SESSION_KEY] = str(person.pk)
        session.save()
        return client

    return signed_in


def just_shown(client: Client) -> Client:
    """The same browser, in which the second factor was shown just now."""
    session = client.session
    session[factor.SHOWN_AT] = 2**40
    session.save()
    return client


@pytest.fixture
def in_english() -> Iterator[None]:
    """Refusals are read in one language."""
    with override("en"):
        yield


def twice(client, path, said):
    """Send a form as a person does: look at what happens, then do it."""
    first = client.post(path, said)
    seen = re.search(r'name="seen" value="(\w+)"', first.content.decode())
    return client.post(path, said | {"seen": seen[1]}) if seen else first
