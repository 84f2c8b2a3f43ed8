"""What happens while a body is silent: the steps of the ladder, the calls, and the mails that are owed."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from aidcenter import sealedtext
from aidcenter.access import ReachQuerySet
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import Reach, widen
from cases.models import Case
from referrals import ladder_triggers
from referrals.models.authority import Commission
from referrals.models.notification import Notification

FIRST = ("night", "warn")  # the first rung is one of these
TELEPHONE = ("night", "telephone")


class LadderStep(models.Model):
    """A step taken because a notification was not acknowledged in time; each once, by constraint."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="steps")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")  # set by the database
    step = CodeField("ladder_step")
    due_at = models.DateTimeField()
    climbed_at = models.DateTimeField(db_default=Now())

    reach = Reach(case="case", web="S", worker="SI", relay="SI")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "step"], name="ladder_step_once"),
            models.UniqueConstraint(
                fields=["notification"], name="ladder_first_rung_once", condition=Q(step__in=FIRST)
            ),
        ]
        ordering = ["climbed_at", "due_at"]
        triggers = ladder_triggers.STEP

    def __str__(self) -> str:
        return f"{self.step} of {self.notification_id}"


class Call(models.Model):
    """A call to the body about a notification. It acknowledges nothing; it quiets the night."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="calls")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")  # set by the database
    reached = models.BooleanField()
    # sealed by aidcenter.sealedtext: who calls need not read the case, so not under the child's key
    spoken_with = models.TextField(blank=True)
    position = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=30)
    spoken_at = models.DateTimeField()
    note = models.TextField(blank=True)  # sealed in the same way
    quiet_until = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    # set by the database; no default of it, as Django would read that back, and who calls may not read
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    reach = Reach(case="case", web="SI", worker="S", relay="S", author="recorded_by_id")
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["notification", "-recorded_at"], name="call_of_notification")]
        ordering = ["-spoken_at"]
        triggers = ladder_triggers.CALL

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def context(self) -> str:
        """What its sealed words are bound to."""
        return f"call|{self.pk}"

    def sealed(self, text: str) -> str:
        """`text` as this row keeps it."""
        return sealedtext.seal(text, self.context) if text else ""

    def opened(self, text: str) -> str:
        """What `sealed` was given."""
        return sealedtext.unseal(text, self.context) if text else ""

    @property
    def who(self) -> str:
        """Who was spoken to, and their position."""
        return ", ".join(filter(None, (self.opened(self.spoken_with), self.position)))

    @property
    def words(self) -> str:
        """What was said."""
        return self.opened(self.note)


class OwedMail(models.Model):
    """A mail owed to a person or a body: about a step, or of a day. A row until it has left."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = CodeField("owed_mail")
    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, null=True, related_name="mails")
    day = models.DateField(null=True)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(null=True)  # notifications since the day before
    waiting = models.PositiveIntegerField(null=True)  # not acknowledged
    due_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveIntegerField(db_default=0, default=0)
    done_at = models.DateTimeField(null=True)
    sent = models.BooleanField(db_default=False, default=False)

    reach = Reach(worker="SIU", relay="SIU")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "person"], name="owed_mail_once_a_step"),
            models.UniqueConstraint(fields=["day", "person"], name="owed_mail_once_a_day"),
            models.UniqueConstraint(fields=["day", "commission"], name="owed_mail_once_a_day_to_body"),
            models.CheckConstraint(
                name="owed_mail_to_one",
                condition=Q(person=None, commission__isnull=False) | Q(person__isnull=False, commission=None),
            ),
            models.CheckConstraint(
                name="owed_mail_of_one",
                condition=Q(step=None, day__isnull=False) | Q(step__isnull=False, day=None),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="owed_mail_to_do", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


# Who has duty, or directs, records a call about what they are told of, and reads none.
widen(
    "referrals_call",
    "EXISTS (SELECT FROM notifications_to_call() t WHERE t.id = notification_id)",
    add=True,
)
