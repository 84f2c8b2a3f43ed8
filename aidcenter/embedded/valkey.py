"""A private Valkey on a unix socket: Celery's broker, which keeps nothing that matters."""

import signal
import socket
import subprocess
import time
from pathlib import Path

from aidcenter.embedded import home, procs
from aidcenter.embedded.binaries import runnable_valkey

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "128mb",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """The server whose files are in `place`."""

    name = "valkey"

    def __init__(self, place: Path, log: Path) -> None:
        self.place, self.log = place, log
        self.account = home.service_account()
        self.directory = home.socket_dir(place, "vk", self.account)
        self.socket = self.directory / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The REDIS_URL, in the form that Celery reads."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    def launch(self) -> None:
        """Start the server, without waiting for it."""
        argv: list[object] = [runnable_valkey(self.place, self.account)]
        options = OPTIONS | {"unixsocket": str(self.socket), "dir": str(self.directory)}
        for name, value in options.items():
            argv += [f"--{name}", value]
        self.process = procs.spawn(argv, log=self.log, account=self.account)

    def wait(self, seconds: float = 20) -> None:
        """Wait until the server answers."""
        deadline = time.monotonic() + seconds
        while not self._answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Valkey did not start; see {self.log}.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server."""
        procs.stop(self.process, signal.SIGTERM, seconds=10)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
