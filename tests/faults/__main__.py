"""`python -m tests.faults [--children N] [--faults M] [--seed S] [--naive]`: register while everything breaks.

The last line is one JSON object; the exit code is 0 only when nothing was lost, doubled or broken.
`--naive` is the negative control: it commits and then sends, and has to lose.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from aidcenter import bootstrap

FAULT_SECONDS = 2.5  # from one fault to the next, about
DRAIN_SECONDS, OUTSIDE_SECONDS = 60, 420
CALM_SECONDS = 3.0
KEYS = ("children", "faults", "effects", "lost", "duplicates", "for_adults", "violations", "extra_bells",
        "drained_s", "p50_s", "p99_s")  # fmt: skip


def run(said: argparse.Namespace, place: Path) -> dict[str, object]:
    """One run in `place`; what `Count.result` found, and how long it took to drain."""
    from tests.faults.breaks import sequence
    from tests.faults.centre import Centre
    from tests.faults.count import Count
    from tests.faults.load import Load

    dice = random.Random(said.seed)
    with ExitStack() as stack:
        centre = Centre(stack, place, naive=said.naive)
        centre.start()
        adults = said.children if said.adults is None else said.adults
        load = Load(centre, said.children, adults, said.seed)
        load.start(max(said.faults, 1) * FAULT_SECONDS)
        for fault in sequence(said.faults, dice, naive=said.naive):
            print(f"{time.strftime('%H:%M:%S')} {fault.__name__}", flush=True)
            fault(centre, dice)
            centre.keep_up()
            time.sleep(dice.uniform(0.1, 0.8))
        load.join()
        count = Count(centre, said.children, adults)
        drained = count.drained(CALM_SECONDS if said.naive else DRAIN_SECONDS)
        if not said.naive:
            count.gone_out(OUTSIDE_SECONDS)
        found = count.result(load.cases, load.violations)
    return found | {"faults": said.faults, "drained_s": round(drained, 1)}


def main() -> int:
    """0 when the promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--children", type=int, default=1000)
    parser.add_argument("--adults", type=int, help="as many as children when not said")
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--naive", action="store_true", help="commit, then send: it has to lose")
    parser.add_argument("--home", type=Path, help="where to keep everything, to look at afterwards")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aidcenter-faults-") as made:
        place = said.home or Path(made)
        place.chmod(0o711)
        found = run(said, place)
    print(json.dumps({key: found.get(key) for key in KEYS}))
    good = not (found["lost"] or found["duplicates"] or found["for_adults"] or found["violations"])
    return 0 if good else 1


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main())
