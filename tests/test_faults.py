"""Children are registered while everything breaks: nothing is lost; committing and then sending loses."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills by process group")


def run(*arguments):
    ours = ("DATABASE_", "REDIS_", "AIDCENTER_", "DJANGO_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments],
        cwd=settings.BASE_DIR, env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_nothing_is_lost():
    code, found = run("--children", "100", "--adults", "20", "--faults", "15", "--seed", "7")
    assert {key: found[key] for key in ("lost", "duplicates", "for_adults", "violations")} == {
        "lost": 0, "duplicates": 0, "for_adults": 0, "violations": [],
    }  # fmt: skip
    assert (code, found["effects"]) == (0, 200)
    assert found["drained_s"] <= 60


def test_committing_and_then_sending_loses():
    code, found = run("--naive", "--children", "60", "--adults", "0", "--faults", "8", "--seed", "7")
    assert code == 1
    assert found["lost"] > 0
