"""Finding what is encrypted: marks, the keyed hashes of what is looked for, in an indexed array.

The key comes from the database, wrapped by the key-encryption key, so it rotates with it. What the
index tells to someone who holds the dump: which rows share a mark, and how often each occurs.
"""

import hashlib
import hmac
import secrets
from functools import cache

from aidcenter.crypto import seal_text, unseal_text
from aidcenter.models import IndexKey

CONTEXT = "index-key"
KEY_BYTES = 32


@cache
def _opened(wrapped: str) -> bytes:
    return bytes.fromhex(unseal_text(wrapped, CONTEXT))


def new_key() -> str:
    """A fresh wrapped key; made once, when the tables are."""
    return seal_text(secrets.token_hex(KEY_BYTES), CONTEXT)


def marks(kind: str, words: list[str] | frozenset[str]) -> list[int]:
    """A number of 32 bits for each of `words`; the same word of another `kind` (name, phone) has another."""
    found = key()
    return [_mark(found, f"{kind}|{word}") for word in words]


def key() -> bytes:
    """The key of the centre, opened."""
    return _opened(IndexKey.objects.get().wrapped)


def _mark(key: bytes, text: str) -> int:
    digest = hmac.digest(key, text.encode(), hashlib.sha256)
    return int.from_bytes(digest[:4], "big", signed=True)
