"""What goes wrong: each fault breaks something, waits, and mends it."""

import os
import random
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing

from tests.faults.centre import Centre

Break = Callable[[Centre, random.Random], None]


def _killed(name: str) -> Break:
    def kill(centre: Centre, dice: random.Random) -> None:
        centre.kill(name)
        time.sleep(dice.uniform(0, 0.5))
        centre.up(name)

    kill.__name__ = f"kill_{name}"
    return kill


def kill_web_worker(centre: Centre, dice: random.Random) -> None:
    """One of gunicorn's workers, in the middle of what it does; gunicorn starts another."""
    master = centre.running["web"].pid
    with open(f"/proc/{master}/task/{master}/children") as file:
        workers = file.read().split()
    if workers:
        os.kill(int(dice.choice(workers)), signal.SIGKILL)


def _hung(name: str) -> Break:
    def hang(centre: Centre, dice: random.Random) -> None:
        """Stopped in the middle, and continued when others have taken over."""
        process = centre.running[name]
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(dice.uniform(1, 4))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGCONT)

    hang.__name__ = f"hang_{name}"
    return hang


def _mail(mode: str) -> Break:
    def mail(centre: Centre, dice: random.Random) -> None:
        file = centre.sink.place / "mode"
        file.write_text(mode)
        time.sleep(dice.uniform(0.5, 2))
        file.write_text("ok")

    mail.__name__ = f"mail_{mode}"
    return mail


def _body(mode: str) -> Break:
    def body(centre: Centre, dice: random.Random) -> None:
        centre.receiver.behave(mode)
        time.sleep(dice.uniform(0.5, 2))
        centre.receiver.behave("ok")

    body.__name__ = f"body_{mode}"
    return body


def mail_down(centre: Centre, dice: random.Random) -> None:
    """The mail server is away for a while."""
    centre.wanted.discard("sink")
    centre.kill("sink")
    time.sleep(dice.uniform(1, 3))
    centre.up("sink")


def postgres_restart(centre: Centre, dice: random.Random) -> None:
    """`pg_ctl restart -m immediate`: every connection is lost, and it recovers from its log."""
    process = centre.postgres.process
    process.send_signal(signal.SIGQUIT)
    process.wait(30)
    time.sleep(dice.uniform(0, 0.5))
    centre.postgres.launch()
    centre.postgres.prepare()


def redis_flushed(centre: Centre, _: random.Random) -> None:
    """Every message of the queue is gone."""
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(5)
        client.connect(str(centre.valkey.socket))
        client.sendall(b"FLUSHALL\r\n")
        client.recv(16)


def redis_killed(centre: Centre, dice: random.Random) -> None:
    """The queue is away, and comes back empty."""
    centre.valkey.process.kill()
    centre.valkey.process.wait(10)
    time.sleep(dice.uniform(0.5, 2))
    centre.valkey.launch()
    centre.valkey.wait()


# Each of these is tried before one is tried again.
FAULTS: tuple[Break, ...] = (
    _killed("web"), _killed("relay"), postgres_restart, _killed("worker"), _hung("relay"), redis_flushed,
    _killed("receiver"), mail_down, kill_web_worker, _body("hangup"), _killed("late_relay"), redis_killed,
    _mail("abort"), _body("html"), _hung("late_relay"), _mail("451"), _killed("beat"), _body("error"),
    _mail("tarpit"), _body("redirect"), _hung("worker"), _killed("watch"), _body("forged"),
)  # fmt: skip
NAIVE = tuple(fault for fault in FAULTS if fault.__name__ in {
    "kill_web", "postgres_restart", "kill_receiver", "kill_web_worker", "body_error", "redis_flushed", "mail_down",
})  # fmt: skip


def sequence(faults: int, dice: random.Random, *, naive: bool) -> list[Break]:
    """So many faults: all kinds in turn, each turn in another order."""
    known, chosen = NAIVE if naive else FAULTS, list[Break]()
    while len(chosen) < faults:
        chosen += dice.sample(known, len(known)) if chosen else known
    return chosen[:faults]
