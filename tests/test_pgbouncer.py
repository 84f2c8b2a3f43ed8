"""pgbouncer in transaction mode is safe: who asked before on the same connection is forgotten at COMMIT."""

import os
import shutil
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
from django.db import connection, connections

from aidcenter.context import acting_as, sign
from aidcenter.embedded import procs
from aidcenter.embedded.home import service_account
from cases.actions import register_victim
from cases.models import Case
from tests.cast import make_staff, make_team, say
from tests.test_start import free_port

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
pytestmark = [
    pytest.mark.skipif(not PGBOUNCER, reason="Debian's pgbouncer is not here"),
    pytest.mark.django_db(transaction=True),
]
SETTINGS = """
[databases]
* = host={host} port=5432
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {place}/users
pool_mode = transaction
default_pool_size = {servers}
"""


@pytest.fixture
def bounced(request):
    """Django's connections lead through one server connection of pgbouncer, or as many as the mark says."""
    url, place, port = urlsplit(os.environ["DATABASE_URL"]), Path(tempfile.mkdtemp()), free_port()
    said = {"host": unquote(url.netloc.rpartition("@")[2]), "port": port, "place": place}
    (place / "settings").write_text(SETTINGS.format(**said, servers=getattr(request, "param", 1)))
    (place / "users").write_text(f'"{url.username}" "{unquote(url.password)}"\n')
    account = service_account()
    for path in (place, *place.iterdir()):
        os.chown(path, *((account.pw_uid, account.pw_gid) if account else (-1, -1)))
    process = procs.spawn([PGBOUNCER, place / "settings"], log=place / "log", account=account)
    before = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    try:
        _wait_for(port)
        connection.close()
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": port}
        yield
    finally:
        connections.close_all()
        connection.settings_dict |= before
        procs.stop(process)
        shutil.rmtree(place)


def _wait_for(port):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 1)):
            return
        time.sleep(0.05)
    raise AssertionError("pgbouncer does not listen")


@pytest.fixture
def people():
    """Two caseworkers of two teams, each with a case; made without the cast, whose connections remember."""
    found = [make_staff(f"worker-{n}", "caseworker", make_team(f"Team {n}")) for n in (1, 2)]
    return {person: register_victim(say(), by=person).number for person in found}


def client():
    """Another client of pgbouncer, as the web login: (server process, cases it sees)."""
    said = connection.settings_dict
    with closing(
        psycopg2.connect(
            host=said["HOST"], port=said["PORT"], user=said["USER"], password=said["PASSWORD"], dbname=said["NAME"]
        )
    ) as other, other.cursor() as cursor:  # fmt: skip
        cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM cases_case)")
        return cursor.fetchone()


def test_the_next_client_on_the_same_connection_sees_nothing(people, bounced):
    for person, number in people.items():
        with acting_as(person.pk), connection.cursor() as cursor:
            assert list(Case.objects.values_list("number", flat=True)) == [number]
            cursor.execute("SELECT pg_backend_pid()")
            server = cursor.fetchone()[0]
        assert client() == (server, 0)


def test_a_context_of_the_session_would_be_seen_by_the_next(people, bounced):
    """The control: this is what the test above would find."""
    person = next(iter(people))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('aidcenter.context', %s, false)", [sign(person.pk)])
    assert client()[1] == 1


def test_pages_of_two_people_take_turns_on_one_connection(people, bounced, sign_in):
    browsers = {person: sign_in(person) for person in people}
    for _ in range(3):
        for person, browser in browsers.items():
            page = browser.get("/cases/").content.decode()
            assert {other: number in page for other, number in people.items()} == {
                other: other == person for other in people
            }


@pytest.mark.parametrize("bounced", [2], indirect=True)
def test_many_at_once_see_their_own_only(people, bounced):
    def ask(turn):
        person = list(people)[turn % 2]
        try:
            with acting_as(person.pk):
                return person, list(Case.objects.values_list("number", flat=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(200)))
    assert [seen for _, seen in found] == [[people[person]] for person, _ in found]
