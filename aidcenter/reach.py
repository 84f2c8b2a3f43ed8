"""How the rows of a model are reached: one declaration per model.

From it come what each database login may do with the table (aidcenter/grants.py), the row-level
policies beneath it (aidcenter/policies.py), and the way from a row to its case (`visible_to` in
aidcenter/access.py). A test refuses a model without one.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

SECTIONS = ("legal", "medical", "psychological")
WORDS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
ME = "(SELECT app_uid())"  # in a sub-select, so that the planner asks once
MY_ROLE = "(SELECT app_role())"


@dataclass(frozen=True)
class Reach:
    """`case` is the ORM path from a row to its case ("" on the case itself, None when it has none).

    `web`, `worker`, `relay` and `statistics` are letters of SIUD: what that login may do with the table
    (statistics reads the columns in clear only). A row with a case has policies: web reads it where the
    person may read the case, and writes it where the person may change the case. In SQL, about the row:
    `also_read` and `also_change` open it to others too, `add` replaces the rule for new rows.
    `private` gives policies to a table without a case: then `also_read` and `add` say everything.
    `section` is the column that names the section a row belongs to ("" for the case itself): it is read
    by who may read that section. `author` is the column of who wrote the row: whoever may read there may
    add in their own name (`author_needs` "change_until": who may change); with `own`, nobody else reads
    or changes it.
    """

    case: str | None = None
    web: str = ""
    worker: str = ""
    relay: str = ""
    statistics: str = ""
    also_read: str = ""
    also_change: str = ""
    add: str = ""
    private: bool = False
    section: str = ""
    author: str = ""
    author_needs: str = "view_until"
    own: bool = False

    def privileges(self, login: str) -> list[str]:
        """SQL privileges of `login` (web, worker, relay or statistics) on the table."""
        return [WORDS[letter] for letter in getattr(self, login)]

    @property
    def has_policies(self) -> bool:
        """Whether the table is under row-level security."""
        return self.private or self.case is not None


DIRECTORY = Reach(web="SIU", worker="S", relay="S")  # people, teams, state bodies: no case content
NOBODY = Reach()
# What the centre sets for itself: every process reads it, an administrator adds it in their own name.
SET_HERE = Reach(
    private=True,
    web="SI",
    worker="S",
    relay="S",
    also_read="true",
    add=f"{MY_ROLE} = 'administrator' AND set_by_id = {ME}",
)

FRAMEWORKS: dict[str, Reach] = {
    "auth": Reach(web="S", worker="S", relay="S"),
    "auth.group": Reach(web="SI", worker="S", relay="S"),
    "aidcenter.staff_groups": Reach(web="SID", worker="S"),  # who supervises a team
    "contenttypes": Reach(web="S", worker="S", relay="S"),
    "sessions": Reach(web="SIUD", worker="D"),
    "account": Reach(web="SIUD"),
    "mfa": Reach(web="SIUD"),
    "guardian": NOBODY,  # its generic tables stay empty: grants are direct foreign keys
}

# What an app says about the tables of the apps beneath it, in SQL about the row.
WIDENED: dict[str, list[str]] = {}  # table: web may read the row in these cases too
ADDED: dict[str, list[str]] = {}  # table: web may add the row in these cases too
NARROWED: dict[tuple[str, str], str] = {}  # (table, login): worker or relay reads only such rows


def widen(table: str, rule: str, *, add: bool = False) -> None:
    """Let web read the rows of `table` that fit `rule` too; with `add`, write them in one's own name."""
    (ADDED if add else WIDENED).setdefault(table, []).append(rule)


@dataclass
class Undeclared(Exception):
    """A model says nowhere how its rows are reached."""

    model: str = field(default="")


def reach_of(model: type[models.Model]) -> Reach:
    """The declaration of `model`; an automatic many-to-many table has that of the model it stands on."""
    owner: Any = model._meta.auto_created or model
    declared = (
        FRAMEWORKS.get(model._meta.label_lower)
        or getattr(owner, "reach", None)
        or FRAMEWORKS.get(owner._meta.app_label)
    )
    if declared is None:
        raise Undeclared(owner._meta.label)
    return declared


def stored_models() -> list[type[models.Model]]:
    """Every model that has a table of its own."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def tables() -> dict[str, Reach]:
    """Every table of the project with its declaration; raises Undeclared."""
    return {model._meta.db_table: reach_of(model) for model in stored_models()}
