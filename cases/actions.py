"""What people do with victims and cases; each verb says who did it and stands in one transaction."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, crypto, workflow
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import centre, search
from cases.childhood import Age
from cases.models import AgeCorrection, Case, CaseImport, DataKey, StatusDecision, Victim

LOOK_AGAIN = timedelta(days=30)  # in a state without a deadline of its own
OLDEST_OPENING = date(2005, 1, 1)  # Law 958-IIQ is of 2005


@dataclass(frozen=True)
class Registration:
    """What a registration says: fields of Victim, of Case, and of the StatusDecision."""

    victim: dict[str, Any]
    case: dict[str, Any]
    decision: dict[str, Any] = field(default_factory=dict)

    @property
    def age(self) -> Age:
        """What it says of the age."""
        names = ("birth_date", "birth_year", "estimated_age", "could_be_minor")
        return Age(**{name: self.victim[name] for name in names if self.victim.get(name) not in (None, "")})


@act
def register_victim(
    registration: Registration,
    *,
    by: Staff,
    key: uuid.UUID | None = None,
    opened_on: date | None = None,
    reason: str = "",
    imported_in: CaseImport | None = None,
) -> Case:
    """Register a victim and open the case, at once and whole.

    `key` becomes the case's id, so that a form sent twice makes one case. A day of opening in the
    past needs a `reason`. The database gives the number and owes a child's notifications, which it holds
    back for an old case of an import that is being done (`imported_in`).
    """
    require(by, Verb.REGISTER_VICTIM)
    day = _opening_day(opened_on, reason)
    if by.team_id is None:
        raise ValidationError(_("You belong to no team; ask the administrator to add you to one."))
    if registration.age.begins_after(day):
        raise ValidationError({"birth_date": _("The person was not born yet when the case was opened.")})
    victim = Victim(**registration.victim)
    case = Case(
        id=key or uuid.uuid4(),
        victim=victim,
        owner=by,
        team_id=by.team_id,
        child_status=registration.age.status(day),
        birth_year=registration.age.year_of_birth(day),
        opened_on=day,
        backdate_reason=reason,
        imported_in=imported_in,
        next_due=(baku_today() if imported_in else day) + centre.after("ASSESSMENT_DAYS"),
        **registration.case,
    )
    # The case first: who may reach the person and the key follows from it, in the database too.
    case.save(force_insert=True)
    DataKey.objects.create(victim_id=victim.pk, wrapped=crypto.new_data_key(victim.pk))
    victim.save(force_insert=True)
    decision = {"status": case.victim_status, **registration.decision}
    StatusDecision.objects.create(case=case, victim=victim, entered_by=by, **decision)
    case.may_be_known = search.may_be_known(case)
    audit.record("case.register", by=by, case=case.pk, child=case.is_child, known=case.may_be_known)
    if imported_in is None:
        deliver_soon(case)
    return case


def one_at_a_time(case: Case) -> None:
    """Let nobody else act on `case` until this transaction ends."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def broken(refusal: IntegrityError) -> str:
    """The name of the constraint that was broken; "" where the database names none."""
    return getattr(getattr(refusal.__cause__, "diag", None), "constraint_name", None) or ""


def one_window_at_a_time(person: Staff) -> None:
    """Let `person` do nothing else of this kind, in another window, until this transaction ends."""
    Staff.objects.select_for_update(no_key=True).get(pk=person.pk)


def deliver_soon(case: Case) -> None:
    """Celery's fast way; the relay delivers in any case."""
    transaction.on_commit(lambda: enqueue("referrals.deliver_due", case.pk))


def _opening_day(opened_on: date | None, reason: str) -> date:
    today = baku_today()
    if opened_on is None or opened_on == today:
        return today
    if not OLDEST_OPENING <= opened_on < today:
        raise ValidationError({"opened_on": _("The day of opening must be between 2005 and today.")})
    if not reason:
        raise ValidationError({"opened_on": _("A case opened on an earlier day needs a reason.")})
    return opened_on


@act
def change_details(case: Case, *, victim: dict[str, Any], details: dict[str, Any], by: Staff) -> None:
    """Complete or change what is known of the person and the case; the age has an action of its own."""
    require(by, Verb.CHANGE_CASE)
    if "home_district" in details:  # what was confirmed was another district
        details = {**details, "home_confirmed_at": None, "home_confirmed_by": None}
    _assign(case.victim, victim)
    _assign(case, details)
    audit.record("case.change", by=by, case=case.pk, fields=",".join(sorted({*victim, *details})))


def _assign(row: Victim | Case, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        marks = ["marks"] if isinstance(row, Victim) else []
        row.save(update_fields=[*values, *marks])


@act
def correct_age(case: Case, *, age: Age, basis: str, reason: str, by: Staff) -> None:
    """Correct the age; the database owes what follows (a notification downwards, a correction after sending).

    From child to adult without an exact birth date is a supervisor's decision.
    """
    require(by, Verb.CHANGE_CASE)
    if not reason:
        raise ValidationError({"reason": _("Say why the age is corrected.")})
    one_at_a_time(case)
    case.refresh_from_db(fields=["child_status", "age_revision"])
    old, new = case.child_status, age.status(case.opened_on)
    if old != "adult" and new == "adult" and not age.birth_date and not may(by, Verb.DECIDE_AGE):
        raise ValidationError(
            _("Without an exact birth date, only a supervisor can decide that this person is an adult.")
        )
    victim = case.victim
    known = {name: getattr(age, name) for name in ("birth_date", "birth_year", "estimated_age")}
    _assign(victim, {**known, "could_be_minor": age.could_be_minor, "age_basis": basis})
    case.child_status, case.birth_year = new, age.year_of_birth(case.opened_on)
    case.age_revision += 1
    case.save(update_fields=["child_status", "birth_year", "age_revision"])
    AgeCorrection.objects.create(
        case=case, victim=victim, old_status=old, new_status=new, reason=reason, entered_by=by
    )
    audit.record("age.correct", by=by, case=case.pk, old=old, new=new)
    deliver_soon(case)


@act
def change_district(case: Case, *, district: str, by: Staff) -> None:
    """The person is in another district now; the database then owes a child's bodies there too."""
    require(by, Verb.CHANGE_CASE)
    if district == case.district:
        raise ValidationError({"district": _("The person is in this district already.")})
    audit.record("district.change", by=by, case=case.pk, old=case.district, new=district)
    _assign(case, {"district": district})
    deliver_soon(case)


@act
def confirm_home(case: Case, *, by: Staff) -> None:
    """Confirm that telling a child's home district is safe; the database then owes its two bodies too."""
    require(by, Verb.CONFIRM_HOME)
    if not case.home_could_be_told:
        raise ValidationError(_("There is no other home district to tell of this case."))
    _assign(case, {"home_confirmed_at": Now(), "home_confirmed_by": by})
    audit.record("home.confirm", by=by, case=case.pk, district=case.home_district)
    deliver_soon(case)


@act
def move_case(case: Case, *, to: str, by: Staff, on: date | None = None) -> None:
    """Move the case to its next state; the next due day follows from it."""
    require(by, Verb.CHANGE_CASE)
    workflow.CASE.check(case.state, to)
    if to in Case.CLOSED or case.state in Case.CLOSED:
        raise ValidationError(
            _("A case is closed with the approval of another, and opened again with a reason.")
        )
    audit.record("case.move", by=by, case=case.pk, old=case.state, new=to)
    deadline = {"assessment": "ASSESSMENT_DAYS", "planning": "PLAN_DAYS"}.get(to)
    case.state = to
    case.next_due = (on or baku_today()) + (centre.after(deadline) if deadline else LOOK_AGAIN)
    case.save(update_fields=["state", "next_due"])
