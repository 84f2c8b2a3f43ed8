"""The product's settings, with the bare page beside its own to compare with."""

import copy
import os

from aidcenter.settings import *

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES = copy.deepcopy(TEMPLATES)
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "bench" / "templates")
WITHOUT = os.environ.get("BENCH_WITHOUT", "").split()
