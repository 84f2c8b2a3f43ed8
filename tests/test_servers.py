"""The same processes on servers that somebody else runs: Debian's PostgreSQL 15 and Redis."""

import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import pytest

from aidcenter.embedded.home import open_home, servers_dir, service_account
from aidcenter.embedded.postgres import SUPERUSER, Postgres
from aidcenter.testing import database_urls
from tests.test_start import demo, free_port

BINARIES = Path("/usr/lib/postgresql/15/bin")
REDIS = shutil.which("redis-server")


def inbox(cursor):
    cursor.execute(
        "SELECT count(*), current_setting('server_version_num')::int / 10000 FROM referrals_inboxitem"
    )
    return cursor.fetchone()


@pytest.mark.skipif(
    not (BINARIES / "postgres").exists() or not REDIS, reason="Debian's PostgreSQL 15 and Redis are not here"
)
def test_the_processes_run_on_given_servers(tmp_path, monkeypatch):
    monkeypatch.setenv("AIDCENTER_PG_BINDIR", str(BINARIES))
    place = servers_dir(open_home(tmp_path / "servers"), service_account())
    postgres, port, redis_port = (
        Postgres(place, tmp_path / "postgres.log", durable=False),
        free_port(),
        free_port(),
    )
    with ExitStack() as running:
        running.callback(postgres.stop)
        postgres.launch()
        postgres.prepare()
        redis = subprocess.Popen(
            [REDIS, "--port", str(redis_port), "--save", "", "--bind", "127.0.0.1"], cwd=tmp_path
        )
        running.callback(redis.wait, 10)
        running.callback(redis.terminate)
        given = database_urls(postgres) | {"REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
        _, lines = running.enter_context(demo(tmp_path / "home", port, **given))
        assert lines[-1] == f"Aid Centre is ready: http://127.0.0.1:{port}/"
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200
        with psycopg2.connect(postgres.url(SUPERUSER).rpartition("/")[0] + "/aidcenter") as there:
            there.autocommit = True
            cursor, end = there.cursor(), time.monotonic() + 10
            while inbox(cursor) != (10, 15):  # every child of the demo centre, on PostgreSQL 15
                assert time.monotonic() < end
                time.sleep(0.1)
        there.close()
