"""A whole centre of its own, whose parts may be killed, stopped and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import psycopg2

from aidcenter.embedded import procs
from aidcenter.embedded.home import open_home, private, servers_dir, service_account
from aidcenter.embedded.keys import make_keys
from aidcenter.embedded.postgres import SUPERUSER, Postgres
from aidcenter.embedded.valkey import Valkey
from aidcenter.processes import PROCESSES, argv, environment_of
from aidcenter.provision import LOGINS, OWNER
from referrals import signatures
from tests.faults.receiver import Home
from tests.faults.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
OURS = ("DATABASE_", "REDIS_", "SECRET_", "AIDCENTER_", "DJANGO_", "PYTEST_", "EMAIL_")
WRONG_CLOCK = -3 * 3600  # seconds
READY_SECONDS = 90


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Centre:
    """PostgreSQL, Valkey, the processes of the table, a second relay, a mail server and a body's system."""

    def __init__(self, stack: ExitStack, home: Path, *, naive: bool) -> None:
        self.naive = naive
        self.home = open_home(home)
        self.logs = private(home / "logs")
        self.ports = {name: free_port() for name in ("web", "sink", "receiver")}
        place = servers_dir(home, service_account())
        self.postgres = Postgres(place, self.logs / "postgres.log")
        self.valkey = Valkey(place, self.logs / "valkey.log")
        self.receiver, self.sink = Home(private(home / "receiver")), Sink(private(home / "sink"))
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.wanted: set[str] = set()
        stack.callback(self.stop)
        self.postgres.launch()
        self.valkey.launch()
        self.postgres.prepare()
        self.valkey.wait()
        self.urls = {login: self.postgres.url(login) for login in LOGINS}
        self.environment = self._environment()
        self.commands = self._commands()
        self._prepare()

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return inherited | make_keys(self.home) | {
            "AIDCENTER_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "aidcenter.settings",
            "REDIS_URL": self.valkey.url,
            "WEB_BIND": f"127.0.0.1:{self.ports['web']}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.ports["sink"]),
            "FAULTS_RECEIVER": self.receiver_url,
            "FAULTS_CLOCK": str(WRONG_CLOCK),
        }  # fmt: skip

    @property
    def receiver_url(self) -> str:
        """Where the body's system listens."""
        return f"http://127.0.0.1:{self.ports['receiver']}/"

    def _commands(self) -> dict[str, tuple[list[str], dict[str, str]]]:
        """How each part is started, and with what it knows."""
        made = {}
        for process in PROCESSES:
            if not process.demo_only:
                known = environment_of(process, self.environment, self.urls)
                made[process.name] = (argv(process, known), known)
        command, known = made["relay"]
        path = os.pathsep.join([str(HERE / "clock"), *filter(None, [known.get("PYTHONPATH")])])
        made["late_relay"] = (command, known | {"PYTHONPATH": path})
        for name, place in (("sink", self.sink.place), ("receiver", self.receiver.place)):
            listen = [sys.executable, "-m", f"tests.faults.{name}", str(place), str(self.ports[name])]
            made[name] = (listen, self.environment)
        if self.naive:
            web, known = made["web"]
            made["web"] = (web, known | {"DJANGO_SETTINGS_MODULE": "tests.faults.naive.settings"})
            made = {name: made[name] for name in ("web", "sink", "receiver")}
        return made

    def _prepare(self) -> None:
        owner = self.environment | {"DATABASE_URL": self.urls[OWNER], "DATABASE_OWNER_URL": self.urls[OWNER]}
        self._run([sys.executable, "-m", "aidcenter.release"], owner)
        if self.naive:
            with self.sql() as cursor:
                cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = 'cases_case'::regclass"
                    " AND NOT tgisinternal AND tgname NOT LIKE '%owes_notifications%'"
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f'ALTER TABLE cases_case ENABLE TRIGGER "{name}"')
        web = self.environment | {"DATABASE_URL": self.urls["aidcenter_web"]}
        key = signatures.public_half(self.receiver.key)
        inside = [sys.executable, "-m", "tests.faults.inside", self.receiver_url, key]
        self.cookie = self._run(inside, web).splitlines()[-1]

    def _run(self, command: list[str], environment: dict[str, str]) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            check=False,
            text=True,
            capture_output=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command[1:3])} failed:\n{done.stderr}")
        return done.stdout

    def sql(self):
        """A cursor of the superuser, for what is counted; every statement commits."""
        connection = psycopg2.connect(self.postgres.url(SUPERUSER))
        connection.autocommit = True
        return closing(connection.cursor())

    def start(self) -> None:
        """Start every part, and wait until the web answers."""
        for name in self.commands:
            self.up(name)
        deadline = time.monotonic() + READY_SECONDS
        while not self._listens("web") or not self._listens("sink") or not self._listens("receiver"):
            if time.monotonic() > deadline:
                raise SystemExit(f"The centre does not start; see {self.logs}.")
            time.sleep(0.1)

    def _listens(self, name: str) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.ports[name])) == 0

    def up(self, name: str) -> None:
        """Start a part; from now on it is kept up."""
        command, environment = self.commands[name]
        self.wanted.add(name)
        self.running[name] = procs.spawn(
            command, log=self.logs / f"{name}.log", env=environment, cwd=ROOT, when_parent_dies=signal.SIGKILL
        )

    def kill(self, name: str) -> None:
        """End a part and everything it started, at once; its process group is its own."""
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait(10)

    def keep_up(self) -> None:
        """Start again what has ended, as an operator's supervisor does."""
        for name in self.wanted:
            if self.running[name].poll() is not None:
                self.up(name)

    def stop(self) -> None:
        """End everything."""
        self.wanted.clear()
        for name, process in self.running.items():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
            self.kill(name)
        self.valkey.stop()
        self.postgres.stop()
