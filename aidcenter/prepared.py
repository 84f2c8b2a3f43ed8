"""Queries about one case that a page asks each time, compiled once: compiling costs more than asking."""

import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models

# These stand in a statement for the case that is asked, and for who asks.
SOME_CASE, SOMEBODY = uuid.UUID(int=2**128 - 1), -(2**31)

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """The rows that `rows` gives for the id of a case, without relations; each carries its case's person.

    Where it asks about a person, too, `rows` says SOMEBODY, and `of` is told who.
    """

    def __init__(self, rows: Callable[[uuid.UUID], models.QuerySet[Row, Any]]) -> None:
        self.rows = rows

    @cached_property
    def _compiled(self) -> tuple[type[Row], str, tuple[Any, ...]]:
        rows = self.rows(SOME_CASE)
        return (rows.model, *rows.query.sql_with_params())

    def of(self, case: Any, person: Any = None) -> list[Row]:
        """The rows of `case`, whose person is at hand with the keys."""
        model, sql, params = self._compiled
        meant = {SOME_CASE: case.pk, SOMEBODY: person and person.pk}
        found = list(model._default_manager.raw(sql, [meant.get(value, value) for value in params]))
        for row in found:
            if "victim_id" in vars(row):  # to ask a row without it would be one more query
                row.victim = case.victim  # type: ignore[attr-defined] # whose keys are there already
        return found
