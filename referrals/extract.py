"""What a state body is told of a child: a closed, minimal letter for each body, frozen when it is sent.

Never the address of a shelter, never a narrative. What is withheld is named. The form of each letter is a
JSON schema beside this (referrals/data), which referrals/schemas.py holds every letter to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.templatetags.ui import dmy
from cases.models import Case, ConnectedPerson
from referrals.models.answer import LetterFacts
from referrals.schemas import ASKED, BASIS, HEALTH

OPEN_BEFORE_ACKNOWLEDGEMENT = ("reference", "sex", "age", "urgency")
WITHHELD = ["address", "contacts", "narrative", "medical", "psychological"]
# What a body is asked for while the caseworker has not said.
ASKED_FIRST = {
    "guardianship": ["appoint_guardian", "meet_child"],
    "minors_commission": ["social_protection", "education", "family_work", "oversight"],
}


class Parent(TypedDict):
    """A parent or grandparent; of one under suspicion neither name nor contact."""

    relation: str
    suspected: bool
    reachable: bool
    name: str
    contact: str


class Extract(TypedDict):
    """Every field that a body may be told in a letter; nothing else is ever added."""

    reference: str
    message: int
    kind: str
    body: str
    district: str
    legal_basis: list[str]
    sender: str
    sender_phone: str
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
    needs_interpreter: bool
    victim_status: str
    whereabouts: str
    found_on: str
    parents: list[Parent]
    accompanied: str
    needs: list[str]
    taken: list[str]
    asked: list[str]
    informed: str
    views: str
    withheld: list[str]


class FieldExtract(TypedDict):
    """A message with exactly one field, that the body asked for and two people approved."""

    reference: str
    message: int
    kind: str
    field: str
    text: str


@dataclass(frozen=True)
class Heading:
    """Which letter it is, to which body, and the day for which the age is said."""

    reference: str
    message: int
    kind: str
    body: str
    district: str
    on: date


def extract_of(
    case: Case, heading: Heading, facts: LetterFacts | None, people: Sequence[ConnectedPerson]
) -> Extract:
    """The letter about `case`, with what its caseworker said for it, and `people` around the child."""
    victim, body = case.victim, heading.body
    facts = facts or LetterFacts()
    parents = [_parent(person) for person in people]
    return Extract(
        reference=heading.reference,
        message=heading.message,
        kind=heading.kind,
        body=body,
        district=heading.district,
        legal_basis=BASIS[body],
        sender=case.owner.display_name,
        sender_phone=settings.CENTRE_PHONE,
        sex=victim.sex,
        age=victim.age.years(heading.on),
        age_basis=victim.age_basis or ("" if victim.birth_date else "presumed_child"),
        child_status=case.child_status,
        urgency=case.risk_level,
        name=victim.full_name,
        father_name=victim.father_name or "",
        birth_date=victim.birth_date.isoformat() if victim.birth_date else "",
        citizenship=list(victim.citizenship),
        languages=list(victim.languages),
        needs_interpreter=victim.needs_interpreter,
        victim_status=case.victim_status,
        whereabouts="in_care",  # never an address
        found_on=case.opened_on.isoformat(),
        parents=parents,
        accompanied=facts.accompanied,
        needs=_for(body, facts.needs),
        taken=_for(body, facts.taken),
        asked=[code for code in facts.asked if code in ASKED[body]] or ASKED_FIRST[body],
        informed=facts.informed,
        views=facts.views or "",
        withheld=WITHHELD + ["suspected_contact"] * any(parent["suspected"] for parent in parents),
    )


def _for(body: str, codes: Sequence[str]) -> list[str]:
    """Of needs and measures, those that `body` may know."""
    return [code for code in codes if body == "guardianship" or code not in HEALTH]


def _parent(person: ConnectedPerson) -> Parent:
    suspected, contact = person.dangerous, person.contact or ""
    return Parent(
        relation=person.relation,
        suspected=suspected,
        reachable=bool(contact) and not suspected,
        name="" if suspected else person.name or "",
        contact="" if suspected else contact,
    )


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
        "accompanied": "child_accompanied",
        "informed": "child_informed",
        "field": "extract_extra",
        "district": "district",
    }
    several = {
        "citizenship": "country",
        "languages": "language",
        "needs": "urgent_need",
        "taken": "measure_taken",
        "asked": "commission_measure",
        "legal_basis": "legal_basis",
        "withheld": "body_withheld",
    }
    said = {**extract, **{key: codelists.label(name, extract.get(key, "")) for key, name in lists.items()}}
    for key, name in several.items():
        said[key] = [codelists.label(name, code) for code in extract.get(key, [])]
    said["parents"] = [_in_words(parent) for parent in extract.get("parents", [])]
    if said.get("birth_date"):
        said["birth_date"] = date.fromisoformat(said["birth_date"])
    return said


def _in_words(parent: dict[str, Any]) -> str:
    relation = str(codelists.label("family_relation", parent["relation"]))
    if parent["suspected"]:
        return _("%(relation)s: under suspicion, do not contact") % {"relation": relation}
    said = [parent["name"], parent["contact"] or _("not reachable")]
    return f"{relation}: " + ", ".join(filter(None, said))


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def lines(extract: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of all that an opened letter says, in the reader's language; nothing empty."""
    said = labels(extract)
    if "field" in extract:
        return [(str(said["field"]), extract["text"])]
    age = _("%(age)s years") % {"age": said["age"]} if said["age"] is not None else _("age not known")
    sex = "" if extract.get("sex") == "unknown" else str(said["sex"])
    interpreter = [_("an interpreter is needed")] if said.get("needs_interpreter") else []
    rows = [
        (_("Reference"), said["reference"]),
        (_("Child"), ", ".join(filter(None, (said["name"] or _("name not given"), sex, age)))),
        (_("Urgency"), said["urgency"]),
        (_("Father's name"), said["father_name"]),
        (_("How the age is known"), _joined(said["child_status"], said["age_basis"])),
        (_("Birth date"), dmy(said["birth_date"]) if said["birth_date"] else ""),
        (_("Citizenship"), said["citizenship"]),
        (_("Languages"), [*said["languages"], *interpreter]),
        (_("Where"), _("In the care of the centre")),
        (_("Found on"), dmy(date.fromisoformat(said["found_on"]))),
        (_("Reason"), said["victim_status"]),
        (_("With whom"), said["accompanied"]),
        (_("Parents and who stands in for them"), "\n".join(said["parents"])),
        (_("Needed urgently"), said["needs"]),
        (_("Already done"), said["taken"]),
        (_("Asked of you"), said["asked"]),
        (_("Child informed"), said["informed"]),
        (_("What the child wishes"), said.get("views", "")),
        (_("Legal basis"), said["legal_basis"]),
        (_("Contact at the centre"), _joined(said.get("sender"), said.get("sender_phone"))),
        (_("Not given"), said["withheld"]),
    ]  # fmt: skip
    told = ((name, "; ".join(map(str, text)) if isinstance(text, list) else str(text)) for name, text in rows)
    return [(name, text) for name, text in told if text]
