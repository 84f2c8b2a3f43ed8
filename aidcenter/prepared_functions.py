"""After every `migrate`, makes the functions that the prepared queries of the program ask."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from aidcenter.prepared import MADE, SIGNATURE, Prepared

LOGINS = "aidcenter_web, aidcenter_worker, aidcenter_relay"
LEFT_BEHIND = "of a version before"


def everyone() -> dict[str, Prepared[Any]]:
    """All that the program asks, by the name of their function."""
    import_module(settings.ROOT_URLCONF)  # with it every view
    return {one.name: one for some in list(MADE) for one in some()}


def install(using: str) -> None:
    """Make the functions that are missing; those of the version before stay until the next one."""
    wanted = everyone()
    with connections[using].cursor() as cursor:
        if make(using, wanted):
            _leave_behind(cursor, wanted)


def make(using: str, wanted: dict[str, Prepared[Any]]) -> bool:
    """Make those of `wanted` that are missing; False while the tables are not those of the program yet."""
    with connections[using].cursor() as cursor:
        missing = wanted.keys() - _there(cursor).keys()
        if missing and not _all_migrated(using):
            return False
        for name in missing:
            _make(cursor, wanted[name])
    return True


def _leave_behind(cursor: CursorWrapper, wanted: dict[str, Prepared[Any]]) -> None:
    """Processes of the version before may still ask theirs."""
    for name, words in _there(cursor).items():
        if name not in wanted and words == LEFT_BEHIND:
            cursor.execute(f"DROP FUNCTION public.{name}")
        elif (name in wanted) == (words == LEFT_BEHIND):
            said = "" if name in wanted else LEFT_BEHIND
            cursor.execute(f"COMMENT ON FUNCTION public.{name} IS %s", [said])


def _there(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute(
        "SELECT proname, coalesce(obj_description(oid, 'pg_proc'), '') FROM pg_proc"
        " WHERE starts_with(proname, 'asked_') AND pronamespace = 'public'::regnamespace"
    )
    return dict(cursor.fetchall())


def _all_migrated(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _make(cursor: CursorWrapper, asked: Prepared[Any]) -> None:
    """Its columns have the types that the query gives them."""
    cursor.execute(f"SELECT * FROM ({asked.empty}) q LIMIT 0")  # noqa: S608 - the program's own
    kinds = [column.type_code for column in cursor.description]
    cursor.execute("SELECT format_type(kind, NULL) FROM unnest(%s::oid[]) kind", [kinds])
    columns = ", ".join(f"c{number} {kind}" for number, (kind,) in enumerate(cursor.fetchall()))
    one = f"public.{asked.name}({SIGNATURE})"
    cursor.execute(f"CREATE FUNCTION {one} RETURNS TABLE ({columns}) {asked.function}")
    cursor.execute(f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {one} TO {LOGINS}")
