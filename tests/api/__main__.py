"""Ask every address of the API what its description allows and forbids, as each role, against a live server.

The arguments are pytest's; API_EXAMPLES says how many of each kind every operation is asked (12). Ends
with 0 when every answer is as described, and none is a server error.
"""

import os
import sys

from aidcenter import bootstrap


def main() -> int:
    """0 when nothing was found."""
    import pytest

    os.environ["API"] = "full"
    files = ["tests/test_api_schema.py", "tests/test_api_bad_input.py"]
    return pytest.main(["-q", "-n2", "--maxschedchunk=1", "-p", "no:cacheprovider", *files, *sys.argv[1:]])


if __name__ == "__main__":
    bootstrap.ensure("test")
    sys.exit(main())
