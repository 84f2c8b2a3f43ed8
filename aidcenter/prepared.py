"""Queries that a page asks each time: compiled once a process, planned once a connection.

Both cost more than asking. So each is a function of the database (aidcenter/prepared_functions.py): PL/pgSQL
keeps the plan of what it has asked. It runs as whoever calls it, under that login's rights and policies.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Exists, F, Func, OuterRef, Value
from django.db.models import query as django_query
from psycopg2.extensions import AsIs

# These stand in a query for the case that is asked about, for who asks, and for the ids of some rows.
SOME_CASE, SOMEBODY, SOME_IDS = uuid.UUID(int=2**128 - 1), -(2**31), "the ids asked for"
SIGNATURE = "uuid, bigint, integer, integer, uuid[]"
# No temporary table of a session stands before the real ones.
FUNCTION = """
    LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $asked$
    #variable_conflict use_column
    BEGIN RETURN QUERY {query}; END $asked$"""
_ARGUMENTS = {SOME_CASE: "$1", SOMEBODY: "$2", SOME_IDS: "$5"}
_NOTHING = {SOME_CASE: "NULL::uuid", SOMEBODY: "NULL::bigint", SOME_IDS: "NULL::uuid[]"}

Row = TypeVar("Row", bound=models.Model)


class AmongSome(Func):
    """Whether the id of a row is among those that are asked for."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", models.BooleanField()

    def __init__(self, name: str = "pk") -> None:
        super().__init__(F(name), Value(SOME_IDS))


class Prepared(Generic[Row]):
    """The rows that `rows` gives for the id of a case; where it asks about a person, it says SOMEBODY.

    `paged` ones are asked for so many, from one on. Nothing in a query may depend on the day or the reader.
    A case that was asked with the `mark` says there whether there are any: where there are none, nothing is
    asked. `there` gives what the mark looks for, by default `rows` itself.
    """

    def __init__(
        self,
        rows: Callable[[Any], models.QuerySet[Row, Any]],
        *,
        paged: bool = False,
        mark: str = "",
        there: Callable[[Any], models.QuerySet[Any, Any]] | None = None,
    ) -> None:
        self.rows, self.paged, self.mark, self.there = rows, paged, mark, there or rows
        MADE.append(lambda: [self])

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        compiler: Any = self.rows(SOME_CASE).query.get_compiler(DEFAULT_DB_ALIAS)
        return (compiler, *compiler.as_sql())

    def _sql(self, meant: dict[Any, str]) -> str:
        _compiler, sql, params = self._compiled
        said = [AsIs(meant[value]) if value in meant else value for value in params]
        operations: Any = connection.ops
        return str(operations.compose_sql(sql, said))

    @property
    def empty(self) -> str:
        """The query, asked about nothing."""
        return self._sql(_NOTHING)

    @cached_property
    def function(self) -> str:
        """What the function does, and how it runs."""
        return FUNCTION.format(query=self._sql(_ARGUMENTS) + (" LIMIT $3 OFFSET $4" if self.paged else ""))

    @cached_property
    def name(self) -> str:
        """The function's name: that of its text, so that each version of the program finds its own."""
        return f"asked_{hashlib.sha256((SIGNATURE + self.function).encode()).hexdigest()[:24]}"

    @cached_property
    def _call(self) -> str:
        return f"SELECT * FROM public.{self.name}(%s, %s, %s, %s, %s)"  # noqa: S608 - a hash

    def values(
        self,
        pk: uuid.UUID | None = None,
        person: Any = None,
        ids: list[Any] | None = None,
        *,
        most: int | None = None,
        start: int = 0,
    ) -> list[Any]:
        """What the database answers for the case `pk`, for `person`, about the rows `ids`."""
        with connection.cursor() as cursor:
            cursor.execute(self._call, [pk, person and person.pk, most, start, ids])
            return cursor.fetchall()

    @cached_property
    def _columns(self) -> tuple[Any, ...]:
        """How an answer becomes a row: its model, fields, where they stand, relations, annotations."""
        compiler = self._compiled[0]
        info, select = compiler.klass_info, compiler.select
        place = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        fields = [column[0].target.attname for column in select[place]]
        populators: Any = django_query.get_related_populators
        related = populators(info, select, DEFAULT_DB_ALIAS)
        return info["model"], fields, place, related, list(compiler.annotation_col_map.items())

    @cached_property
    def _converters(self) -> Any:
        compiler = self._compiled[0]
        return compiler.get_converters([column[0] for column in compiler.select])

    def found(self, pk: uuid.UUID | None, person: Any = None, ids: list[Any] | None = None) -> list[Row]:
        """The rows for the case `pk`, for `person`, among those of `ids`; made as Django makes them."""
        model, fields, place, related, annotations = self._columns
        answers = self._compiled[0].apply_converters(self.values(pk, person, ids), self._converters)
        rows = []
        for answer in answers:
            row = model.from_db(DEFAULT_DB_ALIAS, fields, answer[place])
            for one in related:
                one.populate(answer, row)
            for name, number in annotations:
                setattr(row, name, answer[number])
            rows.append(row)
        return rows

    def of(self, case: Any, person: Any = None, ids: list[Any] | None = None) -> list[Row]:
        """The rows of `case`, whose person is at hand with the keys."""
        if self.mark and not getattr(case, self.mark, True):
            return []
        rows = self.found(case.pk, person, ids)
        for row in rows:
            if "victim_id" in vars(row):  # to ask a row without it would be one more query
                row.victim = case.victim  # type: ignore[attr-defined] # whose keys are there already
        return rows


MADE: list[Callable[[], Iterable[Prepared[Any]]]] = []


def announce(some: Callable[[], Iterable[Prepared[Any]]]) -> None:
    """Say of `some` that are made only when they are asked that they need their functions."""
    MADE.append(some)


def marks() -> dict[str, Exists]:
    """To annotate cases with: for each marked query, whether there is anything."""
    marked = {one.mark: one for some in list(MADE) for one in some() if one.mark}
    return {mark: Exists(marked[mark].there(OuterRef("pk"))) for mark in sorted(marked)}
