"""Look at every page in pairs of language, theme, width, scripts and state; nothing may be wrong.

Prints each finding, then `pages: N addresses, N looks, N findings`. The arguments are pytest's (`-k turn` ...).
"""

import os
import sys

from aidcenter import bootstrap


def main() -> int:
    """0 when nothing was found."""
    import pytest

    class Sum:
        """Adds up what the looks found, whichever process took them."""

        def __init__(self) -> None:
            self.addresses: set[str] = set()
            self.looks = 0
            self.findings: list[str] = []
            self.weight: list[str] = []

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            """Keep what a part found."""
            if report.when == "teardown":
                kept = dict(report.user_properties)
                self.addresses |= set(kept.get("addresses", []))
                self.looks += kept.get("looks", 0)
                self.findings += kept.get("findings", [])
                self.weight += [kept["weight"]] if "weight" in kept else []

        def pytest_terminal_summary(self, terminalreporter) -> None:
            """The findings, and the one line that is read."""
            for line in self.findings + [f"weight: {said}" for said in self.weight]:
                terminalreporter.write_line(line)
            counts = f"{len(self.addresses)} addresses, {self.looks} looks, {len(self.findings)} findings"
            terminalreporter.write_line(f"pages: {counts}")

    os.environ["PAGES"] = "full"
    files = ["tests/test_pages.py", "tests/test_plan_journeys.py", "tests/test_weight.py"]
    asked = [
        "-q",
        "-n2",
        "--maxschedchunk=1",
        "--show-capture=no",
        "-p",
        "no:cacheprovider",
        "-m",
        "looks",
        *files,
        *sys.argv[1:],
    ]
    return pytest.main(asked, plugins=[Sum()])


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main())
