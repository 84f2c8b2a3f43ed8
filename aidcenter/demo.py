"""`python3 manage.py demo`: a whole centre on this machine, until Ctrl-C."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from aidcenter.embedded import home, procs
from aidcenter.embedded.keys import make_keys
from aidcenter.embedded.postgres import Postgres
from aidcenter.embedded.valkey import Valkey
from aidcenter.processes import PROCESSES, argv, environment_of
from aidcenter.provision import LOGINS, OWNER, url_name

ROOT = Path(__file__).resolve().parent.parent
WEB = "aidcenter_web"
SOURCES = ("aidcenter", "cases", "referrals", "rehabilitation", "static", "locale", "requirements-demo.txt")


def main() -> int:
    """Run until told to stop (0) or until a part fails (1)."""
    if os.environ.get("AIDCENTER_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}:
        raise SystemExit("The demo does not run with AIDCENTER_PRODUCTION set.")
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if ending != signal.SIGHUP or signal.getsignal(ending) != signal.SIG_IGN:  # nohup stays
            signal.signal(ending, _interrupt)
    place = home.open_home(Path(os.environ.get("AIDCENTER_HOME") or ROOT / "var").absolute())
    with home.claim(place):
        centre = Centre(place, free_port(os.environ.get("PORT", "8000")))
        try:
            centre.start()
            centre.watch()
        except KeyboardInterrupt:
            return 0
        finally:
            for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_IGN)
            centre.stop()
    return 1


def free_port(wanted: str) -> int:
    """The port `wanted` (0: any) if nothing listens on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except (OSError, ValueError, OverflowError):
            raise SystemExit(f"Port {wanted} is not free; choose another, for instance PORT=8001.") from None
        return int(probe.getsockname()[1])


class Centre:
    """The servers and processes of one centre, in the order they were started."""

    def __init__(self, place: Path, port: int) -> None:
        self.place, self.port, self.began = place, port, time.monotonic()
        self.logs = home.private(place / "logs")
        self.servers: list[Postgres | Valkey] = []
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.urls: dict[str, str] = {}
        self.environment = os.environ | {
            "AIDCENTER_HOME": str(place),
            "AIDCENTER_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "aidcenter.settings",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "WEB_BIND": f"127.0.0.1:{port}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(free_port(os.environ.get("EMAIL_PORT", "0"))),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Start everything; the address is the last line printed."""
        self.environment |= make_keys(self.place)
        self._start_servers()
        self.say("The database and the queue are running.")
        self._prepare()
        for process in PROCESSES:
            environment = environment_of(process, self.environment, self.urls)
            self._spawn(process.name, argv(process, environment), environment)
        people = self._manage("people", WEB, "manage.py", "seed_demo", "--list")
        self._wait_for_web()
        self.say("The processes are running; Ctrl-C stops them all.")
        self._finish("people", people)
        print((self.logs / "people.log").read_text(), end="", flush=True)
        print(f"Aid Centre is ready: http://127.0.0.1:{self.port}/", flush=True)

    def watch(self) -> None:
        """Return, after saying which, when a process or server ended by itself."""
        while not (ended := next(self._ended(), None)):
            time.sleep(0.2)
        print(f"{ended} ended by itself; see {self.logs / ended}.log.", file=sys.stderr)

    def stop(self) -> None:
        """Ask every process to end, then wait for each, then the servers; data is kept."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                process.terminate()
        for process in self.processes.values():
            procs.stop(process, seconds=10)
        for server in reversed(self.servers):
            server.stop()

    def say(self, sentence: str) -> None:
        """Print progress, with the seconds since the start."""
        print(f"[{time.monotonic() - self.began:4.1f} s] {sentence}", flush=True)

    def _start_servers(self) -> None:
        place = home.servers_dir(self.place, home.service_account())
        if not self.environment.get("REDIS_URL"):
            valkey = Valkey(place, self.logs / "valkey.log")
            self.servers.append(valkey)
            valkey.launch()
            self.environment["REDIS_URL"] = valkey.url
        if url := self.environment.get("DATABASE_URL"):
            self.urls = _urls_given(url)
        else:
            postgres = Postgres(place, self.logs / "postgres.log")
            self.servers.append(postgres)
            postgres.launch()
            postgres.prepare()
            self.urls = {login: postgres.url(login) for login in LOGINS}
        for server in self.servers:
            if isinstance(server, Valkey):
                server.wait()

    def _prepare(self) -> None:
        """Migrate and seed, unless this very database was prepared by this very code before."""
        stamp, state = self.place / "prepared", self._state()
        if state and stamp.exists() and stamp.read_text() == state:
            return
        self._finish("release", self._manage("release", OWNER, "-m", "aidcenter.release"))
        self.say("The tables, the translations and the static files are up to date.")
        self._finish("seed", self._manage("seed", WEB, "manage.py", "seed_demo", shown=True))
        stamp.write_text(self._state())

    def _state(self) -> str:
        """What the prepared database depends on; empty when it is not ours and may have changed."""
        postgres = next((server for server in self.servers if isinstance(server, Postgres)), None)
        if not postgres or not (self.place / "static").exists():
            return ""
        files = [postgres.data / "PG_VERSION"]
        for source in SOURCES:
            tree = [ROOT / source, *(ROOT / source).rglob("*")]
            files += [path for path in tree if path.is_file() and path.suffix not in {".pyc", ".mo"}]
        seen = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(files)]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    def _manage(self, name: str, login: str, *command: str, shown: bool = False) -> subprocess.Popen[bytes]:
        environment = self.environment | {
            "DATABASE_URL": self.urls[login],
            "DATABASE_OWNER_URL": self.urls[OWNER],
        }
        if login != OWNER:
            del environment["DATABASE_OWNER_URL"]
            environment["DATABASE_RELAY_URL"] = self.urls["aidcenter_relay"]  # the seed has its letters sent
        (self.logs / f"{name}.log").unlink(missing_ok=True)
        return self._spawn(name, [sys.executable, *command], environment, shown=shown)

    def _finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        if process.wait():
            log = self.logs / f"{name}.log"
            raise SystemExit(f"{name} failed; see {log if log.exists() else 'above'}.")
        del self.processes[name]

    def _spawn(
        self, name: str, command: list[str], environment: dict[str, str], *, shown: bool = False
    ) -> subprocess.Popen[bytes]:
        log = None if shown else self.logs / f"{name}.log"
        # When we are killed, gunicorn ends its workers; Celery would wait for a broker that died with us.
        how = signal.SIGTERM if name == "web" else signal.SIGKILL
        self.processes[name] = procs.spawn(command, log=log, env=environment, cwd=ROOT, when_parent_dies=how)
        return self.processes[name]

    def _wait_for_web(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not _answers(self.port):
            ended = self.processes["web"].poll() is not None
            if ended or time.monotonic() > deadline:
                raise SystemExit(f"web does not answer; see {self.logs / 'web.log'}.")
            time.sleep(0.05)

    def _ended(self) -> Iterator[str]:
        for name, process in self.processes.items():
            if process.poll() is not None:
                yield name
        for server in self.servers:
            if server.process is None or server.process.poll() is not None:
                yield server.name


def _urls_given(url: str) -> dict[str, str]:
    """DATABASE_<LOGIN>_URL for each login, or else DATABASE_URL; the owner's must be there."""
    if not os.environ.get("DATABASE_OWNER_URL"):
        raise SystemExit("DATABASE_URL is set, so set DATABASE_OWNER_URL too (python3 manage.py provision).")
    return {login: os.environ.get(url_name(login), url) for login in LOGINS}


def _answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as web:
        try:
            web.request("GET", "/healthz")
            return web.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
