"""The state bodies told of children: where each is reached, when it is open, who signs in for it."""

import uuid
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aidcenter.codelists import in_words
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import DIRECTORY
from aidcenter.triggers import staffing

BODIES = ("guardianship", "minors_commission")
WEEK = 7


def _weekdays() -> list[int]:
    return [1, 2, 3, 4, 5]


def _channels() -> list[str]:
    return ["portal", "email"]


class Commission(models.Model):
    """A state body of a district; its name in three languages, in force between two dates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = CodeField("mandatory_recipient", verbose_name=_("body"))
    district = CodeField("district", verbose_name=_("district"))
    name_az = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True, db_default="", default="")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    duty_phone = models.CharField(
        _("duty phone, day and night"), max_length=30, blank=True, db_default="", default=""
    )
    opens_at = models.TimeField(_("opens at"), default=time(9))
    closes_at = models.TimeField(_("closes at"), default=time(18))
    office_days = ArrayField(  # 1 is Monday
        models.PositiveSmallIntegerField(), verbose_name=_("office days"), default=_weekdays
    )
    channels = ArrayField(CodeField("channel"), verbose_name=_("ways, in their order"), default=_channels)
    active_from = models.DateField(default="2000-01-01")
    active_until = models.DateField(null=True, blank=True)

    reach = DIRECTORY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "body"],
                name="commission_one_in_force",
                condition=Q(active_until__isnull=True),
            ),
            models.CheckConstraint(
                name="commission_closes_after_it_opens", condition=Q(opens_at__lt=F("closes_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_words(self, "name")

    @property
    def phone_now(self) -> str:
        """The number to ring at any hour: the duty phone, else the office's; "" when none is known."""
        return self.duty_phone or self.phone

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is in the office at the moment `at`."""
        local = timezone.localtime(at)
        return local.isoweekday() in self.office_days and self.opens_at <= local.time() < self.closes_at

    def next_opening(self, after: datetime) -> datetime:
        """When the office opens next, later than `after`; `after` itself for a body without office days."""
        today = timezone.localtime(after).date()
        openings = (self._opening(today + timedelta(days=ahead)) for ahead in range(WEEK + 1))
        return next((opening for opening in openings if opening and opening > after), after)

    def _opening(self, day: date) -> datetime | None:
        if day.isoweekday() not in self.office_days:
            return None
        return timezone.make_aware(datetime.combine(day, self.opens_at))


class Member(models.Model):
    """A person of a state body who signs in to receive its notifications."""

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="membership")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="members")

    reach = DIRECTORY

    class Meta:
        triggers = [staffing()]

    def __str__(self) -> str:
        return f"member {self.pk}"
