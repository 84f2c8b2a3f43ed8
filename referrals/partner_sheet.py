"""What leaves for a partner: a closed, minimal sheet, shown before it is sent and frozen then.

Never whether the person is a victim, what was done to them, where they live, other people or notes of
sections; the name of the centre alone would say it, so a neutral one stands on it.
"""

from datetime import date
from typing import Any, TypedDict

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import codelists, folding
from aidcenter.templatetags.ui import dmy
from cases.models import Case
from referrals.models import Referral

OPEN_BEFORE_RECEIPT = ("reference", "service", "asked", "urgency", "wished_on", "languages", "age")
SAID_BEFORE_RECEIPT = ("reference", "service_type", "asked", "urgency", "wished_on", "languages",
                       "interpreter", "birth_year", "age_group")  # fmt: skip # the same, by field
PHONE_DIGITS = 9  # of a number, without the code of the country


class Sheet(TypedDict):
    """Every field that a partner may be told; nothing else is ever added."""

    reference: str
    centre: str
    name: str
    real_name: bool
    birth_year: int | None
    age_group: str
    languages: list[str]
    interpreter: bool
    safe_contact: str
    phone: str
    service_type: str
    asked: str
    must_know: str
    urgency: str
    wished_on: str
    caseworker: str
    centre_phone: str


def sheet_of(case: Case, referral: Referral, said: dict[str, Any], on: date) -> Sheet:
    """The sheet of `referral` on the day `on`, with what the author chose and wrote in `said`."""
    victim, by_year = case.victim, said["age"] == "year"
    return Sheet(
        reference=referral.reference,
        centre=settings.CENTRE_NEUTRAL_NAMES[said["language"]],
        name=victim.full_name if said["real_name"] else said["name"],
        real_name=said["real_name"],
        birth_year=victim.age.year_of_birth(on) if by_year else None,
        age_group="" if by_year else age_group(victim.age.years(on)),
        languages=list(victim.languages),
        interpreter=victim.needs_interpreter,
        safe_contact=said["safe_contact"],
        phone=(victim.phone or "") if said["with_phone"] else "",
        service_type=referral.service_type,
        asked=referral.asked or "",
        must_know=said["must_know"],
        urgency=referral.urgency,
        wished_on=referral.wished_on.isoformat() if referral.wished_on else "",
        caseworker=case.owner.display_name,
        centre_phone=settings.CENTRE_PHONE,
    )


def age_group(years: int | None) -> str:
    """The group that an age falls into; "" when none is known."""
    if years is None:
        return ""
    return next(code for code in reversed(codelists.codes("age_group")) if int(code.split("-")[0]) <= years)


def given_away(case: Case, sheet: Sheet) -> list[str]:
    """What of the person the sheet gives away in its words, though it is withheld."""
    said = [sheet["asked"], sheet["must_know"], sheet["safe_contact"]]
    if sheet["real_name"]:
        return told_by(case, *said, name=sheet["name"], phone=sheet["phone"])
    return told_by(case, *said, sheet["name"], phone=sheet["phone"])


def told_by(case: Case, *texts: str, name: str = "", phone: str = "") -> list[str]:
    """What `texts` for a partner tell of the person beyond `name`, the name to use and `phone`."""
    victim, written, found = case.victim, " ".join(texts), []
    hidden = _tokens(victim.full_name, victim.father_name) - _tokens(name, victim.name_to_use)
    if hidden & _tokens(written):
        found.append(_("the real name"))
    number = "".join(filter(str.isdigit, victim.phone or ""))[-PHONE_DIGITS:]
    if number and not phone and number in "".join(filter(str.isdigit, written)):
        found.append(_("the phone number"))
    if case.number in written:
        found.append(_("the number of the case"))
    return found


def _tokens(*names: str | None) -> set[str]:
    return {folding.canonical(token) for name in names for token in folding.name_tokens(name or "")}


def lines(sheet: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """(label, text) of all that the sheet says, by name, in the reader's language; nothing empty."""
    year, group = sheet["birth_year"], codelists.label("age_group", sheet["age_group"])
    languages = ", ".join(str(codelists.label("language", code)) for code in sheet["languages"])
    interpreter = _("an interpreter is needed") if sheet["interpreter"] else ""
    day = dmy(date.fromisoformat(sheet["wished_on"])) if sheet["wished_on"] else ""
    name = sheet["name"] if sheet["real_name"] else _("%(name)s (the name to use)") % {"name": sheet["name"]}
    said = {
        "reference": (_("Number"), sheet["reference"]),
        "centre": (_("Asked by"), sheet["centre"]),
        "service": (_("Service"), str(codelists.label("service_type", sheet["service_type"]))),
        "asked": (_("What is asked"), sheet["asked"]),
        "urgency": (_("Urgency"), str(codelists.label("urgency", sheet["urgency"]))),
        "wished_on": (_("Wished by"), day),
        "name": (_("Name"), name if sheet["name"] else ""),
        "age": (_("Year of birth"), str(year)) if year else (_("Age group"), str(group)),
        "languages": (_("Language"), " · ".join(filter(None, (languages, interpreter)))),
        "safe_contact": (_("How to reach the person safely"), sheet["safe_contact"]),
        "phone": (_("Phone"), sheet["phone"]),
        "must_know": (_("What you need to know"), sheet["must_know"]),
        "caseworker": (_("Contact at the centre"), f"{sheet['caseworker']}, {sheet['centre_phone']}"),
    }
    return {key: line for key, line in said.items() if line[1]}


def withheld(sheet: dict[str, Any]) -> list[str]:
    """What the sheet does not say, in words; it is for the centre, since the list itself tells something."""
    told = {"name": sheet["real_name"], "phone": sheet["phone"]}
    return [str(text) for code, text in codelists.choices("referral_withheld") if not told.get(code)]


def paper_of(sheet: dict[str, Any], language: str) -> dict[str, Any]:
    """The sheet as the data of a paper, in `language`."""
    with override(language):
        title = _("Referral")
        return {
            "title": title,
            "centre": {"name": settings.CENTRE_NEUTRAL_NAMES[language], "phone": settings.CENTRE_PHONE},
            "foot": f"{title} · {sheet['reference']}",
            "facts": list(lines(sheet).values()),
            "notes": [
                codelists.text("paper_text", "voluntary"),
                codelists.text("paper_text", "careful"),
            ],
            "signatures": _("Signatures"),
            "signers": [_("Given by"), _("Received by")],
        }
