"""The bench's own PostgreSQL, its databases (kept for the next run) and the web processes in front of them."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from aidcenter.embedded import procs
from aidcenter.embedded.home import open_home, private, servers_dir, service_account
from aidcenter.embedded.keys import make_keys
from aidcenter.embedded.postgres import SUPERUSER, Postgres
from aidcenter.processes import PROCESSES, argv, environment_of
from aidcenter.provision import LOGINS, OWNER, provision
from tests.bench.cpu import cpu_of, tree

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
WEB = "aidcenter_web"
PLAIN = "bench_plain"  # what web may, and no policy holds it


class Centre:
    """A PostgreSQL in `$AIDCENTER_BENCH_HOME` (default `.bench`)."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.home = open_home(Path(os.environ.get("AIDCENTER_BENCH_HOME") or ROOT / ".bench").absolute())
        self.logs = private(self.home / "logs")
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")
        }
        self.environment |= make_keys(self.home) | {
            "AIDCENTER_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        place = servers_dir(self.home, service_account())
        self.postgres = Postgres(place, self.logs / "postgres.log", durable=False)
        stack.callback(self.postgres.stop)
        self.postgres.launch()
        self.postgres.passwords[PLAIN] = self.postgres.passwords[WEB]
        self.postgres.prepare()
        with closing(self.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE IF EXISTS {PLAIN}")
            cursor.execute(
                f"CREATE ROLE {PLAIN} LOGIN BYPASSRLS IN ROLE {WEB} PASSWORD %s",
                [self.postgres.passwords[WEB]],
            )
            cursor.execute(f"ALTER ROLE {PLAIN} SET jit = off")

    def store(self, cases: int) -> "Store":
        """The database with `cases` cases, loaded once."""
        store = Store(self, cases)
        store.load()
        return store


class Store:
    """One database of the bench."""

    def __init__(self, centre: Centre, cases: int) -> None:
        self.centre, self.cases, self.name = centre, cases, f"bench_{cases}"
        self._signed_in: dict = {}

    def environment(self, login: str = WEB, without: str = "") -> dict[str, str]:
        """What a process on this database needs to know."""
        url = self.centre.postgres.url
        made = self.centre.environment | {"DATABASE_URL": url(login, self.name), "BENCH_WITHOUT": without}
        return made | ({"DATABASE_OWNER_URL": url(OWNER, self.name)} if login == OWNER else {})

    def inside(self, *arguments: object, login: str = WEB, without: str = "") -> dict:
        """What `tests.bench.inside` answers for this database."""
        command = [sys.executable, "-m", "tests.bench.inside", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(login, without), check=True, stdout=subprocess.PIPE
        )
        return json.loads(done.stdout.splitlines()[-1])

    def load(self) -> None:
        """Make the tables and the rows, unless the same code made them before."""
        stamp, wanted = self.centre.home / self.name, _digest()
        if stamp.exists() and stamp.read_text() == wanted:
            self.inside("functions", login=OWNER)
            return
        print(f"Loading {self.cases} cases (kept for the next run) ...", flush=True)
        stamp.unlink(missing_ok=True)
        postgres = self.centre.postgres
        with closing(postgres.connect()) as connection:
            connection.cursor().execute(f"DROP DATABASE IF EXISTS {self.name}")
            provision(connection, {login: postgres.passwords[login] for login in LOGINS}, self.name)
        environment = self.environment(OWNER)
        subprocess.run([sys.executable, "-m", "aidcenter.release"], cwd=ROOT, env=environment, check=True)
        self.inside("people")
        parts = self.inside("marks")["parts"]
        with closing(postgres.connect(SUPERUSER, self.name)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE part (kind text, place int, marks int[])")
            cursor.executemany("INSERT INTO part VALUES (%s, %s, %s)", parts)
            cursor.execute((HERE / "load.sql").read_text(), {"cases": self.cases})
            cursor.execute("VACUUM ANALYZE")
        stamp.write_text(wanted)

    @property
    def signed_in(self) -> dict:
        """Cookies by role, and a key to the API and the id of a case of the caseworker."""
        self._signed_in = self._signed_in or self.inside("sign_in")
        return self._signed_in

    def web(self, without: str = "") -> "Web":
        """gunicorn on this database, as `aidcenter/processes.py` starts it."""
        return Web(self, without)


class Web:
    """One running web process and a connection to it; `without` names the layers it lacks."""

    def __init__(self, store: Store, without: str) -> None:
        self.store, self.cookie = store, store.signed_in["cookies"]["caseworker"]
        self.key = store.signed_in["key"]
        login = PLAIN if "policies" in without else WEB
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        web = next(process for process in PROCESSES if process.name == "web")
        if without:
            store.inside("functions", login=OWNER, without=without)
        urls = {WEB: store.centre.postgres.url(login, store.name)}
        common = store.environment(without=without) | {"WEB_BIND": f"127.0.0.1:{self.port}"}
        environment = environment_of(web, common, urls)
        log = store.centre.logs / f"{'-'.join([store.name, *without.split()])}.log"
        self.process = procs.spawn(argv(web, environment), log=log, env=environment, cwd=ROOT)
        store.centre.stack.callback(procs.stop, self.process)
        self._wait()

    def _wait(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.get("/healthz")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def get(self, path: str) -> None:
        """One page; anything but 200 is an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            as_whom = (
                {"Authorization": f"Bearer {self.key}"}
                if path.startswith("/api/")
                else {"Cookie": self.cookie}
            )
            connection.request("GET", path, headers={"Accept-Language": "en"} | as_whom)
            answer = connection.getresponse()
            answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")

    def cpu(self) -> float:
        """Seconds of CPU that this web process and PostgreSQL have used."""
        postgres = self.store.centre.postgres.process
        return sum(cpu_of(pid) for top in (self.process.pid, postgres.pid) for pid in tree(top))


def _digest() -> str:
    """What the loaded rows depend on."""
    apps = ("aidcenter", "cases", "referrals", "rehabilitation")
    files = [
        HERE / "load.sql",
        HERE / "inside.py",
        ROOT / "cases" / "actions.py",
        ROOT / "aidcenter" / "crypto.py",
        ROOT / "aidcenter" / "policies.py",
        ROOT / "aidcenter" / "folding.py",
    ]
    files += [path for app in apps for path in sorted((ROOT / app / "migrations").glob("*.py"))]
    files += sorted(ROOT.glob("*/sql/*.sql"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
