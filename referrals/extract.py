"""What a state body is told of a child: a closed, minimal extract, frozen when the message is sent.

Never the address of a shelter, never a narrative. What is withheld is named.
"""

from datetime import date
from typing import Any, TypedDict

from aidcenter import codelists
from aidcenter.clock import baku_today
from cases.models import Case
from referrals.models import Notification

OPEN_BEFORE_ACKNOWLEDGEMENT = ("reference", "sex", "age", "urgency")


class Extract(TypedDict):
    """Every field that a body may be told in a message; nothing else is ever added."""

    reference: str
    message: int
    kind: str
    sex: str
    age: int | None
    age_basis: str
    child_status: str
    urgency: str
    name: str
    father_name: str
    birth_date: str
    citizenship: list[str]
    languages: list[str]
    victim_status: str
    whereabouts: str
    found_on: str
    withheld: list[str]


def extract_of(case: Case, *, reference: str, message: int, kind: str, on: date) -> Extract:
    """The extract of `case` as it is on the day `on`."""
    victim = case.victim
    return Extract(
        reference=reference,
        message=message,
        kind=kind,
        sex=victim.sex,
        age=victim.age.years(on),
        age_basis=victim.age_basis or ("" if victim.birth_date else "presumed_child"),
        child_status=case.child_status,
        urgency=case.risk_level,
        name=victim.full_name,
        father_name=victim.father_name or "",
        birth_date=victim.birth_date.isoformat() if victim.birth_date else "",
        citizenship=list(victim.citizenship),
        languages=list(victim.languages),
        victim_status=case.victim_status,
        whereabouts="in_care",  # never an address
        found_on=case.opened_on.isoformat(),
        withheld=["address", "contacts", "narrative", "medical", "psychological"],
    )


def current(notification: Notification) -> dict[str, Any]:
    """What the first message would say now."""
    case, reference = notification.case, notification.reference
    return dict(extract_of(case, reference=reference, message=1, kind="first", on=day_of(case)))


def day_of(case: Case) -> date:
    """The day the age is stated for: today, or the opening of a case entered from old records."""
    return case.opened_on if case.backdate_reason else baku_today()


def labels(extract: dict[str, Any]) -> dict[str, Any]:
    """The extract with its codes as labels in the reader's language."""
    lists = {
        "sex": "sex_of_child",
        "age_basis": "age_basis",
        "child_status": "child_status",
        "urgency": "risk_level",
        "victim_status": "victim_status",
    }
    said = {**extract, **{key: codelists.label(name, extract.get(key, "")) for key, name in lists.items()}}
    for key, name in (("citizenship", "country"), ("languages", "language")):
        said[key] = [codelists.label(name, code) for code in extract.get(key, [])]
    if said.get("birth_date"):
        said["birth_date"] = date.fromisoformat(said["birth_date"])
    return said
