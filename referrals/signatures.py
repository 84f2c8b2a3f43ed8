"""Standard Webhooks with Ed25519 (`v1a`): what we send is signed, and a receipt counts only when it is.

Signed is `id.timestamp.body`. https://www.standardwebhooks.com
"""

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = "v1a"
TOLERANCE = 300  # seconds between the sender's clock and ours
KEY_BYTES = 32


class NotSigned(Exception):
    """A message is not signed by whom it says, or is another one, too old, or of the future."""


def new_key() -> str:
    """A private key, base64."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_half(key: str) -> str:
    """The public key of a private one, base64."""
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key))
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def is_key(text: str) -> bool:
    """Whether `text` is a public key in base64."""
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def signed(key: str, event: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a message with the id `event`, sent `at` (seconds since 1970)."""
    signature = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key)).sign(_said(event, at, body))
    return {
        "webhook-id": event,
        "webhook-timestamp": str(at),
        "webhook-signature": f"{VERSION},{base64.b64encode(signature).decode()}",
    }


def check(public: str, event: str, now: int, headers: Mapping[str, str], body: bytes) -> None:
    """Refuse, with NotSigned, what was not signed with `public` about `event` just now."""
    if headers.get("webhook-id") != event:
        raise NotSigned("another id")
    said_at = headers.get("webhook-timestamp", "")
    if not (said_at.isascii() and said_at.isdigit() and len(said_at) <= len("99999999999")):
        raise NotSigned("no time")
    if abs(now - int(said_at)) > TOLERANCE:
        raise NotSigned("not of now")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    signatures = headers.get("webhook-signature", "").split()
    if not any(_fits(key, signature, _said(event, int(said_at), body)) for signature in signatures):
        raise NotSigned("another signature")


def _said(event: str, at: int, body: bytes) -> bytes:
    return f"{event}.{at}.".encode() + body


def _fits(key: Ed25519PublicKey, signature: str, said: bytes) -> bool:
    version, _, text = signature.partition(",")
    if version != VERSION:
        return False
    try:
        key.verify(base64.b64decode(text, validate=True), said)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
