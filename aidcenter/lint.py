"""`python3 manage.py lint`: every check of the code; pre-commit and CI run the same."""

import os
import subprocess
import sys
import time
from pathlib import Path

from aidcenter.translations import ROOT, compile_all

PACKAGES = ("aidcenter", "cases", "referrals", "rehabilitation")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("mypy", "manage.py", *PACKAGES),
    ("djlint", "--quiet", "--lint", "templates"),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    ("python", "manage.py", "check"),
)
# Django asks for these, and nothing here opens a connection.
SETTINGS = {"SECRET_KEY": "lint", "DATABASE_URL": "postgres://lint@127.0.0.1:1/lint"}


def main() -> int:
    """Run them all; 1 when any found something."""
    compile_all()
    failed = [command for command in COMMANDS if not _passes(command)]
    print(f"{len(COMMANDS) - len(failed)} of {len(COMMANDS)} checks passed.")
    return int(bool(failed))


def _passes(command: tuple[str, ...]) -> bool:
    program, *arguments = command
    here = Path(sys.executable)
    began = time.monotonic()
    done = subprocess.run(
        [here if program == "python" else here.with_name(program), *arguments],
        cwd=ROOT,
        env=os.environ | SETTINGS | {"DATABASE_OWNER_URL": SETTINGS["DATABASE_URL"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "failed" if done.returncode else "ok"
    print(f"{verdict:6} {' '.join(command)} ({time.monotonic() - began:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0
