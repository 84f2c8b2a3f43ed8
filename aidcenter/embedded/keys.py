"""The keys of a centre that runs on one machine: made once, each a file of mode 0600."""

import base64
import secrets
from pathlib import Path

from aidcenter.embedded.home import private, write_once

KEY_FILES = ("key-encryption.key", "context.key")


def make_keys(home: Path) -> dict[str, str]:
    """Make the keys that `home` lacks; the environment that names them all."""
    keys = private(home / "keys")
    for name in KEY_FILES:
        write_once(keys / name, base64.b64encode(secrets.token_bytes(32)).decode())
    write_once(keys / "secret.key", secrets.token_urlsafe(50))
    return {
        "AIDCENTER_KEY_FILE": str(keys / KEY_FILES[0]),
        "AIDCENTER_CONTEXT_KEY_FILE": str(keys / KEY_FILES[1]),
        "SECRET_KEY_FILE": str(keys / "secret.key"),
    }
