"""Where the embedded servers keep their files, and who owns them."""

import fcntl
import hashlib
import os
import pwd
import secrets
import stat
import tempfile
from pathlib import Path
from typing import IO

LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes, macOS 103


def open_home(home: Path) -> Path:
    """Make `home` ready to write to, or say in one sentence why it cannot be."""
    try:
        home.mkdir(mode=0o700 if os.geteuid() else 0o711, parents=True, exist_ok=True)
        private(home / "logs")
        write_once(home / "id", secrets.token_hex(8))
    except OSError as error:
        raise SystemExit(
            f"Aid Centre cannot write to {home} ({error.strerror}); set AIDCENTER_HOME to another directory."
        ) from None
    return home


def claim(home: Path) -> IO[str]:
    """Hold `home` for this process while the returned file is open; refuse when another holds it."""
    lock = (home / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SystemExit(
            f"Another Aid Centre is running in {home}; stop it, or set AIDCENTER_HOME to another directory."
        ) from None
    return lock


def private(path: Path) -> Path:
    """The directory `path`, made if needed, readable by us alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def write_once(path: Path, text: str) -> str:
    """What the file `path` (mode 0600) holds: `text` when it is new, and otherwise what it held before."""
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        unfinished.rename(path)
    return path.read_text()


def service_account() -> pwd.struct_passwd | None:
    """Whom the servers run as: PostgreSQL refuses root, so an account that exists and owns nothing."""
    if os.geteuid() != 0:
        return None
    name = os.environ.get("AIDCENTER_SERVICE_USER", "nobody")
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise SystemExit(
            f"PostgreSQL does not run as root and there is no account {name}; set AIDCENTER_SERVICE_USER."
        ) from None


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` can walk to `path` and enter or run it; a checkout under /root it cannot reach."""
    if account is None:
        return True
    path = path.resolve()
    modes = [place.stat().st_mode for place in path.parents]
    return bool(path.stat().st_mode & stat.S_IXOTH) and all(mode & stat.S_IXOTH for mode in modes)


def servers_dir(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Where the servers' files lie: in `home`, or beside it in /var/tmp when `account` cannot get there."""
    place = home / "servers"
    if not reachable(home, account):
        # The id makes a home that was deleted and made again start with an empty database.
        place = Path("/var/tmp") / f"aidcenter-{_digest(home.resolve(), (home / 'id').read_text())}"  # noqa: S108 - checked below
    return _ours(place, 0o711 if account else 0o700)


def socket_dir(servers: Path, name: str, account: pwd.struct_passwd | None) -> Path:
    """A directory for the socket of server `name`, short enough for the kernel, open to `account` alone."""
    place = servers / name
    if len(os.fsencode(place)) + len("/.s.PGSQL.5432") > LONGEST_SOCKET_PATH:
        base = _ours(Path(tempfile.gettempdir()) / f"aidcenter-{_digest(servers)}", 0o711)
        place = base / name
    return give(private(place), account)


def give(path: Path, account: pwd.struct_passwd | None) -> Path:
    """Make `path` belong to `account`, when there is one."""
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def _ours(path: Path, mode: int) -> Path:
    path.mkdir(mode=mode, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():  # someone was there before us
        raise SystemExit(f"{path} belongs to somebody else; set AIDCENTER_HOME to another directory.")
    path.chmod(mode)
    return path


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
