"""Relatives with cases of their own: registered from a case, linked, and the link ended; never merged."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, codelists, crypto, sealedtext
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import Registration, register_victim
from cases.models import Case, CaseLink

SAME = "same_person"
RELATIVES: list[Any] = [row for row in codelists.choices("case_relation") if row[0] != SAME]
OF_PERSON = ("citizenship", "languages", "needs_interpreter", "family_name")
OF_CASE = ("district", "home_district", "referral_source", "exploitation_country")
# What somebody is called among the people around a person, and as a relative with a case.
RELATED = {"mother": "parent", "father": "parent", "child": "child", "sibling": "sibling", "spouse": "spouse"}


@dataclass(frozen=True)
class Linked:
    """A linked case; to who does not read it, only that there is one."""

    relation: str = ""
    case: Case | None = None
    link: uuid.UUID | None = None


def shared_facts(case: Case) -> dict[str, Any]:
    """What a relative is likely to share, to begin a registration with."""
    found = {name: getattr(case.victim, name) for name in OF_PERSON}
    return found | {name: getattr(case, name) for name in OF_CASE}


def carried(said: dict[str, Any]) -> dict[str, Any]:
    """What was typed of somebody around a person (name, relation, birth_year), for a registration."""
    *given, last = str(said.get("name", "")).split()[:6] or [""]
    names = {"given_name": " ".join(given), "family_name": last} if given else {"given_name": last}
    relation = RELATED.get(str(said.get("relation", "")), "relative")
    return names | {"birth_year": said.get("birth_year", ""), "relation": relation}


@act
def register(case: Case, said: Registration, *, relation: str, key: uuid.UUID, by: Staff) -> Case:
    """Register a relative of the person of `case`, who gets a case of their own, linked to it."""
    made = register_victim(said, by=by, key=key)
    link(case, made, relation=relation, by=by)
    return made


@act
def link(case: Case, other: Case, *, relation: str, by: Staff) -> CaseLink:
    """Say that the person of `other` is the `relation` of the person of `case`."""
    require(by, Verb.CHANGE_CASE)
    if relation not in dict(RELATIVES):
        raise ValidationError({"relation": _("Choose how they are related.")})
    if other == case:
        raise ValidationError({"number": _("This is the same case.")})
    try:
        with transaction.atomic():
            made = CaseLink.objects.create(case=case, other=other, relation=relation, made_by=by)
    except IntegrityError:
        raise ValidationError({"number": _("These two cases are linked already.")}) from None
    audit.record("case.link", by=by, case=case.pk, ids=[made.pk, other.pk], relation=relation)
    return made


@act
def unlink(link: CaseLink, *, why: str, by: Staff) -> None:
    """End a link, with a reason; it stays on record."""
    require(by, Verb.CHANGE_CASE)
    if not why:
        raise ValidationError(_("Say why the link ends."))
    rows = CaseLink.objects.filter(pk=link.pk, ended_at__isnull=True)
    sealed = sealedtext.seal(why, f"link|{link.pk}")
    if not rows.update(ended_at=Now(), ended_by=by, ended_why=sealed):
        raise ValidationError(_("This link has ended already."))
    audit.record("case.unlink", by=by, case=link.case_id, ids=[link.pk, link.other_id])


def linked(case: Case, person: Staff) -> list[Linked]:
    """The cases linked with `case`, as far as `person`, who asks, may know of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT link, other, relation FROM links_of(%s)", [case.pk])
        rows = cursor.fetchall()
    known = Case.objects.visible_to(person).filter(pk__in=[other for _, other, _ in rows if other])
    cases = {row.pk: row for row in known.select_related("victim")} if rows else {}
    crypto.load_keys([row.victim for row in cases.values()])
    return [
        Linked(str(codelists.label("case_relation", relation)), cases[other], link)
        if other in cases
        else Linked()
        for link, other, relation in rows
    ]


def link_of(case: Case, pk: uuid.UUID, person: Staff) -> CaseLink | None:
    """The open link `pk` of `case`, if `person` may change both cases."""
    both = Case.objects.changeable_by(person).values("pk")
    rows = CaseLink.objects.filter(pk=pk, ended_at__isnull=True, case__in=both, other__in=both)
    return rows.first()
