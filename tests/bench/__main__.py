"""`python -m tests.bench [S1 S2 ...] [--cases N] [--rounds N]`: prints each ratio, then all as one JSON object."""

import argparse
import json
import sys
from contextlib import ExitStack

from aidcenter import bootstrap

SMALL, LARGE = 10_000, 1_000_000


def main() -> int:
    """Measure what was asked for; 0 whatever the figures are: they are read, not asserted."""
    from tests.bench.centre import Centre
    from tests.bench.measures import KEYS, MEASURES, Bench

    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*MEASURES, []], help="which measures; all when none is named"
    )
    parser.add_argument("--cases", type=int, default=LARGE, help="cases in the large database")
    parser.add_argument("--small", type=int, default=SMALL, help="cases in the small database")
    parser.add_argument("--rounds", type=int, default=12, help="interleaved rounds of each comparison")
    said = parser.parse_args()
    found: dict[str, float | None] = dict.fromkeys(KEYS)
    with ExitStack() as stack:
        bench = Bench(Centre(stack), said.small, said.cases, said.rounds)
        for name in said.names or MEASURES:
            for key, value in MEASURES[name](bench).items():
                found[key] = round(value, 3)
                print(f"{key:12} {value:.3f}", flush=True)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main())
