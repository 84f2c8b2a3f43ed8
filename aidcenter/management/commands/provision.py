"""`manage.py provision`: make the logins and the database of a new installation."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError

from aidcenter.provision import LOGINS, provision


class Command(BaseCommand):
    """Run once as superuser, and again after an upgrade or to change a password."""

    help = "Creates or repairs the logins and the database, as superuser."
    requires_system_checks: list[str] = []  # runs before there is a database to check

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the superuser signs in, and the database's name."""
        parser.add_argument("url", nargs="?", default=_read("DATABASE_SUPERUSER_URL"))
        parser.add_argument("--database", default="aidcenter")

    def handle(self, *_: Any, url: str, database: str, **__: Any) -> None:
        """Passwords come from AIDCENTER_OWNER_PASSWORD or …_PASSWORD_FILE, and so on for each login."""
        if not url:
            raise CommandError("Give the superuser's URL, or set DATABASE_SUPERUSER_URL or …_URL_FILE.")
        passwords = {login: _read(f"{login.upper()}_PASSWORD") for login in LOGINS}
        if missing := [login for login, password in passwords.items() if not password]:
            names = ", ".join(f"{login.upper()}_PASSWORD" for login in missing)
            raise CommandError(f"Set {names} (or each with _FILE) to the passwords of the logins.")
        connection = psycopg2.connect(url)
        try:
            provision(connection, passwords, database)
        finally:
            connection.close()
        self.stdout.write(f"Database {database} and {len(LOGINS)} logins are ready.")


def _read(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name, "")
