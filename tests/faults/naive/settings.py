"""The settings of the web process under `--naive`; the harness switches off the trigger that owes."""

from aidcenter.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.naive.apps.Naive"]
