"""How the rows of a model are reached: one declaration per model.

From it come what each database login may do with the table (aidcenter/grants.py), the way from a
row to its case (`visible_to` in aidcenter/access.py), and, later, the row-level policies. A test
refuses a model without one.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

WORDS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}


@dataclass(frozen=True)
class Reach:
    """`case` is the ORM path from a row to its case ("" on the case itself, None when it has none);
    `web`, `worker` and `relay` are letters of SIUD: what that login may do with the table."""

    case: str | None = None
    web: str = ""
    worker: str = ""
    relay: str = ""

    def privileges(self, login: str) -> list[str]:
        """SQL privileges of `login` (web, worker or relay) on the table."""
        return [WORDS[letter] for letter in getattr(self, login)]


DIRECTORY = Reach(web="SIU", worker="S", relay="S")  # people, teams, state bodies: no case content
RECORD = Reach(web="SI", worker="SI", relay="SI")  # append-only
DERIVED = Reach(case="case", web="S", worker="S")  # kept by triggers, never written by a login
NOBODY = Reach()

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


def tables() -> dict[str, Reach]:
    """Every table of the project with its declaration; raises Undeclared."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: reach_of(model) for model in found if not model._meta.proxy}
