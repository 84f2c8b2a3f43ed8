"""Row-level security, made from the declarations in `Reach`: what PostgreSQL itself refuses.

Each table with case data is under forced row-level security with one policy per login and command
(a policy FOR ALL would let people grant themselves rights), and one that leaves the owner everything:
definer functions and foreign keys need it. Installed after every `migrate`, by comparison.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from aidcenter.access import CaseAccessBase
from aidcenter.reach import ADDED, ME, NARROWED, SECTIONS, WIDENED, Reach, reach_of, stored_models

LOGINS = ("web", "worker", "relay", "statistics")


@dataclass(frozen=True)
class Policy:
    """One CREATE POLICY; `using` filters the rows that are there, `check` those that are written."""

    table: str
    name: str
    command: str
    role: str
    using: str = ""
    check: str = ""

    @property
    def sql(self) -> str:
        """The statement that makes it."""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        head = f'CREATE POLICY {self.name} ON "{self.table}" FOR {self.command} TO {self.role}'
        return head + using + check


def policies() -> Iterator[Policy]:
    """Every policy that the declarations ask for."""
    for model in stored_models():
        reach, table = reach_of(model), model._meta.db_table
        if not reach.has_policies:
            continue
        yield Policy(table, "owner_all", "ALL", "aidcenter_owner", "true", "true")
        for login in LOGINS:
            for word in reach.privileges(login):
                yield _policy(model, reach, login, word)


def _policy(model: type[models.Model], reach: Reach, login: str, word: str) -> Policy:
    table = model._meta.db_table
    if login == "web":
        rule = {"SELECT": _read, "INSERT": _add}.get(word, _change)(model, reach)
    else:
        rule = NARROWED.get((table, login), "true") if word == "SELECT" else "true"
    using = "" if word == "INSERT" else rule
    check = rule if word in ("INSERT", "UPDATE") else ""
    return Policy(table, f"{login}_{word.lower()}", word, f"aidcenter_{login}", using, check)


def _read(model: type[models.Model], reach: Reach) -> str:
    if reach.own:
        return _authors(model, reach)
    widened = WIDENED.get(model._meta.db_table, [])
    arms = [_reached(model, reach, "view_until"), reach.also_read, *widened]
    return " OR ".join(arm for arm in arms if arm)


def _change(model: type[models.Model], reach: Reach) -> str:
    if reach.own:
        return _authors(model, reach)
    return " OR ".join(arm for arm in (_reached(model, reach, "change_until"), reach.also_change) if arm)


def _add(model: type[models.Model], reach: Reach) -> str:
    if reach.author:
        added = (f'"{reach.author}" = {ME} AND {rule}' for rule in ADDED.get(model._meta.db_table, []))
        return " OR ".join([_authors(model, reach), *added])
    return reach.add or _change(model, reach)


def _authors(model: type[models.Model], reach: Reach) -> str:
    return f'"{reach.author}" = {ME} AND {_reached(model, reach, reach.author_needs)}'


def _reached(model: type[models.Model], reach: Reach, until: str) -> str:
    """SQL: the asking person's access to the case of the row lasts. "" when the table has no case."""
    if reach.case is None:
        return ""
    if issubclass(model, CaseAccessBase):
        return f"user_id = {ME}"
    return _along(model, reach.case.split("__") if reach.case else [], _until(model, reach, until))


def _until(model: type[models.Model], reach: Reach, until: str) -> str:
    """SQL: until when the access `a` to the row's section lasts."""
    if not reach.section:
        return f"a.{until}"
    column = f'"{model._meta.db_table}"."{reach.section}"'
    arms = " ".join(f"WHEN '{section}' THEN a.{section}_until" for section in SECTIONS)
    return f"(CASE {column} {arms} ELSE a.{until} END)"


def _along(model: type[models.Model], path: list[str], until: str) -> str:
    """Follow the path from the row: a column leads to the case, or to a row whose own policy decides."""
    table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    access = next(iter(CaseAccessBase.__subclasses__()))._meta.db_table
    # OFFSET 0: one look in the index for each row, never a hash of all that the person may see.
    lasts = f"a.user_id = {ME} AND {until} > now() OFFSET 0"
    if not path:
        return f'EXISTS (SELECT FROM {access} a WHERE a.case_id = "{table}"."{key}" AND {lasts})'
    step: Any = model._meta.get_field(path[0])
    if not step.is_relation:  # the record keeps ids without foreign keys
        return f'EXISTS (SELECT FROM {access} a WHERE a.case_id = "{table}"."{step.column}" AND {lasts})'
    if step.one_to_many:  # the cases of a victim
        return _through_cases(step.related_model, step.field.column, f'"{table}"."{key}"', access, lasts)
    if not path[1:]:
        return f'EXISTS (SELECT FROM {access} a WHERE a.case_id = "{table}"."{step.column}" AND {lasts})'
    after: Any = step.related_model._meta.get_field(path[1])
    if after.one_to_many:
        column = f'"{table}"."{step.column}"'
        return _through_cases(after.related_model, after.field.column, column, access, lasts)
    above, above_key = step.related_model._meta.db_table, step.target_field.column
    return f'EXISTS (SELECT FROM "{above}" p WHERE p."{above_key}" = "{table}"."{step.column}")'


def _through_cases(case: type[models.Model], column: str, value: str, access: str, lasts: str) -> str:
    table = case._meta.db_table
    joined = f'{access} a JOIN "{table}" c ON c.id = a.case_id'
    return f'EXISTS (SELECT FROM {joined} WHERE c."{column}" = {value} AND {lasts})'


def install(cursor: CursorWrapper) -> None:
    """Make the database's policies those of the declarations; does nothing when they already are."""
    cursor.execute(
        "SELECT c.relname, p.polname, coalesce(obj_description(p.oid, 'pg_policy'), '')"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    )
    there = {(table, name): text for table, name, text in cursor.fetchall()}
    cursor.execute(
        "SELECT relname, relforcerowsecurity FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    forced = dict(cursor.fetchall())
    wanted = {(policy.table, policy.name): policy for policy in policies() if policy.table in forced}
    for table, name in there.keys() - wanted.keys():
        cursor.execute(f'DROP POLICY {name} ON "{table}"')
    for (table, name), policy in wanted.items():
        if there.get((table, name)) != policy.sql:
            cursor.execute(f'DROP POLICY IF EXISTS {name} ON "{table}"')
            cursor.execute(policy.sql)
            cursor.execute(f'COMMENT ON POLICY {name} ON "{table}" IS %s', [policy.sql])
    for table in {policy.table for policy in wanted.values()}:
        if not forced[table]:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
