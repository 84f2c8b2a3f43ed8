"""One command from nothing to a centre: it starts, answers, stops cleanly, and starts again after a kill."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def demo(home, port, **more):
    """A demo centre in `home`, with the lines it printed until it was ready."""
    ours = ("DATABASE_", "REDIS_", "SECRET_", "AIDCENTER_", "DJANGO_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"], cwd=settings.BASE_DIR, text=True,
        env=environment | {"AIDCENTER_HOME": str(home), "PORT": str(port)} | more,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lines = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("Aid Centre is ready: "):
                break
        yield process, lines
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def running_in(home):
    """The processes whose environment or command names `home`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(home).encode() in said:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def gone(home, seconds=15):
    end = time.monotonic() + seconds
    while left := running_in(home):
        assert time.monotonic() < end, f"left behind: {left}"
        time.sleep(0.1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_demo_starts_stops_and_starts_again(tmp_path):
    home, port = tmp_path / "home", free_port()
    with demo(home, port) as (process, lines):
        assert lines[-1] == f"Aid Centre is ready: http://127.0.0.1:{port}/"
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200
        assert any("caseworker-1" in line for line in lines)
        with demo(tmp_path / "other", port) as (refused, said):
            assert (refused.wait(20), len(said)) == (1, 1)
            assert f"Port {port} is not free" in said[0]
        process.kill()  # nothing is said to the children: the kernel ends them
    gone(home)
    with demo(home, port) as (process, lines):
        assert lines[-1] == f"Aid Centre is ready: http://127.0.0.1:{port}/"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    gone(home)


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with demo(tmp_path / "file" / "home", free_port()) as (process, lines):
        assert (process.wait(20), len(lines)) == (1, 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_two_centres_at_once(tmp_path):
    ports = (free_port(), free_port())
    with (
        demo(tmp_path / "one", ports[0]) as (_, first),
        demo(tmp_path / "two", ports[1]) as (_, second),
    ):
        for port, lines in zip(ports, (first, second), strict=True):
            assert lines[-1] == f"Aid Centre is ready: http://127.0.0.1:{port}/"
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200
    gone(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_normal_user_who_may_not_write_is_told_in_one_sentence(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o755)
    become = (
        "import os; from pathlib import Path; from aidcenter.embedded.home import open_home; os.setuid(65534)"
    )
    command = [sys.executable, "-c", f"{become}; open_home(Path({str(closed / 'home')!r}))"]
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_uid == os.geteuid() and place != Path("/"):
            place.chmod(place.stat().st_mode | 0o011)
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"cannot write to {closed / 'home'} (Permission denied)" in done.stderr
