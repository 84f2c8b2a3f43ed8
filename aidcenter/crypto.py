"""What identifies a person is unreadable without a key that the database does not hold.

AES-256-GCM with a data key per victim; the data key is wrapped by the key-encryption key, which
comes from a file of mode 0600. The additional data names table, column, row and key version, so a
ciphertext that was moved to another row or column does not open.

On a model, `Encrypted()` holds text and `Encrypted(kind=date)` a date. The instance decrypts when
the attribute is read, so a list that shows no name opens none.
"""

import base64
import json
import os
import stat
import struct
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

from aidcenter.prepared import Prepared

FORMAT = 1
HEADER = struct.Struct(">BI")  # format, key version
NONCE_BYTES = 12
KEY_BYTES = 32


class DoesNotOpen(Exception):
    """A ciphertext is damaged, was moved, or belongs to another key."""


def read_keys(path: Path) -> list[bytes]:
    """The keys in `path`, base64 of 32 bytes a line, newest first; refuses a file that others may read."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ImproperlyConfigured(f"{path.name} must have mode 0600.")
    keys = [base64.b64decode(line) for line in path.read_text().split()]
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ImproperlyConfigured(f"{path.name} must hold 32 bytes in base64 on each line.")
    return keys


@cache
def _ciphers(path: Path, changed_at: int) -> list[AESGCM]:
    return [AESGCM(key) for key in read_keys(path)]


def key_encryption_keys() -> list[AESGCM]:
    """The key-encryption keys, newest first, read again when their file has changed: keys rotate online."""
    path = Path(settings.KEY_FILE)
    return _ciphers(path, path.stat().st_mtime_ns)


def seal(key: AESGCM, plain: bytes, context: str, version: int) -> bytes:
    """`plain` encrypted under `key`; it opens again only with the same `context` and `version`."""
    nonce = os.urandom(NONCE_BYTES)
    header = HEADER.pack(FORMAT, version)
    return header + nonce + key.encrypt(nonce, plain, f"{context}|{version}".encode())


def unseal(key: AESGCM, sealed: bytes, context: str) -> bytes:
    """What `seal` was given; raises DoesNotOpen for anything else."""
    version = HEADER.unpack_from(sealed)[1]
    nonce = sealed[HEADER.size : HEADER.size + NONCE_BYTES]
    try:
        return key.decrypt(nonce, sealed[HEADER.size + NONCE_BYTES :], f"{context}|{version}".encode())
    except InvalidTag:
        raise DoesNotOpen(context) from None


def seal_text(text: str, context: str) -> str:
    """`text` sealed under the key-encryption key itself, as base64: for what `rotate_keys` seals anew."""
    return base64.b64encode(seal(key_encryption_keys()[0], text.encode(), context, 1)).decode()


def unseal_text(sealed: str, context: str) -> str:
    """What `seal_text` was given; raises DoesNotOpen."""
    return _open_with_any(base64.b64decode(sealed), context).decode()


def _open_with_any(sealed: bytes, context: str) -> bytes:
    """What is sealed under the newest key-encryption key, or under one that is being replaced."""
    *newer, oldest = key_encryption_keys()
    for key in newer:
        try:
            return unseal(key, sealed, context)
        except DoesNotOpen:
            continue
    return unseal(oldest, sealed, context)


def new_data_key(holder: object, version: int = 1) -> bytes:
    """A fresh data key for the victim with id `holder`, wrapped by the key-encryption key."""
    return seal(key_encryption_keys()[0], AESGCM.generate_key(256), f"datakey|{holder}", version)


def rewrapped(sealed: bytes, context: str) -> bytes | None:
    """`sealed` under the newest key-encryption key; None when it already is."""
    newest = key_encryption_keys()[0]
    try:
        unseal(newest, sealed, context)
    except DoesNotOpen:
        version = HEADER.unpack_from(sealed)[1]
        return seal(newest, _open_with_any(sealed, context), context, version)
    return None


class DataKeyBase(models.Model):
    """The wrapped data keys of a victim, newest version in use; the subclass adds `victim`."""

    version = models.PositiveIntegerField(default=1)
    wrapped = models.BinaryField()

    class Meta:
        abstract = True


def _data_key_model() -> type[models.Model]:
    return next(model for model in DataKeyBase.__subclasses__() if not model._meta.abstract)


def _unwrap(row: Any) -> tuple[int, AESGCM]:
    plain = _open_with_any(bytes(row.wrapped), f"datakey|{row.victim_id}")
    return row.version, AESGCM(plain)


def load_keys(rows: Iterable[models.Model]) -> None:
    """Fetch the data keys of many `rows` with one query, before their encrypted fields are read."""
    waiting = [(row, _holder(row)) for row in rows if not _has_keys(row)]
    if not waiting:
        return
    found: dict[object, dict[int, AESGCM]] = {}
    holders = {holder for _, holder in waiting}
    for key in _data_keys(holders):
        version, opened = _unwrap(key)
        found.setdefault(key.victim_id, {})[version] = opened  # type: ignore[attr-defined]
    for row, holder in waiting:
        row.__dict__["_data_keys"] = found.get(holder, {})


def _data_keys(holders: set[Any]) -> Iterable[Any]:
    if len(holders) == 1:
        return _OF_ONE.found(*holders)
    return _data_key_model()._default_manager.filter(victim_id__in=holders)


_OF_ONE = Prepared(lambda holder: _data_key_model()._default_manager.filter(victim_id=holder))


def _has_keys(row: models.Model) -> bool:
    """Whether `row` has its keys, or its victim is at hand who has."""
    if "_data_keys" not in row.__dict__:
        victim = row._state.fields_cache.get("victim")
        if victim is None or victim.pk != _holder(row) or "_data_keys" not in victim.__dict__:
            return False
        row.__dict__["_data_keys"] = victim.__dict__["_data_keys"]
    return True


def _holder(row: models.Model) -> object:
    """The id of the victim whose key opens `row`."""
    return getattr(row, getattr(row, "key_holder", "victim_id"))


def _keys(row: models.Model) -> dict[int, AESGCM]:
    load_keys([row])
    keys: dict[int, AESGCM] = row.__dict__["_data_keys"]
    if not keys:
        del row.__dict__["_data_keys"]
        raise DoesNotOpen("no data key")
    return keys


class Sealed(bytes):
    """Bytes that came from, or go to, an encrypted column."""


_PARSE: dict[type, Callable[[bytes], Any]] = {
    str: bytes.decode,
    bytes: bytes,
    date: lambda plain: date.fromisoformat(plain.decode()),
    dict: json.loads,
}
_FORMAT: dict[type, Callable[[Any], bytes]] = {
    str: lambda value: str(value).encode(),
    bytes: bytes,
    date: lambda value: value.isoformat().encode(),
    dict: lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True).encode(),
}


class _Opened:
    """The attribute of an encrypted field: decrypts on the first look."""

    def __init__(self, field: "Encrypted") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type | None = None) -> Any:
        if row is None:
            return self.field
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, Sealed):
            value = row.__dict__[name] = self.field.open(row, value)
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class Encrypted(models.Field):  # type: ignore[type-arg] # Django has no such argument at run time
    """A column that holds only ciphertext. `kind` is str, bytes, date, or dict (kept as JSON).

    The model names in `key_holder` the attribute with the victim's id (default `victim_id`).
    Empty text is stored as NULL, so that even its absence costs no key.
    """

    empty_strings_allowed = False

    def __init__(self, kind: type = str, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("blank", True)
        kwargs["null"] = True
        kwargs["editable"] = kwargs.get("editable", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Migrations know the column only as bytes."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opened(self))

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """The ciphertext of this row's value, as it will be stored."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed) or value is None or value == "":
            return value or None
        version, key = max(_keys(model_instance).items(), key=lambda item: item[0])
        plain = _FORMAT[self.kind](value)
        return Sealed(seal(key, plain, self._context(model_instance), version))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Bytes for the driver; plain text is refused (bulk updates cannot know the row's key)."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(f"{self.name} is encrypted: save the row, or compare with NULL only.")
        return connection.Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only IS NULL can be asked of a ciphertext."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def open(self, row: models.Model, sealed: Sealed) -> Any:
        """The value of `sealed` in `row`; raises DoesNotOpen."""
        keys = _keys(row)
        version = HEADER.unpack_from(sealed)[1]
        if version not in keys:
            raise DoesNotOpen(f"key version {version}")
        return _PARSE[self.kind](unseal(keys[version], sealed, self._context(row)))

    def _context(self, row: models.Model) -> str:
        return f"{self.model._meta.db_table}|{self.column}|{row.pk}"
