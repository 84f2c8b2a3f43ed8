"""The system of a state body: a key for the inbox of that body, which nobody signs in with."""

import re

import pytest
from django.db import Error, transaction
from django.test import Client

from aidcenter.api import tokens
from aidcenter.context import acting_as
from aidcenter.models import ApiToken, Staff
from aidcenter.roles import Verb
from referrals import authorities, programs
from referrals.models import Commission, Member
from tests.cast import just_shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SAID = {"name": "Registry of the executive power", "days": "366"}


@pytest.fixture
def body(cast):
    """The guardianship authority of Nasimi."""
    return Commission.objects.get(district="nasimi", body="guardianship")


@pytest.fixture
def key(cast, body):
    """The key of a system of it."""
    return programs.add(body, name="registry", days=30, by=cast.administrator)


def program_of(body):
    return Member.objects.get(commission=body, staff__is_program=True).staff


def ask(key, path):
    return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {key}"})


def test_the_administrator_makes_it_and_reads_the_key_once(cast, body, sign_in):
    page = f"/referrals/authorities/{body.pk}/programs/new/"
    assert "reauthenticate" in sign_in(cast.administrator).get(page).url
    client = just_shown(sign_in(cast.administrator))
    (key,) = re.findall(r"aid_[\w-]{43}", client.post(page, SAID).content.decode())
    shown = client.get(f"/referrals/authorities/{body.pk}/").content.decode()
    assert (SAID["name"] in shown, key in shown) == (True, False)
    assert tokens.used(key).person == program_of(body)
    for who in ("worker", "supervisor", "director", "nasimi_guardianship"):
        assert just_shown(sign_in(getattr(cast, who))).post(page, SAID).status_code == 403


def test_it_opens_the_inbox_and_nothing_else(cast, body, key):
    person = tokens.used(key).person
    assert person.scope == {Verb.RECEIVE_NOTIFICATION, Verb.HEAR_EVENTS}
    assert (person.membership.commission, person.has_usable_password()) == (body, False)
    assert ask(key, "webhooks/").status_code == 200
    for path in ("cases/", "victims/", "people/", "audit/", "statistics/", "me/"):
        assert ask(key, path).status_code == 403


def test_nobody_signs_in_with_it(cast, body, key, settings):
    settings.DEMO = True
    program = program_of(body)
    assert Client().post("/demo/sign-in/", {"person": program.username}).status_code == 400
    with acting_as(cast.administrator.pk), transaction.atomic(), pytest.raises(Error, match="never_signs_in"):
        Staff.objects.filter(pk=program.pk).update(password="argon2$x")
    with acting_as(cast.administrator.pk), pytest.raises(Error, match="Somebody else puts in force"):
        Staff.objects.filter(pk=program.pk).update(role="supervisor")


def test_it_is_renewed_and_ended(cast, body, key, sign_in):
    client = just_shown(sign_in(cast.administrator))
    member = Member.objects.get(commission=body, staff__is_program=True)
    said = client.post(f"/referrals/authorities/programs/{member.pk}/key/", {"days": "90"}).content.decode()
    (newer,) = re.findall(r"aid_[\w-]{43}", said)
    assert (tokens.used(key), tokens.used(newer).person) == (None, member.staff)
    assert client.post(f"/referrals/authorities/programs/{member.pk}/end/").status_code == 302
    assert (tokens.used(newer), programs.of(body)) == (None, [])


def make_key(person, **said):
    ApiToken.objects.create(
        person=person, purpose="x", key_hash="0" * 64, expires_at="2099-01-01T00:00Z",
        **{"verbs": ["receive_notification"], **said},
    )  # fmt: skip


def test_nobody_gets_a_key_for_somebody_else(cast, body, key):
    program = program_of(body)
    for by, person in (
        (cast.administrator, cast.worker), (cast.administrator, cast.nasimi_guardianship),
        (cast.supervisor, program), (cast.nasimi_guardianship, program), (program, program),
    ):  # fmt: skip
        with acting_as(by.pk), pytest.raises(Error), transaction.atomic():
            make_key(person)
    with acting_as(cast.administrator.pk), pytest.raises(Error, match="inbox"), transaction.atomic():
        make_key(program, verbs=["view_case"])
    with acting_as(cast.administrator.pk):
        make_key(program)
        assert set(ApiToken.objects.values_list("person", flat=True)) == {program.pk}


def test_only_an_administrator_makes_a_program(cast, body, key):
    with acting_as(cast.supervisor.pk), pytest.raises(Error, match="administrator"):
        Staff.objects.filter(pk=cast.nasimi_guardianship.pk).update(is_program=True, password="!")


def test_it_counts_as_nobody_who_signs_in(cast, key, body):
    with acting_as(cast.administrator.pk):
        Staff.objects.filter(pk=cast.nasimi_guardianship.pk).update(is_active=False)
    assert Member.objects.people().filter(commission=body).count() == 0
    assert [str(words) for words in authorities.missing(body, 0)][-1] == "nobody signs in"
