"""The bench runs: a small database, every measure once."""

import json
import os
import subprocess
import sys

from django.conf import settings


def test_every_measure_gives_a_figure(tmp_path):
    ours = ("DATABASE_", "REDIS_", "AIDCENTER_", "DJANGO_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--cases", "400", "--small", "400", "--rounds", "1"],
        cwd=settings.BASE_DIR, env=environment | {"AIDCENTER_BENCH_HOME": str(tmp_path / "bench")}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    measured = {name for name, value in found.items() if value is not None}
    searches = {"S6_p95_ms", "S6_recall0", "S6_recall1", "S6_recall2"}
    pages = {"S1", "S1_buffers", "S2", "S3", "S4_list", "S4_case", "S4_month", "S5", "S8", "S9", "API_list"}
    assert measured == pages | searches
    assert found["S1_buffers"] == 1  # the same database twice
