"""Keys rotate while the centre works: everything opens before, during and after, and then without the old key."""

import shutil
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.http import QueryDict

from aidcenter import crypto
from aidcenter.context import acting_as
from aidcenter.signin import FactorAdapter
from cases import hooks, lists, sharing
from cases.listing import ListForm
from cases.models import DataKey, Hook, UrgentAccess, Victim
from referrals.models import Webhook
from tests.conftest import as_login as running_as

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key_file(settings, tmp_path):
    shutil.copy(settings.KEY_FILE, tmp_path / "keys")
    settings.KEY_FILE = tmp_path / "keys"
    return Path(settings.KEY_FILE)


def rotate(**options):
    with running_as("DATABASE_OWNER_URL"):
        call_command("rotate_keys", verbosity=0, **options)


def name_of(case):
    return Victim.objects.get(pk=case.victim_id).full_name


def test_everything_opens_with_the_new_key_alone(cast, adult_case, child_case, key_file, capsys):
    seed = Authenticator.objects.create(
        user=cast.worker, type="totp", data={"secret": FactorAdapter().encrypt("SEED"), "plain": "not sealed"}
    )
    with acting_as(cast.stranger.pk):
        sharing.open_urgently(adult_case.number, reason="call at night", by=cast.stranger)
    asked = UrgentAccess.objects.get()
    lists.save("Night shift", ListForm.asked(QueryDict("risk=high")), by=cast.worker)
    with acting_as(cast.administrator.pk):
        hook = Webhook(commission=cast.nasimi_guardianship.membership.commission, url="https://x.example/")
        hook.save()
    signs = hook.our_key
    secret = hooks.subscribe(url="https://y.example/", kinds=["case.moved"], by=cast.worker).secret
    rotate(new=True)
    assert "2 data keys and 1 second factors are wrapped anew" in capsys.readouterr().out
    assert name_of(adult_case) == "Leyla Quliyeva"  # this process has read the file again by itself
    newest, *older = key_file.read_text().split()
    assert len(older) == 1
    key_file.write_text(newest)
    assert (name_of(adult_case), name_of(child_case)) == ("Leyla Quliyeva", "Nuray Əliyeva")
    assert sharing.reason_of(asked) == "call at night"
    assert [each.name for each in lists.of(cast.worker)] == ["Night shift"]
    assert (Webhook.objects.get().our_key, Hook.objects.get().secret) == (signs, secret)
    seed.refresh_from_db()
    assert (FactorAdapter().decrypt(seed.data["secret"]), seed.data["plain"]) == ("SEED", "not sealed")


def test_the_old_key_alone_opens_nothing_afterwards(adult_case, key_file):
    old = key_file.read_text()
    rotate(new=True)
    key_file.write_text(old)
    with pytest.raises(crypto.DoesNotOpen):
        name_of(adult_case)


def test_a_second_run_changes_nothing(adult_case, key_file, capsys):
    rotate(new=True)
    before = bytes(DataKey.objects.get().wrapped)
    rotate()
    assert "0 data keys and 0 second factors" in capsys.readouterr().out
    assert bytes(DataKey.objects.get().wrapped) == before


def test_what_is_registered_while_keys_change_opens_too(cast, open_case, key_file):
    first = open_case({"given_name": "Aytac", "birth_year": 1990})
    rotate(new=True)
    second = open_case({"given_name": "Sevda", "birth_year": 1990})
    assert (name_of(first), name_of(second)) == ("Aytac", "Sevda")
