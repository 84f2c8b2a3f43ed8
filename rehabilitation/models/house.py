"""The houses: who lives there, who is on shift, and what the shifts write down.

While on shift, a duty officer reads the list of the house and the safety sheets of who lives there; not
the cases.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.models import Staff
from aidcenter.reach import DIRECTORY, ME, MY_ROLE, Reach, widen
from cases.models import Case, Victim
from rehabilitation import triggers

ON_SHIFT = "house_id IN (SELECT houses_on_shift())"
LIVES_THERE = f"left_at IS NULL AND {ON_SHIFT}"


class House(models.Model):
    """A house of the centre, by a code name; its address is not in the system."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    reach = DIRECTORY

    def __str__(self) -> str:
        return self.name


class Stay(models.Model):
    """Somebody lives in a house; what the duty officer needs to know of them is here, not in the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="+", verbose_name=_("house"))
    bed = models.CharField(_("room and bed"), max_length=20)
    name_to_use = Encrypted(verbose_name=_("name to use"))
    visitors = Encrypted(verbose_name=_("who may visit"))
    call_whom = Encrypted(verbose_name=_("whom to call"))
    decision = Encrypted(verbose_name=_("decision on the child's placement"))
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    came_at = models.DateTimeField(db_default=Now(), editable=False)
    out_since = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    reach = Reach(
        case="case",
        web="SIU",
        also_read=LIVES_THERE,
        also_change=LIVES_THERE,
        author="placed_by_id",
        author_needs="change_until",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="stay_one_at_a_time", condition=Q(left_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["house", "bed"], name="stay_one_in_a_bed", condition=Q(left_at__isnull=True)
            ),
        ]
        triggers = triggers.STAY

    def __str__(self) -> str:
        return f"stay {self.pk}"


class Shift(models.Model):
    """From when to when somebody has duty in a house."""

    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="+", verbose_name=_("house"))
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    reach = Reach(
        web="SID",
        private=True,
        also_read=f"{MY_ROLE} <> 'commission_member'",
        also_change=f"{MY_ROLE} = 'supervisor'",
        add=f"set_by_id = {ME} AND {MY_ROLE} = 'supervisor'",
    )

    class Meta:
        indexes = [models.Index(fields=["person", "ends"], name="shift_of_person")]
        constraints = [
            models.CheckConstraint(name="shift_ends_later", condition=Q(ends__gt=models.F("starts")))
        ]

    def __str__(self) -> str:
        return f"shift {self.pk}"


class LogEntry(models.Model):
    """What a shift wrote down for the next; stays as it was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()  # sealed by aidcenter.sealedtext: it may name a person
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        web="SI",
        private=True,
        also_read=f"{ON_SHIFT} OR {MY_ROLE} = 'supervisor'",
        add=f"author_id = {ME} AND {ON_SHIFT}",
    )

    class Meta:
        indexes = [models.Index(fields=["house", "-written_at"], name="log_of_house")]
        triggers = triggers.LOG

    def __str__(self) -> str:
        return f"log entry {self.pk}"


# A duty officer opens what the house list shows of those who live there.
widen("cases_incident", "victim_id IN (SELECT housed_with_me())", add=True)
for _table in ("cases_safetysheet", "cases_datakey"):
    widen(_table, "victim_id IN (SELECT housed_with_me())")
