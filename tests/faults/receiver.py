"""The system of a state body, as good and as bad as such systems are: its effect is a row by event id.

Run alone: `python -m tests.faults.receiver HOME PORT`; `HOME/mode` says how it behaves.
"""

import json
import sqlite3
import sys
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from referrals import signatures

OLD = 3600
REFUSALS = {"error": 500, "busy": 503, "gone": 410, "throttled": 429}


class Home:
    """What a receiver keeps on disk, so that it outlives a kill."""

    def __init__(self, place: Path) -> None:
        self.place = place
        with self.rows() as rows:
            rows.execute("CREATE TABLE IF NOT EXISTS effect (id TEXT PRIMARY KEY, body TEXT, times INTEGER)")
        if not (place / "key").exists():
            (place / "key").write_text(signatures.new_key())

    def rows(self):
        """A transaction on the effects; SQLite syncs it before it counts."""
        return sqlite3.connect(self.place / "effects.sqlite", timeout=30)

    @property
    def key(self) -> str:
        """The private key that signs receipts."""
        return (self.place / "key").read_text()

    @property
    def mode(self) -> str:
        """How it behaves now."""
        file = self.place / "mode"
        return file.read_text().strip() if file.exists() else "ok"

    def behave(self, mode: str) -> None:
        """Change it, at once and whole."""
        (self.place / "mode.new").write_text(mode)
        (self.place / "mode.new").rename(self.place / "mode")

    def take(self, event: str, body: bytes) -> None:
        """The effect: once for an id, however often it comes."""
        with closing(self.rows()) as rows, rows:
            rows.execute(
                "INSERT INTO effect VALUES (?, ?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1",
                [event, body.decode()],
            )

    def effects(self) -> dict[str, int]:
        """How often each id came."""
        with closing(self.rows()) as rows:
            return dict(rows.execute("SELECT id, times FROM effect").fetchall())


def receipt(home: Home, event: str, mode: str) -> tuple[int, dict[str, str], bytes]:
    """The answer to a message that was taken, or what such systems send instead."""
    body = json.dumps({"received": event}).encode()
    shift = {"old": -OLD, "future": OLD}.get(mode, 0)
    key = signatures.new_key() if mode == "forged" else home.key
    said = "another-event" if mode == "replay" else event
    headers = signatures.signed(key, said, int(time.time()) + shift, body)
    if mode == "html":
        return 200, {"content-type": "text/html"}, b"<html><title>Welcome</title></html>"
    if mode == "redirect":
        return 302, {"location": "/elsewhere"}, b""
    if mode == "unsigned":
        return 200, {"webhook-id": event}, body
    if mode == "tampered":
        return 200, headers, body + b" "
    return REFUSALS.get(mode, 200), headers, body


class Handler(BaseHTTPRequestHandler):
    """Takes each message once, and answers as `home` says."""

    home: Home
    theirs = ""  # the sender's public key, to check the signature with

    def do_POST(self) -> None:
        """Refuse, or take the message and then answer, or not."""
        body = self.rfile.read(int(self.headers["content-length"]))
        event, mode = self.headers["webhook-id"], self.home.mode
        if self.theirs:
            said = {name.lower(): value for name, value in self.headers.items()}
            signatures.check(self.theirs, event, int(time.time()), said, body)
        if mode not in REFUSALS:
            self.home.take(event, body)
        if mode == "hangup":
            self.close_connection = True
        elif mode == "drip":
            self._drip()
        else:
            self._answer(*receipt(self.home, event, mode))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"x" * 60:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.5)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def handler(home: Home, theirs: str = "") -> type[Handler]:
    """A handler that keeps its effects in `home`."""
    return type("HandlerOfHome", (Handler,), {"home": home, "theirs": theirs})


def main() -> None:
    """Serve until killed."""
    home, port = Home(Path(sys.argv[1])), int(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", port), handler(home)).serve_forever()


if __name__ == "__main__":
    main()
