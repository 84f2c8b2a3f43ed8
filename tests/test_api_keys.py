"""A person's keys: made with a fresh second factor, shown once, kept as a hash, taken back, never more than the person."""

import datetime
import gzip
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from aidcenter.api import tokens
from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from aidcenter.models import ApiOnce, ApiToken, AuditEvent
from aidcenter.roles import Verb
from aidcenter.tasks import forget_requests
from tests.cast import just_shown
from tests.conftest import as_login as as_worker
from tests.database import as_login

pytestmark = pytest.mark.django_db
PAGE = "/me/keys/"
SAID = {"purpose": "Report of the ministry", "verbs": ["list_cases", "view_case"], "days": "30"}


def works(key):
    return Client().get("/api/v1/cases/", headers={"Authorization": f"Bearer {key}"}).status_code


def made_on(page):
    return page.content.decode().split('id="key"')[1].split('value="')[1].split('"')[0]


def test_a_key_is_shown_once_and_works(cast, sign_in):
    client = just_shown(sign_in(cast.worker))
    key = made_on(client.post(PAGE, SAID))
    assert works(key) == 200
    again = client.get(PAGE).content.decode()
    assert key not in again
    assert SAID["purpose"] in again
    kept = ApiToken.objects.get()
    assert key not in str(vars(kept))
    assert (kept.verbs, kept.expires_at.date() - kept.made_at.date()) == (
        ["list_cases", "view_case"], datetime.timedelta(days=30),
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="token.make", actor_id=cast.worker.pk).count() == 1


def test_making_one_asks_for_the_second_factor_again(cast, sign_in):
    client = sign_in(cast.worker)
    assert "/accounts/2fa/reauthenticate/" in client.post(PAGE, SAID).url
    assert not ApiToken.objects.exists()


def test_a_key_taken_back_opens_nothing(cast, sign_in, program):
    mine, theirs = program(cast.worker), program(cast.colleague)
    client = sign_in(cast.worker)
    assert works(mine.key) == works(theirs.key) == 200
    with acting_as(cast.colleague.pk):
        foreign = ApiToken.objects.get()
    assert client.post(f"{PAGE}{foreign.pk}/revoke/").status_code == 404
    assert client.post(f"{PAGE}{uuid.uuid4()}/revoke/").status_code == 404
    assert client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/").status_code == 302
    assert (works(mine.key), works(theirs.key)) == (401, 200)


def test_a_key_ends_with_its_person(cast, program):
    asked = program(cast.worker)
    assert works(asked.key) == 200
    with as_administrator():
        cast.worker.is_active = False
        cast.worker.save(update_fields=["is_active"])
    assert works(asked.key) == 401


def test_a_key_that_is_over_opens_nothing(cast, program):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=2)):
        asked = program(cast.worker)
    assert works(asked.key) == 401


@pytest.mark.parametrize(
    "said",
    [{"verbs": []}, {"verbs": ["view_audit"]}, {"days": 0}, {"days": 367}],
)
def test_a_key_that_may_not_be(cast, said):
    with pytest.raises(ValidationError):
        tokens.make(**{"purpose": "x", "verbs": ["view_case"], "days": 30, **said}, by=cast.worker)


def test_a_person_has_not_more_than_twenty(cast):
    for _ in range(tokens.MOST_TOKENS):
        tokens.make(purpose="x", verbs=["view_case"], days=1, by=cast.worker)
    with pytest.raises(ValidationError):
        tokens.make(purpose="x", verbs=["view_case"], days=1, by=cast.worker)


def test_the_database_keeps_a_key_to_its_person(cast, program):
    program(cast.worker, Verb.VIEW_CASE)
    own = ApiToken.objects.get()
    for change in ({"verbs": ["view_audit"]}, {"person": cast.stranger}, {"key_hash": "0" * 64},
                   {"expires_at": timezone.now() + datetime.timedelta(days=999)}):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            ApiToken.objects.filter(pk=own.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApiToken.objects.create(
            person=cast.stranger, purpose="x", verbs=[], key_hash="1" * 64, expires_at=timezone.now()
        )
    with acting_as(cast.stranger.pk):
        assert not ApiToken.objects.exists()
        assert ApiToken.objects.filter(pk=own.pk).update(revoked_at=timezone.now()) == 0
    tokens.revoke(own, by=cast.worker)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApiToken.objects.filter(pk=own.pk).update(revoked_at=None)


def test_the_hash_of_a_key_is_no_key(cast, program):
    program(cast.worker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM api_use(%s)", [ApiToken.objects.get().key_hash])
        assert cursor.fetchone()[0] == 0


def test_the_description_is_there_for_people(cast, sign_in):
    for person in (cast.worker, cast.partner):
        page = sign_in(person).get("/me/api/").content.decode()
        assert "/api/v1/cases/{id}/" in page
        assert sign_in(person).get("/me/api/openapi.json").json()["openapi"] == "3.1.1"
    assert Client().get("/me/api/").status_code == 302


def test_no_part_of_the_description_is_heavy_and_none_is_missing(cast, sign_in):
    client, addresses = sign_in(cast.worker), set()
    for name in client.get("/me/api/").context["names"]:
        page = client.get("/me/api/", {"of": name})
        addresses |= {one.path for one in page.context["operations"]}
        assert len(gzip.compress(page.content)) < 14_500, name  # and its headers
    assert addresses == set(client.get("/me/api/openapi.json").json()["paths"])
    for strange in ("x", "\0", "cases/x"):
        assert client.get("/me/api/", {"of": strange}).context["of"] == "cases"


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_is_forgotten_after_a_day(cast, program):
    asked, said = program(cast.worker), {"district": "nasimi", "birth_year": 1990}
    for key in ("old", "new"):
        assert asked.post("cases/", said, **{"Idempotency-Key": key}).status_code == 201
    with as_login("OWNER") as cursor:
        cursor.execute("UPDATE aidcenter_apionce SET made_at = now() - interval '25 hours' WHERE key = 'old'")
    with as_worker("DATABASE_WORKER_URL"):
        forget_requests()
    assert [row.key for row in ApiOnce.objects.all()] == ["new"]
