"""Standard Webhooks with a shared secret (`v1`): what a program checks that an event came from here with.

Signed is `id.timestamp.body`, by HMAC-SHA256. https://www.standardwebhooks.com
"""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = 32


def new() -> str:
    """A secret as the standard's libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signed(secret: str, event: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a message with the id `event`, sent `at` (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mark = hmac.digest(key, f"{event}.{at}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": event,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
    }
