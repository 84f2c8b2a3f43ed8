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
        veil = self._veil
        return [(label, *((0, veil) if label in hidden else (n, str(n)))) for label, n in self.rows.items()]

    @property
    def _veil(self) -> str:
        """The same for all that is hidden: beside a total, what two veils tell apart can be computed."""
        return _("not shown") if self.whole else f"<{settings.SUPPRESS_BELOW}"


def suppressed(rows: Mapping[str, int], *, whole: bool) -> frozenset[str]:
    """The labels whose figure is hidden: those of 1 to 10; zeros tell nothing and stay.

    Where the total is known, so is the sum of what is hidden: the next smallest are hidden too, until that
    sum can be made in more than one way.
    """
    hidden = {label: n for label, n in rows.items() if 0 < n < settings.SUPPRESS_BELOW}
    others = sorted((n, label) for label, n in rows.items() if n and label not in hidden)
    while whole and hidden and others and (len(hidden) == 1 or sum(hidden.values()) == len(hidden)):
        n, label = others.pop(0)
        hidden[label] = n
    return frozenset(hidden)
