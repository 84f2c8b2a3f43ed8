"""After every `migrate`, give each login exactly what the declarations say (aidcenter/reach.py)."""

from typing import Any

from django.db import connections

from aidcenter.reach import tables

LOGINS = {"web": "aidcenter_web", "worker": "aidcenter_worker", "relay": "aidcenter_relay"}
OWNER = "aidcenter_owner"
CACHE_TABLE = "aidcenter_cache"


def grant_tables(using: str = "default", **_: Any) -> None:
    """Idempotent; does nothing unless the connection is the owner's (tests of other tools, dry runs)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != OWNER:
            return
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        present = {name for (name,) in cursor.fetchall()}
        for login, role in LOGINS.items():
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
            for table, reach in tables().items():
                if table in present and (words := reach.privileges(login)):
                    cursor.execute(f'GRANT {", ".join(words)} ON "{table}" TO {role}')
            cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
        if CACHE_TABLE in present:
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {CACHE_TABLE} TO {LOGINS['web']}")
