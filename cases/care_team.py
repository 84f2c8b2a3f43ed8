"""The care team of a case: psychologist, lawyer, doctor; each reads the section of the profession.

Chosen once, until the plan ends (without a plan: for a quarter); the caseworker extends it in time.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import access, audit, registry
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases import orders
from cases.consents import withdrawn
from cases.models import Case, CaseUserGrant

SECTION = {"psychologist": "psychological", "lawyer": "legal", "doctor": "medical"}
LASTS = timedelta(days=90)
SOON = timedelta(days=7)


def own_section(person: Staff, sections: list[str]) -> str:
    """That of `sections` which the profession of `person` writes for, unless they choose another."""
    own = SECTION.get(person.profession, "")
    return own if own in sections else ""


def able(profession: str) -> QuerySet[Staff]:
    """Who may be in a care team as `profession`."""
    people = Staff.objects.filter(is_active=True, role=Role.SPECIALIST, profession=profession)
    return people.order_by("display_name")


def members(case: Case) -> dict[str, Staff]:
    """The care team now, by profession."""
    rows = _grants().filter(content_object=case).select_related("user")
    return {row.user.profession: row.user for row in rows}


@act
def choose(case: Case, people: dict[str, Staff | None], *, by: Staff, why: str = "") -> None:
    """Make the care team of `people` by profession (None: nobody); who stays keeps their end.

    Once the person has withdrawn the consent to be helped, somebody new needs a reason `why`.
    """
    require(by, Verb.SHARE_CASE)
    for profession, person in people.items():
        if person and (profession not in SECTION or person not in able(profession)):
            raise ValidationError({profession: _("Choose somebody of this profession.")})
    orders.refuse_while_stopped(case)
    before = members(case)
    joins = any(person and before.get(profession) != person for profession, person in people.items())
    if joins and not why and withdrawn(case, "services"):
        raise ValidationError({"why": no_consent()})
    for profession, person in people.items():
        if before.get(profession) == person:
            continue
        if profession in before:
            access.revoke(case, to=before[profession], source=access.Source.CARE_TEAM)
        if person:
            _grant(case, person, by, why)
    ids = ",".join(str(person.pk) for person in people.values() if person)
    audit.record("care_team.choose", by=by, case=case.pk, people=ids)


@act
def extend(case: Case, person: Staff, *, by: Staff) -> None:
    """Let a member of the care team stay for another term from today."""
    require(by, Verb.SHARE_CASE)
    if person not in members(case).values():
        raise ValidationError(_("This person is not in the care team any more: choose it anew."))
    if withdrawn(case, "services"):
        raise ValidationError(no_consent())
    _grant(case, person, by)
    audit.record("care_team.extend", by=by, case=case.pk, to=person.pk)


def ending_soon(owner: Staff) -> QuerySet[CaseUserGrant]:
    """The places in the care teams of the owner's open cases that end within a week, the first first."""
    rows = _grants().filter(
        expires_at__lt=timezone.now() + SOON,
        content_object__owner=owner,
        content_object__next_due__isnull=False,
    )
    return rows.select_related("user", "content_object").order_by("expires_at")


def _grants() -> QuerySet[CaseUserGrant]:
    """One row per person and case: the right to read the case itself."""
    return CaseUserGrant.objects.filter(
        source=access.Source.CARE_TEAM, permission__codename="view_case", expires_at__gt=Now()
    )


def no_consent() -> str:
    """Why nobody new joins."""
    return _("The person has withdrawn the consent to be helped: say why somebody joins all the same.")


def _last_day(case: Case) -> date:
    """The end of the plan in force; without one, or when it ends within days, a quarter from today."""
    today = baku_today()
    ends = max((day for day in registry.ask("plan_ends", case) if day), default=today)
    return ends if ends > today + SOON else today + LASTS


def _grant(case: Case, person: Staff, by: Staff, reason: str = "") -> None:
    until = at_start_of(_last_day(case) + timedelta(days=1))
    codenames = ("view_case", f"view_{SECTION[person.profession]}")
    why = access.Reason(by, access.Source.CARE_TEAM, reason, until)
    access.grant(case, to=person, codenames=codenames, why=why)
