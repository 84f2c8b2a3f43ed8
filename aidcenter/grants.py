"""After every `migrate`, give each login exactly what the declarations say (aidcenter/reach.py)."""

from typing import Any

from django.db import connections, models
from django.db.backends.utils import CursorWrapper

from aidcenter import blindindex, policies, prepared_functions
from aidcenter.context import padded_halves
from aidcenter.crypto import Encrypted
from aidcenter.reach import reach_of, stored_models

LOGINS = {name: f"aidcenter_{name}" for name in ("web", "worker", "relay", "statistics")}
OWNER, BACKUP = "aidcenter_owner", "aidcenter_backup"
CACHE_TABLE = "aidcenter_cache"


def grant_tables(using: str = "default", **_: Any) -> None:
    """Idempotent; does nothing unless the connection is the owner's (tests of other tools, dry runs)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user, to_regclass('private.context_key') IS NOT NULL")
        user, has_key = cursor.fetchone()
        if user != OWNER or not has_key:
            return
        _keep_context_key(cursor)
        _keep_index_key(cursor)
        policies.install(cursor)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        present = {name for (name,) in cursor.fetchall()}
        for login, role in LOGINS.items():
            _grant(cursor, login, role, present)
        prepared_functions.install(using)
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}")
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}")
        if CACHE_TABLE in present:
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {CACHE_TABLE} TO {LOGINS['web']}")


def _keep_context_key(cursor: CursorWrapper) -> None:
    cursor.execute(
        "INSERT INTO private.context_key (ipad, opad) VALUES (%s, %s)"
        " ON CONFLICT (id) DO UPDATE SET ipad = excluded.ipad, opad = excluded.opad",
        padded_halves(),
    )


def _keep_index_key(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT to_regclass('aidcenter_indexkey') IS NOT NULL")
    if cursor.fetchone()[0]:
        cursor.execute(
            "INSERT INTO aidcenter_indexkey (id, wrapped) SELECT 1, %s"
            " WHERE NOT EXISTS (SELECT FROM aidcenter_indexkey)",
            [blindindex.new_key()],
        )


def _grant(cursor: CursorWrapper, login: str, role: str, present: set[str]) -> None:
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for model in stored_models():
        table, words = model._meta.db_table, reach_of(model).privileges(login)
        if table in present and words:
            columns = f" ({', '.join(in_clear(model))})" if login == "statistics" else ""
            cursor.execute(f'GRANT {", ".join(words)}{columns} ON "{table}" TO {role}')
    cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")


def in_clear(model: type[models.Model]) -> list[str]:
    """The columns of `model` that hold neither ciphertext nor keyed marks, quoted."""
    fields = model._meta.local_concrete_fields
    hidden = [field for field in fields if isinstance(field, Encrypted) or getattr(field, "keyed", False)]
    return [f'"{field.column}"' for field in fields if field not in hidden]
