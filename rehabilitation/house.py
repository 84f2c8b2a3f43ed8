"""The houses: who lives there, who is in or out, the roster, and the log of the shifts."""

import uuid
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit, crypto, sealedtext
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases.models import SafetySheet
from rehabilitation.models import House, LogEntry, Shift, Stay
from rehabilitation.stays import SOON

LONGEST_SHIFT = timedelta(hours=24)


@act
def say_out(stay: Stay, *, out: bool, by: Staff) -> None:
    """The person went out, or came back."""
    require(by, Verb.VIEW_HOUSE)
    Stay.objects.open().filter(pk=stay.pk).update(out_since=Now() if out else None)
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
    Shift.objects.filter(pk=shift.pk).delete()


def to_come() -> QuerySet[Shift]:
    """The shifts that are under way or lie ahead."""
    return Shift.objects.filter(ends__gt=Now()).select_related("house", "person").order_by("starts")


def shifts_now(person: Staff) -> QuerySet[Shift]:
    """The shifts of `person` that are under way."""
    rows = Shift.objects.filter(person=person, starts__lte=Now(), ends__gt=Now())
    return rows.select_related("house").order_by("ends")


def on_duty() -> list[str]:
    """Who has duty in a house now, by name."""
    rows = Shift.objects.filter(starts__lte=Now(), ends__gt=Now(), person__is_active=True)
    return list(rows.values_list("person__display_name", flat=True).distinct())


def in_charge(person: Staff) -> QuerySet[House]:
    """The houses where `person` has duty now."""
    return House.objects.filter(Exists(shifts_now(person).filter(house=OuterRef("pk")))).order_by("name")


def living(houses: QuerySet[House]) -> QuerySet[Stay]:
    """Who lives in `houses` or is to come by today."""
    return Stay.objects.open().filter(house__in=houses, starts_on__lte=baku_today()).select_related("bed")


def residents(houses: QuerySet[House]) -> list[Stay]:
    """The same by bed, each with the safety sheet."""
    return with_sheets(list(living(houses).order_by("house__name", "bed__label")))


def with_sheets(stays: list[Stay]) -> list[Stay]:
    """The stays, each with the safety sheet in force as `sheet`, and with their keys."""
    written = SafetySheet.objects.filter(case__in=[stay.case_id for stay in stays])
    newest = written.order_by("case", "-written_at").distinct("case")
    sheets = {sheet.case_id: sheet for sheet in newest}
    for stay in stays:
        stay.sheet = sheets.get(stay.case_id)  # type: ignore[attr-defined]
    crypto.load_keys([*stays, *sheets.values()])
    return stays


def leaving(person: Staff, today: date) -> QuerySet[Stay]:
    """Who is to leave the houses where `person` has duty within a week, or should have left."""
    rows = Stay.objects.ending(today + SOON).filter(house__in=in_charge(person))
    return rows.select_related("house", "bed").order_by("ends_on")


def log_of(houses: QuerySet[House], number: int) -> list[tuple[LogEntry, str]]:
    """The newest entries of the logs of `houses` with their words."""
    rows = LogEntry.objects.filter(house__in=houses).select_related("author", "house")
    found = list(rows.order_by("-written_at")[:number])
    return list(zip(found, words_of(found), strict=True))


def words_of(entries: list[LogEntry]) -> list[str]:
    """What the entries say."""
    return sealedtext.unseal_all((entry.text, _about(entry.pk)) for entry in entries)


def _about(entry: uuid.UUID) -> str:
    return f"house-log|{entry}"
