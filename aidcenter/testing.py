"""The pytest plugin that gives a test run its own PostgreSQL and Valkey, shared by all its workers.

DATABASE_URL and REDIS_URL, when set, are used instead (then set DATABASE_OWNER_URL too).
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from aidcenter.embedded.home import claim, open_home, servers_dir, service_account
from aidcenter.embedded.keys import make_keys
from aidcenter.embedded.postgres import SUPERUSER, Postgres
from aidcenter.embedded.valkey import Valkey
from aidcenter.provision import LOGINS, url_name

PREFIX = "aidcenter-test-"
_cleanup = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True)  # runs before pytest-django's own hook, which reads the settings
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    """Start the servers before anything reads the settings; xdist's workers inherit the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # celery.py has set the real ones by now
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    return (yield)


def _start() -> None:
    _sweep()
    atexit.register(_cleanup.close)  # also when pytest stops before it is configured
    home = open_home(Path(tempfile.mkdtemp(prefix=PREFIX)))
    home.chmod(0o711)
    _cleanup.callback(shutil.rmtree, home, ignore_errors=True)
    _cleanup.enter_context(claim(home))
    os.environ |= {"AIDCENTER_HOME": str(home)} | make_keys(home)
    place = servers_dir(home, service_account())
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(place, home / "logs" / "valkey.log")
        _cleanup.callback(valkey.stop)
        valkey.launch()
        os.environ["REDIS_URL"] = valkey.url
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(place, home / "logs" / "postgres.log", durable=False)
        _cleanup.callback(postgres.stop)
        postgres.launch()
        postgres.prepare()
        os.environ |= database_urls(postgres)


def database_urls(postgres: Postgres) -> dict[str, str]:
    """DATABASE_URL (web) and DATABASE_<LOGIN>_URL for every login and the superuser."""
    urls = {url_name(login): postgres.url(login) for login in LOGINS}
    return urls | {
        "DATABASE_URL": postgres.url("aidcenter_web"),
        "DATABASE_SUPERUSER_URL": postgres.url(SUPERUSER),
    }


def _sweep() -> None:
    """Remove what killed test runs left behind: their lock is free."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (left / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
