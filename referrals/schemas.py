"""The form of each body's letter: a closed JSON schema, kept in referrals/data and held to at freezing.

`python -m referrals.schemas` writes the files; a test compares them with what is declared here.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from aidcenter import codelists

# Which body may be told or asked what: health is the guardianship authority's alone.
HEALTH = frozenset({"medical_consent", "medical", "psychological"})
FOR_GUARDIANSHIP_ONLY = ("health", "psychological")  # of the fields that a body may ask for
BASIS = {"guardianship": ["958-IIQ", "180"], "minors_commission": ["958-IIQ", "336-IIQ"]}
ASKED = {
    "guardianship": ("appoint_guardian", "appoint_representative", "meet_child", "examine_conditions",
                     "decide_placement", "attend_interview", "trace_family"),
    "minors_commission": ("social_protection", "education", "family_work", "oversight"),
}  # fmt: skip

DATA = Path(__file__).parent / "data"
DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
OLDEST = 120
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict,
}  # fmt: skip

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def _one(code_list: str, *more: str) -> Schema:
    return {"type": "string", "enum": [*more, *codelists.codes(code_list)]}


def _many(*codes: str) -> Schema:
    return {"type": "array", "items": {"type": "string", "enum": [*codes]}, "uniqueItems": True}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": [*properties],
            "additionalProperties": False}  # fmt: skip


def _heading(*kinds: str) -> Schema:
    return {
        "reference": {"type": "string", "pattern": r"^B-[0-9]{4}-[0-9]+$"},
        "message": {"type": "integer", "minimum": 1},
        "kind": {"type": "string", "enum": [*kinds]},
    }


def _parents() -> Schema:
    relations = {"type": "string", "enum": ["mother", "father", "grandparent"]}
    hidden = {"type": "string", "const": ""}
    known = _closed({"relation": relations, "suspected": {"const": False}, "reachable": {"type": "boolean"},
                     "name": TEXT, "contact": TEXT})  # fmt: skip
    suspected = _closed({"relation": relations, "suspected": {"const": True}, "reachable": {"const": False},
                         "name": hidden, "contact": hidden})  # fmt: skip
    return {"type": "array", "items": {"oneOf": [known, suspected]}}


def _letter(body: str) -> Schema:
    def told(code_list: str) -> Schema:
        return _many(*(c for c in codelists.codes(code_list) if body == "guardianship" or c not in HEALTH))

    return _closed(_heading("first", "correction", "addition") | {
        "body": {"const": body},
        "district": _one("district"),
        "legal_basis": _many(*BASIS[body]),
        "sender": TEXT,
        "sender_phone": TEXT,
        "sex": _one("sex_of_child"),
        "age": {"type": ["integer", "null"], "minimum": 0, "maximum": OLDEST},
        "age_basis": _one("age_basis", ""),
        "child_status": _one("child_status"),
        "urgency": _one("risk_level"),
        "name": TEXT,
        "father_name": TEXT,
        "birth_date": {"type": "string", "pattern": DAY},
        "citizenship": _many(*codelists.codes("country")),
        "languages": _many(*codelists.codes("language")),
        "needs_interpreter": {"type": "boolean"},
        "victim_status": _one("victim_status"),
        "whereabouts": {"const": "in_care"},
        "found_on": {"type": "string", "pattern": DAY},
        "parents": _parents(),
        "accompanied": _one("child_accompanied"),
        "needs": told("urgent_need"),
        "taken": told("measure_taken"),
        "asked": _many(*ASKED[body]),
        "informed": _one("child_informed"),
        "views": TEXT,
        "withheld": _many(*codelists.codes("body_withheld")),
    })  # fmt: skip


def _field(body: str) -> Schema:
    fields = [code for code in codelists.codes("extract_extra")
              if body == "guardianship" or code not in FOR_GUARDIANSHIP_ONLY]  # fmt: skip
    return _closed(_heading("addition") | {"field": {"type": "string", "enum": fields}, "text": TEXT})


def declared(body: str) -> Schema:
    """The schema of everything that `body` is ever sent."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": codelists.label_in("mandatory_recipient", body, "en"),
        "oneOf": [{"$ref": "#/$defs/letter"}, {"$ref": "#/$defs/field"}],
        "$defs": {"letter": _letter(body), "field": _field(body)},
    }


@cache
def kept(body: str) -> Schema:
    """The schema of `body`, as the repository has it."""
    return json.loads((DATA / f"{body}.json").read_text(encoding="utf-8"))


def wrong(value: Any, schema: Schema, where: str = "") -> list[str]:
    """Where `value` is not of the form of `schema`; [] when it is. It knows what `declared` uses, no more."""
    if "oneOf" in schema:
        return [] if sum(not wrong(value, each) for each in schema["oneOf"]) == 1 else [where]
    return [*_alone(value, schema, where), *_within(value, schema, where)]


def _alone(value: Any, schema: Schema, where: str) -> list[str]:
    types = schema.get("type", [*TYPES])
    known = [TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    fits = (
        type(value) in known  # bool is no integer here
        and ("const" not in schema or (value == schema["const"] and type(value) is type(schema["const"])))
        and ("enum" not in schema or value in schema["enum"])
        and (not isinstance(value, str) or re.search(schema.get("pattern", ""), value) is not None)
        and (not isinstance(value, int) or schema.get("minimum", 0) <= value <= schema.get("maximum", value))
    )  # fmt: skip
    return [] if fits else [where]


def _within(value: Any, schema: Schema, where: str) -> list[str]:
    if isinstance(value, list):
        twice = schema.get("uniqueItems") and len({*map(str, value)}) < len(value)
        parts = [wrong(each, schema.get("items", {}), f"{where}[]") for each in value]
        return [*([where] if twice else []), *(each for part in parts for each in part)]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        missing = [f"{where}.{name}" for name in schema.get("required", []) if name not in value]
        extra = [f"{where}.{name}" for name in value if name not in known]
        parts = [wrong(value[name], each, f"{where}.{name}") for name, each in known.items() if name in value]
        return [*missing, *extra, *(each for part in parts for each in part)]
    return []


class Unfit(Exception):
    """A letter is not of the form that its body is sent; the message names the places, never the values."""


def fitted(letter: dict[str, Any], body: str) -> dict[str, Any]:
    """`letter` as its schema allows it: a value that does not fit is left out, and that is said.

    The child's bodies are told all the same. Raises Unfit where even that gives no letter.
    """
    schema = kept(body)["$defs"]["field" if "field" in letter else "letter"]
    empty: dict[str, Any] = {"array": [], "string": "", "boolean": False}
    told = dict(letter)
    for name, form in schema["properties"].items():
        if name in told and wrong(told[name], form):
            told[name] = empty.get(str(form.get("type")))
            told["withheld"] = [*dict.fromkeys([*told.get("withheld", []), "unfit"])]
    if found := wrong(told, schema):
        raise Unfit(", ".join(found))
    return told


def write() -> None:
    """Write the files anew from what is declared."""
    for body in codelists.codes("mandatory_recipient"):
        text = json.dumps(declared(body), ensure_ascii=False, indent=1)
        (DATA / f"{body}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
