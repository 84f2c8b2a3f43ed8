"""Text that belongs to no victim and may name one, sealed under a key of the centre.

That key is derived from the one that the database keeps wrapped, so that a new key-encryption key needs
no such text to be written anew.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aidcenter import blindindex, crypto


def seal(text: str, context: str) -> str:
    """`text` sealed, as base64; it opens only with the same `context`."""
    return base64.b64encode(seal_bytes(text.encode(), context)).decode()


def unseal(sealed: str, context: str) -> str:
    """What `seal` was given; raises DoesNotOpen."""
    return unseal_bytes(base64.b64decode(sealed), context).decode()


def unseal_all(rows: Iterable[tuple[str, str]]) -> list[str]:
    """The same for many (sealed, context), with one question for the key."""
    key = _key()
    return [crypto.unseal(key, base64.b64decode(sealed), context).decode() for sealed, context in rows]


def seal_bytes(content: bytes, context: str) -> bytes:
    """The same for bytes."""
    return crypto.seal(_key(), content, context, 1)


def unseal_bytes(sealed: bytes, context: str) -> bytes:
    """What `seal_bytes` was given; raises DoesNotOpen."""
    return crypto.unseal(_key(), sealed, context)


def _key() -> AESGCM:
    return AESGCM(hmac.digest(blindindex.key(), b"sealed-text", hashlib.sha256))
