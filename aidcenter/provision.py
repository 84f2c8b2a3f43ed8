"""Creates the logins and the database, once, as superuser; running it again repairs what differs.

Only the owner changes the schema, and no running process holds its password. What each login may do
with each table is in `aidcenter/grants.py`.
"""

from collections.abc import Mapping

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

NEVER = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION"
LOGINS = {
    "aidcenter_owner": f"{NEVER} CREATEDB NOBYPASSRLS",  # migrations; CREATEDB for the tests
    "aidcenter_web": f"{NEVER} NOCREATEDB NOBYPASSRLS",
    "aidcenter_worker": f"{NEVER} NOCREATEDB NOBYPASSRLS",
    "aidcenter_relay": f"{NEVER} NOCREATEDB NOBYPASSRLS",
    "aidcenter_statistics": f"{NEVER} NOCREATEDB NOBYPASSRLS",
    "aidcenter_backup": f"{NEVER} NOCREATEDB BYPASSRLS",  # a dump must hold every row
}
OWNER = "aidcenter_owner"
SETTINGS = (
    # Compiling a policy costs more than the short queries of a page: measured, jit made them slower.
    "ALTER ROLE aidcenter_web SET jit = off",
    # A process that hangs in the middle of a delivery gives its rows back to the others.
    "ALTER ROLE aidcenter_relay SET idle_in_transaction_session_timeout = '20s'",
    "ALTER ROLE aidcenter_worker SET idle_in_transaction_session_timeout = '60s'",
)


def url_name(login: str) -> str:
    """The environment's name for the URL of `login`: DATABASE_OWNER_URL for aidcenter_owner."""
    return f"DATABASE_{login.removeprefix('aidcenter_').upper()}_URL"


def provision(
    connection: psycopg2.extensions.connection, passwords: Mapping[str, str], database: str = "aidcenter"
) -> None:
    """Make the logins with `passwords` and `database`, over a superuser's connection to any database."""
    missing = LOGINS.keys() - passwords.keys()
    if missing:
        raise ValueError(f"No password for {', '.join(sorted(missing))}.")
    connection.autocommit = True  # CREATE DATABASE stands in no transaction
    with connection.cursor() as cursor:
        for login, attributes in LOGINS.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login])
            statement = "ALTER" if cursor.fetchone() else "CREATE"
            role, password = sql.Identifier(login), sql.Literal(passwords[login])
            words = sql.SQL(f"{{}} ROLE {{}} {attributes} PASSWORD {{}}")
            cursor.execute(words.format(sql.SQL(statement), role, password))
        for setting in SETTINGS:
            cursor.execute(setting)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        name, owner = sql.Identifier(database), sql.Identifier(OWNER)
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, owner))
        cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    _close_the_schema(connection, database)


def _close_the_schema(connection: psycopg2.extensions.connection, database: str) -> None:
    info = connection.info
    inside = psycopg2.connect(
        host=info.host, port=info.port, user=info.user, password=info.password, dbname=database
    )
    try:
        with inside, inside.cursor() as cursor:
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            cursor.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
    finally:
        inside.close()
