"""The product's settings, with the bare page beside its own to compare with."""

import copy
import os

from aidcenter.settings import *

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES = copy.deepcopy(TEMPLATES)
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "bench" / "templates")
API_REQUESTS_A_MINUTE = 1_000_000
WITHOUT = os.environ.get("BENCH_WITHOUT", "").split()
