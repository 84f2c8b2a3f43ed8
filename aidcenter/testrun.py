"""`python3 manage.py test [arguments of pytest]`: the tests, on two cores, after fetching what they need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from aidcenter.translations import ROOT, compile_all

# Debian's packages that some tests need: (package, the program that shows it is there).
WANTED = (
    ("chromium", "/usr/bin/chromium"),
    ("postgresql-15", "/usr/lib/postgresql/15/bin/postgres"),
    ("redis-server", "/usr/bin/redis-server"),
    ("pgbouncer", "/usr/sbin/pgbouncer"),
)


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments`; a single file or test runs in one process and fetches nothing."""
    os.chdir(ROOT)
    compile_all()
    single = any(".py" in argument or "::" in argument for argument in arguments)
    chosen = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
    if not single:
        _fetch_missing()
    spread = [] if single or chosen else ["-n", "2", "--dist", "loadgroup"]
    return subprocess.run([sys.executable, "-m", "pytest", *spread, *arguments], check=False).returncode


def _fetch_missing() -> None:
    """As root on Debian, install what is missing; otherwise the run's last lines say what did not run."""
    missing = [package for package, program in WANTED if not Path(program).exists()]
    if not missing or os.geteuid() or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(missing)} for the tests ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # starts no service
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *missing]):
        try:
            done = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                timeout=600,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            break
        if done.returncode:
            break
    left = [package for package, program in WANTED if not Path(program).exists()]
    if left:
        print(f"Not installed: {', '.join(left)}; the tests that need them will be skipped.", flush=True)
