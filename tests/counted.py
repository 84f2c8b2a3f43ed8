"""How many rows a list of the API shows, and how many queries it takes."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def counted(program: Any, path: str) -> tuple[int, int]:
    """(rows, queries) of the list at `path`."""
    program.get(path)  # what a first request finds out once
    with CaptureQueriesContext(connection) as seen:
        shown = program.get(path).json()
    return len(shown["results"]), len(seen)
