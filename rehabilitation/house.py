"""The houses: giving somebody a place, who is in or out, the roster, and the log of the shifts."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit, crypto, sealedtext
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Role, Verb
from cases.actions import require
from cases.models import Case, SafetySheet
from rehabilitation.models import House, LogEntry, Shift, Stay

LONGEST_SHIFT = timedelta(hours=24)
KNOWN = ("bed", "name_to_use", "visitors", "call_whom")


_STAY = Prepared(lambda case: Stay.objects.filter(case_id=case, left_at__isnull=True)[:1])


def stay_of(case: Case) -> Stay | None:
    """Where the person of `case` lives now."""
    return next(iter(_STAY.of(case)), None)


@act
def place(case: Case, said: dict[str, Any], *, by: Staff) -> Stay:
    """Give the person a place; `said` has house, bed, name_to_use, visitors, call_whom and decision."""
    require(by, Verb.RECORD_SERVICE)
    if case.is_child and not said["decision"]:
        needed = _("A child is placed by a decision of the guardianship authority: name it.")
        raise ValidationError({"decision": needed})
    try:
        with transaction.atomic():
            stay = Stay.objects.create(case=case, victim=case.victim, placed_by=by, **said)
    except IntegrityError as refusal:
        raise _taken(refusal) from None
    audit.record("house.place", by=by, case=case.pk, ids=[stay.pk], house=stay.house_id)
    return stay


@act
def change(stay: Stay, said: dict[str, Any], *, by: Staff) -> None:
    """Change what the house knows: the fields of KNOWN."""
    require(by, Verb.RECORD_SERVICE)
    for name in KNOWN:
        setattr(stay, name, said[name])
    try:
        with transaction.atomic():
            stay.save(update_fields=KNOWN)
    except IntegrityError as refusal:
        raise _taken(refusal) from None
    audit.record("house.change", by=by, case=stay.case_id, ids=[stay.pk])


def _taken(refusal: IntegrityError) -> ValidationError:
    if "stay_one_at_a_time" in str(refusal):
        return ValidationError(_("This person has a place already: end that stay first."))
    return ValidationError({"bed": _("Somebody else has this bed.")})


@act
def leave(stay: Stay, *, by: Staff) -> None:
    """The stay has ended; the house sees nothing of the person any more."""
    require(by, Verb.RECORD_SERVICE)
    Stay.objects.filter(pk=stay.pk, left_at__isnull=True).update(left_at=Now())
    audit.record("house.leave", by=by, case=stay.case_id, ids=[stay.pk])


@act
def say_out(stay: Stay, *, out: bool, by: Staff) -> None:
    """The person went out, or came back."""
    require(by, Verb.VIEW_HOUSE)
    Stay.objects.filter(pk=stay.pk, left_at__isnull=True).update(out_since=Now() if out else None)
    audit.record("house.out", by=by, ids=[stay.pk], out=out)


@act
def write_log(house: House, text: str, *, by: Staff) -> LogEntry:
    """Write down what the next shift should know."""
    require(by, Verb.VIEW_HOUSE)
    entry = LogEntry(house=house, author=by)
    entry.text = sealedtext.seal(text, _about(entry.pk))
    entry.save()
    audit.record("house.log", by=by, ids=[entry.pk], house=house.pk)
    return entry


@act
def plan_shift(house: House, person: Staff, *, starts: datetime, ends: datetime, by: Staff) -> Shift:
    """`person` has duty in `house` from `starts` to `ends`."""
    require(by, Verb.PLAN_ROSTER)
    if not person.is_active or person.role != Role.HOUSE:
        raise ValidationError({"person": _("Only duty officers have shifts in a house.")})
    if not timezone.now() < ends or not timedelta() < ends - starts <= LONGEST_SHIFT:
        raise ValidationError({"until": _("A shift ends in the future, and lasts 24 hours at most.")})
    shift = Shift.objects.create(house=house, person=person, starts=starts, ends=ends, set_by=by)
    audit.record("house.roster.change", by=by, person=person.pk, house=house.pk)
    return shift


@act
def drop_shift(shift: Shift, *, by: Staff) -> None:
    """Take a shift off the roster; the house closes to the person on the next request."""
    require(by, Verb.PLAN_ROSTER)
    audit.record("house.roster.change", by=by, person=shift.person_id, house=shift.house_id)
    shift.delete()


def shifts_now(person: Staff) -> QuerySet[Shift]:
    """The shifts of `person` that are under way."""
    rows = Shift.objects.filter(person=person, starts__lte=Now(), ends__gt=Now())
    return rows.select_related("house").order_by("ends")


def in_charge(person: Staff) -> QuerySet[House]:
    """The houses where `person` has duty now."""
    return House.objects.filter(Exists(shifts_now(person).filter(house=OuterRef("pk")))).order_by("name")


def residents(houses: QuerySet[House]) -> list[Stay]:
    """Who lives in `houses`, bed by bed, each with the safety sheet in force as `sheet`."""
    stays = list(Stay.objects.filter(house__in=houses, left_at__isnull=True).order_by("house__name", "bed"))
    written = SafetySheet.objects.filter(case__in=[stay.case_id for stay in stays])
    newest = written.order_by("case", "-written_at").distinct("case")
    sheets = {sheet.case_id: sheet for sheet in newest}
    for stay in stays:
        stay.sheet = sheets.get(stay.case_id)  # type: ignore[attr-defined]
    crypto.load_keys([*stays, *sheets.values()])
    return stays


def log_of(houses: QuerySet[House], number: int) -> list[tuple[LogEntry, str]]:
    """The newest entries of the logs of `houses` with their words."""
    rows = LogEntry.objects.filter(house__in=houses).select_related("author", "house")
    return [
        (row, sealedtext.unseal(row.text, _about(row.pk))) for row in rows.order_by("-written_at")[:number]
    ]


def _about(entry: uuid.UUID) -> str:
    return f"house-log|{entry}"
