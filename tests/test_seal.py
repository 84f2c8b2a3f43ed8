"""The sealed record: whole as it is, and each of six ways to tamper with it is found by the file alone, offline."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from aidcenter import audit, seal
from aidcenter.context import acting_as
from aidcenter.verify_audit import BLOCK_COLUMNS, BLOCKS, EVENT_COLUMNS, EVENTS, hash_of, leaf, root_of
from tests.conftest import as_login as running_as
from tests.database import as_login

pytestmark = pytest.mark.django_db(transaction=True)
ALONE = settings.BASE_DIR / "aidcenter" / "verify_audit.py"


@pytest.fixture
def record(cast, settings, tmp_path):
    """Three sealed blocks of events, the last of one; a witness who saw their heads."""
    settings.AUDIT_WITNESS = tmp_path / "heads"
    for count in (4, 3, 1):
        for number in range(count):
            with acting_as(cast.worker.pk):
                audit.record("case.list", by=cast.worker, names=bool(number % 2), text="tab\tand \\ and 'ə'")
        _wait_for_other_databases()
        with running_as("DATABASE_RELAY_URL"):
            assert seal.seal().events == count
    return tmp_path


def _wait_for_other_databases():
    """A transaction of another test's database, on the same server, holds back what may be sealed."""
    with as_login("SUPERUSER") as cursor:
        for _ in range(600):
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > max(xid) FROM aidcenter_auditevent"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("the server has a transaction older than half a minute")


def dump(path):
    """Both tables as pg_dump writes them."""
    with (path / "dump.sql").open("w") as file, as_login("SUPERUSER") as cursor:
        cursor.execute("SET timezone = 'Asia/Baku'")
        for table, columns in ((EVENTS, EVENT_COLUMNS), (BLOCKS, BLOCK_COLUMNS)):
            names = ", ".join(columns)
            file.write(f"COPY public.{table} ({names}) FROM stdin;\n")
            cursor.copy_expert(f"COPY {table} ({names}) TO STDOUT", file)
            file.write("\\.\n\n")
    return path / "dump.sql"


def verdict(path, *, witness=True):
    """What the file says, run alone: no package, no settings, another directory."""
    arguments = [dump(path), *([path / "heads"] if witness else [])]
    done = subprocess.run(
        [sys.executable, "-I", "-S", ALONE, *arguments], capture_output=True, text=True, cwd="/", check=False
    )
    assert (done.returncode in (0, 1), done.stderr) == (True, "")
    return done.returncode, done.stdout.splitlines()


def tamper(*statements):
    """As somebody who owns the database: no trigger fires."""
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement


def recompute():
    """Seal everything anew, as one who knows how it is done."""
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"SELECT {seal.AS_TEXT} FROM {EVENTS} ORDER BY id")
        events = [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT {', '.join(f'{name}::text' for name in BLOCK_COLUMNS)} FROM {BLOCKS} ORDER BY number"
        )
        previous = None
        for row in cursor.fetchall():
            block = dict(zip(BLOCK_COLUMNS, row, strict=True))
            low, high = int(block["from_xid"]), int(block["until_xid"])
            mine = [event for event in events if low <= int(event["xid"]) < high]
            block |= {"events": str(len(mine)), "root": root_of([leaf(event) for event in mine])}
            block["previous"] = previous or block["previous"]
            previous = hash_of(block)
            cursor.execute(
                f"UPDATE {BLOCKS} SET events = %s, root = %s, previous = %s, hash = %s WHERE number = %s",
                [block["events"], block["root"], block["previous"], previous, block["number"]],
            )


def test_an_honest_record_is_whole(record):
    code, said = verdict(record)
    assert (code, said[-1]) == (0, "8 events, 3 blocks: whole")


EVENT = f"FROM {EVENTS} ORDER BY id LIMIT 1 OFFSET 1"
TAMPERED = {
    "edit": [f"UPDATE {EVENTS} SET actor_id = 1 WHERE id = (SELECT id {EVENT})"],
    "delete": [f"DELETE FROM {EVENTS} WHERE id = (SELECT id {EVENT})"],
    "cut the tail": [
        f"DELETE FROM {EVENTS} WHERE xid >= (SELECT max(from_xid) FROM {BLOCKS})",
        f"DELETE FROM {BLOCKS} WHERE number = 3",
    ],
    "reorder": [
        f"UPDATE {EVENTS} SET facts = (SELECT jsonb_build_object('names', NOT (e.facts->>'names')::bool) FROM {EVENTS} e"
        f" WHERE e.id = {EVENTS}.id) WHERE xid < (SELECT min(until_xid) FROM {BLOCKS})",
    ],
    "insert": [
        f"INSERT INTO {EVENTS} (at, action, ids, facts, request_id, xid)"
        f" SELECT at, action, ids, facts, request_id, xid {EVENT}"
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", TAMPERED)
def test_tampering_is_found(record, kind):
    tamper(*TAMPERED[kind])
    code, said = verdict(record)
    assert (code, len(said) > 1) == (1, True)


def test_a_recomputed_chain_is_found_by_the_witness_alone(record):
    tamper(*TAMPERED["edit"])
    recompute()
    assert verdict(record, witness=False)[0] == 0  # the control: the chain itself is in order
    code, said = verdict(record)
    assert (code, "another than the witness saw" in said[0]) == (1, True)


def test_what_commits_late_is_sealed_late_and_never_forgotten(record, cast):
    with as_login("WEB") as slow:
        slow.connection.autocommit = False
        slow.execute("SELECT pg_current_xact_id()")
        with acting_as(cast.worker.pk):
            audit.record("case.list", by=cast.worker)
        with running_as("DATABASE_RELAY_URL"):
            assert seal.seal() is None  # an older transaction is still running
        slow.connection.rollback()
    _wait_for_other_databases()
    with running_as("DATABASE_RELAY_URL"):
        assert seal.seal().events == 1
    assert verdict(record)[0] == 0


def test_the_writer_does_not_say_when(cast):
    with as_login("OWNER") as cursor:
        cursor.execute(
            f"INSERT INTO {EVENTS} (at, action, ids, facts, request_id, xid)"
            " VALUES ('2001-01-01', 'x', '{}', '{}', gen_random_uuid(), 999999999) RETURNING at > now() - interval '1 minute', xid < 99999999"
        )
        assert cursor.fetchone() == (True, True)


def test_the_command_reads_the_database_or_a_dump(record, capsys):
    with running_as("DATABASE_RELAY_URL"):
        call_command("verify_audit")
    call_command("verify_audit", dump=dump(record))
    assert capsys.readouterr().out.count("8 events, 3 blocks: whole") == 2
    tamper(*TAMPERED["delete"])
    with (
        running_as("DATABASE_RELAY_URL"),
        pytest.raises(CommandError, match="sealed 4 events, and 3 are there"),
    ):
        call_command("verify_audit")


def test_the_file_needs_nothing_but_python():
    tree = Path(ALONE).read_text()
    assert "django" not in tree
    assert hashlib.sha256(b"\0[]").digest() != leaf(
        dict.fromkeys(EVENT_COLUMNS) | {"at": "2026-11-24 00:00:00+00"}
    )
