"""Figures that may leave the centre: no cell of 1 to 10, and none that the others give away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _


def counted(function: str, year: int) -> list[tuple[Any, ...]]:
    """The rows of a counting function of the database; empty to those who may not see figures."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s)", [year])  # noqa: S608 - named by the code, not by a user
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Table:
    """One-way figures: a title and a count per label. `whole` is the total when the rows add up to it."""

    title: str
    rows: Mapping[str, int]
    whole: bool = True

    def cells(self, *, exact: bool) -> list[tuple[str, int, str]]:
        """(label, value to draw, text to show); a suppressed cell draws nothing."""
        hidden = frozenset() if exact else suppressed(self.rows, whole=self.whole)
        return [
            (label, 0, self._veil(n)) if label in hidden else (label, n, str(n))
            for label, n in self.rows.items()
        ]

    @staticmethod
    def _veil(n: int) -> str:
        return f"<{settings.SUPPRESS_BELOW}" if n < settings.SUPPRESS_BELOW else _("not shown")


def suppressed(rows: Mapping[str, int], *, whole: bool) -> frozenset[str]:
    """The labels whose figure is hidden: those of 1 to 10, and where a known total would give a
    single hidden one away, the next smallest too (zeros tell nothing and stay)."""
    small = {label for label, n in rows.items() if 0 < n < settings.SUPPRESS_BELOW}
    others = sorted((n, label) for label, n in rows.items() if n and label not in small)
    if whole and len(small) == 1 and others:
        small.add(others[0][1])
    return frozenset(small)
