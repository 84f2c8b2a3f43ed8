"""The houses: who is on shift, and what the shifts write down.

While on shift, a duty officer reads the list of the house (rehabilitation/models/stay.py) and the safety
sheets of who lives there; not the cases.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import DIRECTORY, ME, MY_ROLE, Reach
from rehabilitation import triggers

ON_SHIFT = "house_id IN (SELECT houses_on_shift())"


class House(models.Model):
    """A house of the centre, by a code name; its address is not in the system."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = CodeField("house_kind", verbose_name=_("kind"), default="rooms")

    reach = DIRECTORY

    def __str__(self) -> str:
        return self.name


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
