"""Recording that a service was delivered: one that nobody planned, or one that was planned or booked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases import notes, providers
from cases.models import Case, CaseUserGrant, Note, Provider
from rehabilitation import catalogue
from rehabilitation.models import Goal, GoalAction, Room, Service
from rehabilitation.models.service import section_of

GIVERS = (Role.CASEWORKER, Role.SPECIALIST, Role.SUPERVISOR)


@dataclass(frozen=True)
class Facts:
    """What is said of a service beside type and day; without unit or minutes: those of the catalogue."""

    provider: Provider | None = None
    room: Room | None = None
    provider_why: str = ""
    given_by: Staff | None = None
    minutes: int | None = None
    quantity: Decimal = Decimal(1)
    unit: str = ""
    outcome: str = ""
    cost_azn: Decimal | None = None
    goal: Goal | None = None
    action: GoalAction | None = None
    note: str = ""


NOTHING = Facts()


def givers(case: Case, by: Staff) -> QuerySet[Staff]:
    """Who may be said to give a service in `case`: who reads it; a specialist says it of themself only."""
    people = Staff.objects.filter(is_active=True, role__in=GIVERS).order_by("display_name")
    if by.role == Role.SPECIALIST:
        return people.filter(pk=by.pk)
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    grants = CaseUserGrant.objects.filter(lasts, content_object=case, permission__codename="view_case")
    return people.filter(Q(pk__in=grants.values("user")) | Q(pk=by.pk))


def check(case: Case, service_type: str, day: date, facts: Facts, by: Staff) -> dict[str, Any]:
    """The columns that `facts` fill; raises ValidationError where they cannot be meant."""
    if case.state in Case.CLOSED:
        raise ValidationError(_("A closed case has no services. Open it again first."))
    row = catalogue.offered(service_type, day)
    consent = None
    if facts.provider:
        consent = providers.check(case, facts.provider, service_type, day, facts.provider_why)
    if facts.given_by and facts.given_by != by and facts.given_by not in givers(case, by):
        raise ValidationError({"given_by": _("This person does not read the case: share it first.")})
    if facts.goal and facts.goal.case_id != case.pk:
        raise ValidationError({"serves": _("This goal belongs to another case.")})
    return {
        "provider": facts.provider,
        "provider_why": facts.provider_why,
        "consent": consent,
        "room": facts.room,
        "given_by": by if by.role == Role.SPECIALIST else facts.given_by,
        "minutes": facts.minutes or (row.minutes if row else None),
        "quantity": facts.quantity,
        "unit": facts.unit or (row.unit if row else catalogue.UNIT),
        "outcome": facts.outcome,
        "cost_azn": facts.cost_azn,
        "goal": facts.goal,
        "action": facts.action,
    }


def check_day(case: Case, delivered_on: date) -> None:
    """Raise ValidationError unless the day has come and the case has seen it."""
    if not case.opened_on <= delivered_on <= baku_today():
        raise ValidationError(
            {"delivered_on": _("The day must lie between the opening of the case and today.")}
        )


def noted(case: Case, service_type: str, text: str, *, by: Staff) -> Note | None:
    """The note of a service, in the section it is for; None when nothing was said."""
    if not text:
        return None
    section = section_of(service_type)
    if section and section not in notes.sections_of(case, by):
        raise ValidationError({"note": _("The note of this service is written by who reads its section.")})
    return notes.add(case, notes.Written("session", text, section), by=by)


@act
def record_service(
    case: Case, *, service_type: str, delivered_on: date, by: Staff, facts: Facts = NOTHING
) -> Service:
    """Record that a service was delivered in `case` on a day that has come and that the case has seen."""
    require(by, Verb.RECORD_SERVICE)
    check_day(case, delivered_on)
    said = check(case, service_type, delivered_on, facts, by)
    service = Service.objects.create(
        case=case, victim=case.victim, type=service_type, delivered_on=delivered_on, recorded_by=by,
        note=noted(case, service_type, facts.note, by=by), **said,
    )  # fmt: skip
    audit.record("service.record", by=by, case=case.pk, ids=[service.pk], type=service_type)
    return service


def locked(service: Service) -> Service:
    """The service as it is now, with its case; nobody else acts on it until this transaction ends."""
    now = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    now.case, now.victim = service.case, service.case.victim
    if now.struck_at:
        raise ValidationError(_("This service is struck out. Record it anew."))
    if now.case.state in Case.CLOSED:
        raise ValidationError(_("A closed case has no services. Open it again first."))
    return now


@act
def deliver(service: Service, *, delivered_on: date, by: Staff, facts: Facts = NOTHING) -> Service:
    """A planned or booked service was delivered; of `facts` what is known by then counts."""
    require(by, Verb.RECORD_SERVICE)
    now = locked(service)
    workflow.SERVICE.check(now.state, "delivered")
    check_day(now.case, delivered_on)
    now.state, now.delivered_on = "delivered", delivered_on
    now.minutes, now.quantity = facts.minutes or now.minutes, facts.quantity
    now.outcome, now.cost_azn = facts.outcome, facts.cost_azn
    now.note = noted(now.case, now.type, facts.note, by=by)
    now.save(update_fields=["state", "delivered_on", "minutes", "quantity", "outcome", "cost_azn", "note"])
    audit.record("service.record", by=by, case=now.case_id, ids=[now.pk], type=now.type)
    return now
