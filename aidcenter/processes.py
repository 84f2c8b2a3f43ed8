"""The processes of a centre, in one table: the demo, docker-compose.yml and the tests start these."""

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Environment = Mapping[str, str]
WEB_WORKERS, WEB_THREADS = 2, 4
TASK_THREADS = 2


@dataclass(frozen=True)
class Process:
    """One long-running process: how it is started and which login of the database it may use."""

    name: str
    command: Callable[[Environment], list[str]]
    login: str | None
    needs_redis: bool = False
    demo_only: bool = False


def _web(environment: Environment) -> list[str]:
    # gunicorn's workers touch a file each second: on a disk that hangs, a healthy worker would be killed.
    shared_memory = "/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()  # noqa: S108 - no name is guessed
    return [
        *("gunicorn", "aidcenter.wsgi:application"),
        *("--bind", environment.get("WEB_BIND", "127.0.0.1:8000")),
        *("--worker-class", "gthread", "--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--worker-tmp-dir", shared_memory, "--no-control-socket", "--graceful-timeout", "5"),
    ]


def _worker(_: Environment) -> list[str]:
    # Threads, not forks: the tasks wait for the database, and one process leaves no child behind.
    pool = ["--pool", "threads", "--concurrency", str(TASK_THREADS)]
    return ["celery", "-A", "aidcenter", "worker", *pool, "--loglevel", "INFO"]


def _beat(environment: Environment) -> list[str]:
    schedule = Path(environment["AIDCENTER_HOME"]) / "beat"
    return [
        "celery",
        "-A",
        "aidcenter",
        "beat",
        "--loglevel",
        "INFO",
        "--schedule",
        str(schedule),
        "--pidfile=",
    ]


PROCESSES = (
    Process("web", _web, "aidcenter_web"),
    Process("worker", _worker, "aidcenter_worker", needs_redis=True),
    Process("beat", _beat, "aidcenter_worker", needs_redis=True),
    Process("relay", lambda _: ["python", "manage.py", "relay"], "aidcenter_relay"),
    Process("watch", lambda _: ["python", "manage.py", "watch"], "aidcenter_worker"),
    Process("mail", lambda _: ["python", "-m", "aidcenter.mailcatcher"], None, demo_only=True),
)


def argv(process: Process, environment: Environment) -> list[str]:
    """The command line of `process` on this machine, run by this interpreter wherever PATH leads."""
    program, *arguments = process.command(environment)
    return [sys.executable, *([] if program == "python" else ["-m", program]), *arguments]


def environment_of(process: Process, common: Environment, urls: Mapping[str, str]) -> dict[str, str]:
    """What `process` may know: of the database only the URL of its own login."""
    environment = {name: value for name, value in common.items() if not name.startswith("DATABASE_")}
    if process.login:
        environment["DATABASE_URL"] = urls[process.login]
    return environment
