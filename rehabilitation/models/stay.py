"""Beds, who stays in which from when to when, and who asked that somebody stays longer."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Least, Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.clock import DB_TODAY
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach, widen
from cases.models import Case, Victim
from rehabilitation import house_triggers
from rehabilitation.models.decided import ByAnotherQuerySet
from rehabilitation.models.house import ON_SHIFT, House

LONGEST_EXTENSION = 90  # days
# From the planned day on: the officer on shift lets the person in.
LIVES_THERE = f"left_on IS NULL AND starts_on <= {DB_TODAY} AND {ON_SHIFT}"
_KEEPS_BEDS = f"{MY_ROLE} IN ('supervisor', 'administrator')"
_FOR_DIRECTOR = f"{MY_ROLE} = 'director' AND for_director"


def _days(first: Any, end: Any) -> Func:
    """The days from the first to the day of leaving, whose night is free again."""
    return Func(first, end, function="daterange", output_field=models.Field())


class Bed(models.Model):
    """A bed of a house, while it is in use, and for whom it is; never deleted."""

    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="beds", verbose_name=_("house"))
    label = models.CharField(_("room and bed"), max_length=20)
    for_whom = CodeField("bed_for", verbose_name=_("for whom"), default="anybody")
    accessible = models.BooleanField(_("reached without steps"), default=False)
    active_from = models.DateField(_("in use from"))
    active_until = models.DateField(_("in use until"), null=True, blank=True)

    reach = Reach(
        web="SIU",
        private=True,
        also_read=f"{MY_ROLE} <> 'commission_member'",
        also_change=_KEEPS_BEDS,
        add=_KEEPS_BEDS,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["house", "label"], name="bed_once_in_a_house"),
            models.CheckConstraint(
                name="bed_ends_later",
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
            ),
        ]
        triggers = house_triggers.BED

    def __str__(self) -> str:
        return f"bed {self.pk}"


class StayQuerySet(ReachQuerySet["Stay"]):
    """Stays, by what people ask of them."""

    def open(self) -> "StayQuerySet":
        """Those that are reserved or go on."""
        return self.filter(left_on__isnull=True)

    def ending(self, day: date) -> "StayQuerySet":
        """Those that go on and are planned to end by `day`."""
        return self.open().filter(came_on__isnull=False, ends_on__lte=day)


class Stay(models.Model):
    """Somebody lives in a house; what the duty officer needs to know of them is here, not in the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="+", verbose_name=_("house"))
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="+", verbose_name=_("room and bed"))
    starts_on = models.DateField(_("planned from"))
    ends_on = models.DateField(_("planned until"))
    came_on = models.DateField(_("came on"), null=True)
    out_since = models.DateTimeField(null=True)
    left_on = models.DateField(_("left on"), null=True)
    why_late = Encrypted(verbose_name=_("why later than planned"))
    name_to_use = Encrypted(verbose_name=_("name to use"))
    visitors = Encrypted(verbose_name=_("who may visit"))
    call_whom = Encrypted(verbose_name=_("whom to call"))
    decision_body = CodeField("placement_body", verbose_name=_("who decided"), blank=True, default="")
    decision = Encrypted(verbose_name=_("number of the decision"))
    decision_on = models.DateField(_("date of the decision"), null=True)
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    reach = Reach(
        case="case",
        web="SIU",
        also_read=LIVES_THERE,
        also_change=LIVES_THERE,
        author="placed_by_id",
        author_needs="change_until",
    )
    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="stay_one_at_a_time",
                expressions=[
                    ("victim", RangeOperators.EQUAL),
                    (_days("starts_on", "left_on"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="stay_bed_planned_once",
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    (_days("starts_on", Least("left_on", "ends_on")), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="stay_one_in_a_bed",
                condition=Q(came_on__isnull=False),
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    (_days("came_on", "left_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="stay_days_follow",
                condition=Q(ends_on__gt=F("starts_on"))
                & (Q(came_on__isnull=True) | Q(came_on__gte=F("starts_on")))
                & (Q(left_on__isnull=True) | Q(left_on__gte=F("starts_on")))
                & (Q(left_on__isnull=True) | Q(came_on__isnull=True) | Q(left_on__gte=F("came_on"))),
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="stay_ends", condition=Q(left_on__isnull=True))]
        triggers = house_triggers.STAY

    def __str__(self) -> str:
        return f"stay {self.pk}"


class StayExtension(models.Model):
    """Somebody asks that a stay ends later; somebody else approves or refuses it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="extensions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20, db_default="", editable=False)  # of the case
    until_then = models.DateField(db_default=Now(), editable=False)  # the planned end when it was asked
    asked_for_by = CodeField("extension_asked_by", verbose_name=_("on whose request"))
    days = models.PositiveSmallIntegerField(_("days"))
    reason = Encrypted(verbose_name=_("reason"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    for_director = models.BooleanField(db_default=False, default=False, editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    answer = Encrypted(verbose_name=_("why not"))

    reach = Reach(
        case="case",
        web="SIU",
        author="author_id",
        author_needs="change_until",
        # the update itself must still see the row that it has just decided
        also_read=f"{_FOR_DIRECTOR} AND (decided_at IS NULL OR decided_at >= transaction_timestamp())",
        also_change=f"{_FOR_DIRECTOR} AND (decided_at IS NULL OR decided_by_id = {ME})",
    )
    objects: Any = ByAnotherQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stay"], name="extension_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="extension_by_two",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="extension_days", condition=Q(days__gte=1, days__lte=LONGEST_EXTENSION)
            ),
        ]
        ordering = ["-asked_at"]
        triggers = house_triggers.EXTENSION

    def __str__(self) -> str:
        return f"extension {self.pk}"

    @property
    def would_end(self) -> date:
        """The planned end, when it is approved."""
        return self.until_then + timedelta(days=self.days)


# A duty officer opens what the house list shows of those who live there; the director the request to decide.
for _table in ("cases_incident", "rehabilitation_stayextension"):
    widen(_table, "victim_id IN (SELECT housed_with_me())", add=True)
widen("rehabilitation_stayextension", f"author_id = {ME} AND victim_id IN (SELECT housed_with_me())")
for _table in ("cases_safetysheet", "cases_datakey"):
    widen(_table, "victim_id IN (SELECT housed_with_me())")
widen(
    "cases_datakey",
    f"{MY_ROLE} = 'director' AND EXISTS (SELECT FROM rehabilitation_stayextension e"
    " WHERE e.victim_id = cases_datakey.victim_id)",
)
