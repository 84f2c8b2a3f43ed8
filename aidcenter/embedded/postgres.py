"""A private PostgreSQL on a unix socket, with passwords, no TCP, and one login for each kind of process."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extensions

from aidcenter.embedded import home, procs
from aidcenter.embedded.binaries import runnable_postgres
from aidcenter.provision import LOGINS, provision

SUPERUSER = "postgres"
OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    # A statement, a parameter or a failed row may name a victim: none of them is ever logged.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
FAST_AND_LOSSY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Postgres:
    """The server whose files are in `place`; `durable=False` trades safety for speed in tests."""

    name = "postgres"

    def __init__(self, place: Path, log: Path, *, durable: bool = True) -> None:
        self.place, self.log, self.durable = place, log, durable
        self.account = home.service_account()
        self.data = place / "pgdata"
        self.sockets = home.socket_dir(place, "pg", self.account)
        self.process: subprocess.Popen[bytes] | None = None
        fresh = json.dumps({login: secrets.token_urlsafe(24) for login in (SUPERUSER, *LOGINS)})
        self.passwords: dict[str, str] = json.loads(home.write_once(place / "passwords.json", fresh))

    def url(self, login: str, database: str = "aidcenter") -> str:
        """The DATABASE_URL of `login`."""
        host = quote(str(self.sockets), safe="")
        return f"postgres://{login}:{quote(self.passwords[login])}@{host}/{database}"

    def connect(self, login: str = SUPERUSER, database: str = "postgres") -> psycopg2.extensions.connection:
        """A psycopg2 connection that commits each statement."""
        connection = psycopg2.connect(
            host=str(self.sockets), user=login, password=self.passwords[login], dbname=database
        )
        connection.autocommit = True
        return connection

    def launch(self) -> None:
        """Start the server, without waiting for it, on its old data or on a new database."""
        programs = runnable_postgres(self.place, self.account)
        version = self._run(programs / "postgres", "-V").stdout.split()[2].split(".")[0]
        _wait_for_the_last_one(self.data)
        self._set_aside_unless(version)
        if not self.data.exists():
            self._initialise(programs, int(version))
        options = OPTIONS | ({} if self.durable else FAST_AND_LOSSY)
        options["unix_socket_directories"] = str(self.sockets)
        self.process = procs.spawn(
            [
                programs / "postgres",
                "-D",
                self.data,
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            log=self.log,
            account=self.account,
            when_parent_dies=signal.SIGINT,  # PostgreSQL's fast shutdown
        )

    def prepare(self, seconds: float = 60) -> None:
        """Wait until the server answers (it may first have to recover) and provision logins and database."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                connection = self.connect()
                break
            except psycopg2.OperationalError as error:
                if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"PostgreSQL did not start ({error}); see {self.log}.") from None
                time.sleep(0.03)
        try:
            provision(connection, {login: self.passwords[login] for login in LOGINS})
        finally:
            connection.close()

    def stop(self) -> None:
        """End the server, keeping its data."""
        procs.stop(self.process, signal.SIGINT, seconds=30)

    def _initialise(self, programs: Path, version: int) -> None:
        # The builtin locale folds ə and Cyrillic whatever LANG is; before 17 there is only the system's.
        locale = ["--locale=C.UTF-8"]
        if version >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        unfinished = self.data.with_name("pgdata.new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        home.give(unfinished, self.account)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as password:
            password.write(self.passwords[SUPERUSER])
            password.flush()
            home.give(Path(password.name), self.account)
            arguments = ["-D", unfinished, "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256", *locale]
            arguments += ["--no-instructions", f"--pwfile={password.name}"]
            done = self._run(programs / "initdb", *arguments, *([] if self.durable else ["--no-sync"]))
        if done.returncode:
            raise SystemExit(f"PostgreSQL could not make a database: {done.stderr.strip()}")
        unfinished.rename(self.data)

    def _set_aside_unless(self, version: str) -> None:
        stamp = self.data / "PG_VERSION"
        if self.data.exists() and (not stamp.exists() or stamp.read_text().strip() != version):
            aside = self.data.with_name(f"pgdata.until-{time.strftime('%Y%m%d-%H%M%S')}")
            self.data.rename(aside)
            print(f"The data of another PostgreSQL version was moved to {aside}; the database is empty.")

    def _run(self, *command: object) -> subprocess.CompletedProcess[str]:
        argv = [str(part) for part in command]
        options = procs.as_account(self.account)
        return subprocess.run(argv, capture_output=True, text=True, cwd="/", check=False, **options)


def _wait_for_the_last_one(data: Path, seconds: float = 40) -> None:
    """After a `kill -9` of its parent the last server may still be shutting down; let it finish."""
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + seconds
    while pid_file.exists():
        pid = pid_file.read_text().split("\n")[0].strip()
        if not _runs_on(pid, data):
            pid_file.unlink(missing_ok=True)  # left by a crash; its number may be somebody else's by now
        elif time.monotonic() > deadline:
            raise SystemExit(f"PostgreSQL (process {pid}) is still running in {data}; stop it first.")
        else:
            time.sleep(0.05)


def _runs_on(pid: str, data: Path) -> bool:
    command = Path("/proc", pid, "cmdline")
    if Path("/proc/self").exists():
        try:
            return os.fsencode(data) in command.read_bytes()
        except OSError:
            return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return True
