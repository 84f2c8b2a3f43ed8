"""Run all attacks; prints `leaks: both=0 app=0 rls=0 none=N` and ends with 0 only when the layers hold.

Then everything that nobody should send, to every address, and 2,000 letters to bodies. The arguments
are pytest's.
"""

import os
import sys

from aidcenter import bootstrap

ONE_BY_ONE = "--maxschedchunk=1"  # else one process takes all four set-ups while the other is idle


def main() -> int:
    """0 when every set-up but `none` leaks nothing; the sum is printed when all of them have run."""
    import pytest

    class Sum:
        """Adds up what the set-ups found, whichever process tried them."""

        def __init__(self) -> None:
            self.found: dict[str, int] = {}

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            """Keep what a set-up found."""
            if report.when == "call":
                self.found |= dict(report.user_properties)

        def pytest_terminal_summary(self, terminalreporter) -> None:
            """The one line that is read."""
            terminalreporter.write_line("leaks: " + " ".join(f"{name}={n}" for name, n in self.found.items()))

    os.environ["ATTACK"] = "full"
    files = ["tests/test_attack.py", "tests/test_bad_input.py", "tests/test_extract.py"]
    asked = ["-q", "-n2", ONE_BY_ONE, "-p", "no:cacheprovider", *files, *sys.argv[1:]]
    return pytest.main(asked, plugins=[Sum()])


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main())
