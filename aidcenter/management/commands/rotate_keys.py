"""`manage.py rotate_keys`: wrap every data key, and the seeds of second factors, under the newest key."""

import base64
import os
import secrets
import struct
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from aidcenter import blindindex, crypto
from aidcenter.models import IndexKey
from aidcenter.signin import FACTOR_CONTEXT
from cases.models import DataKey, Hook, SavedList
from referrals.models import Webhook

BATCH = 1000
SEALED: tuple[tuple[Any, str], ...] = (
    (SavedList, "sealed_name"),
    (Webhook, "sealed_key"),
    (Hook, "sealed_secret"),
)  # crypto.seal_text


class Command(BaseCommand):
    """Runs as the owner while the centre works; running it again changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`--new`."""
        parser.add_argument("--new", action="store_true", help="first put a new key into the key file")

    def handle(self, *_: Any, new: bool, **__: Any) -> None:
        """Rewrap in batches; old keys stay in the file until nothing needs them."""
        path = Path(settings.KEY_FILE)
        if new:
            _add_key(path)
        keys, factors = self._data_keys(), self._factors()
        for index in IndexKey.objects.all():
            if sealed := crypto.rewrapped(base64.b64decode(index.wrapped), blindindex.CONTEXT):
                index.wrapped = base64.b64encode(sealed).decode()
                index.save(update_fields=["wrapped"])
        for model, column in SEALED:
            for row in model.objects.all():
                if sealed := crypto.rewrapped(base64.b64decode(getattr(row, column)), row.context):
                    setattr(row, column, base64.b64encode(sealed).decode())
                    row.save(update_fields=[column])
        self.stdout.write(f"{keys} data keys and {factors} second factors are wrapped anew.")
        if len(crypto.key_encryption_keys()) > 1:
            self.stdout.write(
                f"Nothing in this database needs the older keys: leave the first line of {path}."
            )

    def _data_keys(self) -> int:
        done, last = 0, 0
        while rows := list(DataKey.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
            last = rows[-1].pk
            with transaction.atomic():
                for row in rows:
                    if wrapped := crypto.rewrapped(bytes(row.wrapped), f"datakey|{row.victim_id}"):
                        done += DataKey.objects.filter(pk=row.pk).update(wrapped=wrapped)
        return done

    def _factors(self) -> int:
        done = 0
        for factor in Authenticator.objects.all():
            changed = {
                name: base64.b64encode(sealed).decode()
                for name, value in factor.data.items()
                if isinstance(value, str) and (sealed := _resealed(value))
            }
            if changed:
                factor.data |= changed
                factor.save(update_fields=["data"])
                done += 1
        return done


def _resealed(value: str) -> bytes | None:
    """A sealed text under the newest key; None for what is not sealed, or already is under it."""
    try:
        return crypto.rewrapped(base64.b64decode(value, validate=True), FACTOR_CONTEXT)
    except (ValueError, struct.error, crypto.DoesNotOpen):
        return None


def _add_key(path: Path) -> None:
    """Put a new key first, in one step: a reader sees the old file or the new one."""
    fresh = base64.b64encode(secrets.token_bytes(crypto.KEY_BYTES)).decode()
    unfinished = path.with_suffix(".new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{fresh}\n{path.read_text()}")
        os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
    unfinished.rename(path)
