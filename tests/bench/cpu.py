"""The CPU that processes used: it repeats on a shared machine, where wall time varies threefold."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Seconds of CPU (user and system) of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in (11, 12)) / TICK


def tree(pid: int) -> list[int]:
    """The process `pid` and everything that it started and that still runs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in tree(int(child)))]
