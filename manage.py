#!/usr/bin/env python3
"""The one command: `demo` runs a centre here, `test` and `lint` check the code, the rest is Django's."""

import os
import sys

from aidcenter import bootstrap


def main() -> int:
    """Install what is missing, then run the command."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    bootstrap.ensure(command)
    # These three set the environment that the settings read, so they come before Django.
    if command == "demo":
        from aidcenter.demo import main as demo

        return demo()
    if command == "test":
        from aidcenter.testrun import main as test

        return test(sys.argv[2:])
    if command == "lint":
        from aidcenter.lint import main as lint

        return lint()
    if command == "messages":  # reads and writes files only
        os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/none")
        os.environ.setdefault("SECRET_KEY", "none")
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        print("Set DATABASE_URL first, or start a centre with `python3 manage.py demo`.", file=sys.stderr)
        return 1
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidcenter.settings")
    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
