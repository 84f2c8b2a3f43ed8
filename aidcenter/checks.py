"""What production refuses to start with."""

import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from aidcenter.mails import is_neutral


@register(deploy=False)
def production(*_: Any, **__: Any) -> list[CheckMessage]:
    """A key that others may read, a short secret, no TLS or a telling sender stop a production process."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    for path in (settings.KEY_FILE, settings.CONTEXT_KEY_FILE):
        found += _key_file(Path(path))
    if len(settings.SECRET_KEY) < 43:
        found.append(Error("SECRET_KEY must be at least 43 characters.", id="aidcenter.E004"))
    if not settings.SITE_URL.startswith("https://"):
        found.append(Error("SITE_URL must begin with https://.", id="aidcenter.E005"))
    if not is_neutral(settings.DEFAULT_FROM_EMAIL):
        said = "DEFAULT_FROM_EMAIL stands on every mail: it must not say what the centre does."
        found.append(Error(said, id="aidcenter.E006"))
    return found


def _key_file(path: Path) -> list[CheckMessage]:
    if not path.is_file():
        return [Error(f"The key file {path.name} is missing.", id="aidcenter.E002")]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [Error(f"The key file {path.name} must have mode 0600.", id="aidcenter.E003")]
    return []
