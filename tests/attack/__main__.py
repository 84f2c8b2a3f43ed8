"""Run all attacks; prints `leaks: both=0 app=0 rls=0 none=N` and ends with 0 only when the layers hold.

Then everything that nobody should send, to every address.
"""

import os
import subprocess
import sys

from aidcenter import bootstrap

if __name__ == "__main__":
    bootstrap.ensure("test")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-n0",
        "-p",
        "no:cacheprovider",
        "tests/test_attack.py",
        "tests/test_bad_input.py",
    ]
    sys.exit(subprocess.run(command, env=os.environ | {"ATTACK": "full"}, check=False).returncode)
