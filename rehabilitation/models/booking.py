"""When staff and rooms are taken, and by what: no row here names a case.

A booked service points to its booking (rehabilitation/calendar_triggers.py keeps it), so everybody sees
who is busy when, and only who reads the case sees with what.
"""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from rehabilitation import calendar_triggers

_EDITS = f"{MY_ROLE} IN ('administrator', 'supervisor')"
_PLANS = f"{MY_ROLE} IN ('caseworker', 'specialist', 'supervisor')"
_FREE = Q(freed_at__isnull=True, clashes=False)


class Room(models.Model):
    """A room in which services are given; never deleted."""

    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("in use"), db_default=True, default=True)

    reach = Reach(web="SIU", private=True, also_read=f"{_PLANS} OR {_EDITS}", also_change=_EDITS, add=_EDITS)
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("name", name="room_name_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return f"room {self.pk}"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings, by what people ask of them."""

    def held(self) -> "BookingQuerySet":
        """Those that still hold."""
        return self.filter(freed_at__isnull=True)


class Booking(models.Model):
    """Somebody of the centre, a room, or both, for a time; freed, it holds nobody any more.

    `day` (in Baku) and `minutes` say the same as `during`, for counting. `clashes` marks one from before
    there was a calendar that overlaps another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    during = DateTimeRangeField(editable=False)
    day = models.DateField(editable=False)
    minutes = models.PositiveSmallIntegerField(editable=False)
    clashes = models.BooleanField(db_default=False, default=False, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    freed_at = models.DateTimeField(null=True, editable=False)

    reach = Reach(web="S", worker="S", private=True, also_read=_PLANS)
    objects: Any = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="booking_person_free",
                condition=_FREE,
                expressions=[("staff", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="booking_room_free",
                condition=_FREE,
                expressions=[("room", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="booking_of_something", condition=Q(staff__isnull=False) | Q(room__isnull=False)
            ),
            models.CheckConstraint(
                name="booking_ends_later",
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
            ),
        ]
        indexes = [
            models.Index(  # the month of a team, read from the index alone
                fields=["day", "staff"], include=["minutes"], name="booking_of_day",
                condition=Q(freed_at__isnull=True),
            ),
            models.Index(
                fields=["staff", "day"], include=["minutes"], name="booking_of_person",
                condition=Q(freed_at__isnull=True),
            ),
            models.Index(
                fields=["room", "day"], include=["minutes"], name="booking_of_room",
                condition=Q(freed_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"booking {self.pk}"

    @property
    def starts_at(self) -> datetime:
        """The first moment."""
        return self.during.lower

    @property
    def ends_at(self) -> datetime:
        """The moment from which it is over."""
        return self.during.upper


class CalendarChoice(models.Model):
    """What somebody chose for their own calendar: its address for other programs, and the evening mail."""

    person = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True, related_name="+")
    key_hash = models.CharField(max_length=64, blank=True, db_default="", default="", editable=False)
    key_made_at = models.DateTimeField(null=True, editable=False)
    feed_numbers = models.BooleanField(_("case numbers in the feed"), db_default=False, default=False)
    mail = models.BooleanField(_("mail in the evening"), db_default=True, default=True)
    mail_numbers = models.BooleanField(_("case numbers in the mail"), db_default=False, default=False)

    _MINE = f"person_id = {ME}"
    reach = Reach(web="SIU", worker="S", private=True, also_read=_MINE, also_change=_MINE, add=_MINE)
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_hash"], name="calendar_key_once", condition=~Q(key_hash=""))
        ]

    def __str__(self) -> str:
        return f"calendar of {self.pk}"


class LeaverOfCalendar(Staff):
    """aidcenter.Staff as this app sees it: whoever leaves leaves no address of their calendar behind."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = calendar_triggers.STAFF
