"""The state bodies told of children: where each is reached, when it is open, who signs in for it."""

import uuid
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from aidcenter.codelists import in_words, label, label_in
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import DIRECTORY, Reach
from aidcenter.triggers import append_only
from referrals import authority_triggers

BODIES = ("guardianship", "minors_commission")
WEEK = 7


def _weekdays() -> list[int]:
    return [1, 2, 3, 4, 5]


def _channels() -> list[str]:
    return ["portal", "email"]


class CommissionFor(Func):
    """Whom the database tells for a body and a district today (sql/authorities.sql); NULL: nobody."""

    function = "commission_for"
    output_field = models.UUIDField()


class CommissionQuerySet(models.QuerySet["Commission"]):
    """State bodies, by the day."""

    def in_force(self, day: date) -> "CommissionQuerySet":
        """Those that act on `day`: from their first day until the day on which they end."""
        return self.filter(Q(active_until__isnull=True) | Q(active_until__gt=day), active_from__lte=day)

    def told_in(self, district: str) -> "CommissionQuerySet":
        """Whom a child of `district` is told to today: its own bodies, or those that took over."""
        asked = "SELECT commission_for(body, %s) FROM unnest(%s::text[]) AS body"
        return self.filter(pk__in=RawSQL(asked, [district, list(BODIES)]))  # noqa: S611 - constant, with parameters


class Contact(models.Model):
    """How a state body is reached, on which ways, and when somebody is there."""

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

    class Meta:
        abstract = True

    @property
    def office_days_in_words(self) -> str:
        """The days on which somebody is there."""
        return ", ".join(str(WEEKDAYS[number - 1]) for number in sorted(self.office_days))

    @property
    def channels_in_words(self) -> str:
        """The ways to it, in their order."""
        return " → ".join(str(label("channel", code)) for code in self.channels)


class Commission(Contact):
    """A state body of a district, in force from its first day until the day on which it ends.

    Name and address are those of today; the database takes them from `CommissionName`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = CodeField("mandatory_recipient", verbose_name=_("body"))
    district = CodeField("district", verbose_name=_("district"))
    name_az = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True, db_default="", default="")
    active_from = models.DateField(_("acts from"), default=date(2000, 1, 1))
    active_until = models.DateField(_("first day without it"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who takes over"),
    )  # fmt: skip
    members_follow = models.BooleanField(db_default=True, default=True)

    reach = DIRECTORY
    objects = CommissionQuerySet.as_manager()

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
            models.CheckConstraint(
                name="commission_ends_after_it_begins",
                condition=Q(active_until__isnull=True) | Q(active_until__gt=F("active_from")),
            ),
        ]
        triggers = authority_triggers.COMMISSION

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

    def district_in(self, language: str) -> str:
        """Its district in that language."""
        return label_in("district", self.district, language)

    def acts_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.active_from <= day and (self.active_until is None or self.active_until > day)

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


class CommissionName(models.Model):
    """What a body is called, and where it sits, from a day on; rows stay, so old letters keep their name."""

    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="names")
    since = models.DateField(_("from"))
    name_az = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True, db_default="", default="")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    reach = Reach(web="SID", worker="S", relay="S")

    class Meta:
        ordering = ["since", "pk"]
        triggers = authority_triggers.COMMISSION_NAME

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_words(self, "name")


class CommissionContact(Contact):
    """How a body was reached from a moment on; the database adds a row with every change of it."""

    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="contacts")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    reach = Reach(web="S")

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only("append_only")]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class MemberQuerySet(models.QuerySet["Member"]):
    """Members, by what they are."""

    def people(self) -> "MemberQuerySet":
        """Those who sign in; not the systems that ask in the body's name."""
        return self.filter(staff__is_active=True, staff__is_program=False)


class Member(models.Model):
    """A person of a state body who signs in to receive its notifications, or a system that asks for it."""

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="membership")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="members")

    reach = DIRECTORY
    objects = MemberQuerySet.as_manager()

    class Meta:
        triggers = authority_triggers.MEMBER

    def __str__(self) -> str:
        return f"member {self.pk}"


class MemberAway(models.Model):
    """A member is away from the first to the last day, and a colleague of the same body stands in."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="away")
    deputy = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="stands_in", verbose_name=_("deputy")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True)

    reach = DIRECTORY

    class Meta:
        constraints = [
            models.CheckConstraint(name="away_first_day_first", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(name="away_somebody_else", condition=~Q(member=F("deputy"))),
        ]
        triggers = authority_triggers.AWAY

    def __str__(self) -> str:
        return f"absence {self.pk}"


class DistrictSeen(models.Model):
    """A district in which the centre had a case or a notification: a missing body is alarmed."""

    district = CodeField("district", primary_key=True)

    reach = Reach(web="S", worker="S", relay="S")

    def __str__(self) -> str:
        return self.district
