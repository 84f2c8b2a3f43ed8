"""The duty to notify: Notification, its numbered Messages, a Delivery per channel, each Attempt.

The database writes the Notification and its Message (referrals/triggers.py); a relay or a worker
freezes the Message and delivers it (referrals/alerts.py). Nothing here is ever deleted.
"""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import NARROWED, Reach, widen
from cases.models import Case, Document, Guardianship, Victim
from referrals import authority_triggers, triggers
from referrals.held import Held
from referrals.models.authority import Commission, CommissionName
from referrals.owed import Owed

# What was sent to the state body of which the asking person is a member; not what it has on paper alone, and
# nothing of a child whose family that person knows.
_SENT = (
    "state NOT IN ('owed', 'cancelled') AND (paper_on IS NULL OR sent_at IS NOT NULL) AND commission_id IN"
    " (SELECT m.commission_id FROM referrals_member m WHERE m.staff_id = (SELECT app_uid()))"
    " AND NOT stepped_aside(case_id)"
)


class NotificationQuerySet(ReachQuerySet["Notification"]):
    """Notifications, by who may reach them and what is still missing."""

    def addressed_to(self, person: Staff) -> "NotificationQuerySet":
        """What was sent to the state body that `person` is a member of."""
        sent = self.filter(Q(paper_on__isnull=True) | Q(sent_at__isnull=False))
        sent = sent.filter(commission__members__staff=person).exclude(state__in=("owed", "cancelled"))
        return sent.exclude(case__in=person.recusals.values("case"))

    def unacknowledged(self) -> "NotificationQuerySet":
        """Owed or sent, and nobody has said that it was received."""
        return self.filter(state__in=("owed", "sent"))

    def waiting(self) -> "NotificationQuerySet":
        """Those of which the ladder is climbed: unacknowledged, and delivered at once."""
        return self.unacknowledged().filter(held=False)

    def waiting_for_release(self, person: Staff) -> "NotificationQuerySet":
        """Of children from old records: what is not sent before a supervisor, like `person`, says so."""
        return self.changeable_by(person).filter(held=True, state="owed")


class Notification(Owed, Held):
    """The obligation to tell one state body of a child: one per case, body and episode."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notifications")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    body = CodeField("mandatory_recipient", verbose_name=_("body"))
    district = CodeField("district", verbose_name=_("district"))
    commission = models.ForeignKey(
        Commission, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    episode = models.PositiveSmallIntegerField(db_default=1)
    trigger = CodeField("notification_trigger")
    state = CodeField("notification_state", verbose_name=_("state"), db_default="owed")
    triggered_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=200, blank=True, db_default="")
    decision = CodeField("commission_decision", verbose_name=_("decision"), blank=True, db_default="")
    decision_number = models.CharField(_("number of the decision"), max_length=50, blank=True, db_default="")
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    # what the database copies of the case for the inbox, and up to which message the body has confirmed
    urgency = CodeField("risk_level", verbose_name=_("urgency"), db_default="medium", editable=False)
    acknowledged_number = models.PositiveSmallIntegerField(db_default=0)
    receipt_scan = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    decision_scan = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    guardianship = models.ForeignKey(Guardianship, on_delete=models.PROTECT, null=True, related_name="+")

    reach = Reach(
        case="case", web="SU", worker="SU", relay="SU", statistics="S", also_read=_SENT, also_change=_SENT
    )
    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body", "episode", "district"], name="notification_once_per_episode"
            ),
            models.CheckConstraint(
                name="notification_acknowledged_says_who",
                condition=~Q(state__in=["acknowledged", "decided"])
                | (Q(acknowledged_at__isnull=False) & Q(acknowledged_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="notification_decided_says_what",
                condition=~Q(state="decided")
                | (~Q(decision="") & ~Q(decision_number="") & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="notification_paper_has_number_and_day",
                condition=Q(paper_on=None, paper_number="") | ~Q(paper_on=None) & ~Q(paper_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["commission", "-triggered_at"], name="notification_inbox"),
            models.Index(
                fields=["triggered_at"], name="notification_waiting", condition=Q(state__in=["owed", "sent"])
            ),
            models.Index(fields=["triggered_at"], name="notification_held", condition=Q(held=True)),
        ]
        triggers = [*triggers.NOTIFICATION, authority_triggers.ADDRESSED, authority_triggers.SEEN]

    def __str__(self) -> str:
        return self.reference

    def others(self) -> "models.query.RawQuerySet[Notification]":
        """The same duty to other bodies, as far as each body may know of the other: whether it answered."""
        return Notification.objects.raw("SELECT * FROM notification_others(%s)", [self.pk])


class Message(models.Model):
    """One numbered letter of a notification; frozen when its extract is written, then unchangeable."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="messages")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = CodeField("message_kind")
    # the text of one field that the body asked for, and two people approved; without it a whole letter
    word = models.OneToOneField(
        "referrals.BodyWord", on_delete=models.PROTECT, null=True, related_name="message"
    )
    extract = Encrypted(dict)
    # What the body was called when the message was frozen; it stays when the body is renamed.
    called = models.ForeignKey(CommissionName, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    frozen_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(db_default=0, editable=False)
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    needs_human = models.BooleanField(db_default=False, editable=False)  # it cannot be frozen as it is

    reach = Reach(case="notification__case", web="S", worker="SU", relay="SU")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="message_number"),
            models.CheckConstraint(
                name="message_frozen_has_extract",
                condition=Q(frozen_at__isnull=True) | Q(extract__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="message_to_freeze", condition=Q(frozen_at__isnull=True))
        ]
        ordering = ["number"]
        triggers = triggers.MESSAGE

    def __str__(self) -> str:
        return f"message {self.number} of {self.notification_id}"


class Delivery(models.Model):
    """A message on one channel; on its way out claimed with a lease, written back with the fence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    channel = CodeField("channel")
    state = CodeField("delivery_state", db_default="due", default="due")
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    reach = Reach(case="message__notification__case", web="S", worker="SIU", relay="SIU")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_per_channel")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_to_do", condition=Q(state__in=["due", "sending"]))
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Attempt(models.Model):
    """One try of a delivery: when, and how it ended."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(db_default=Now())
    fence = models.PositiveIntegerField()
    result = CodeField("delivery_state")
    detail = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=200, blank=True, db_default="", default="")

    reach = Reach(case="delivery__message__notification__case", web="S", worker="SI", relay="SI")

    class Meta:
        triggers = triggers.ATTEMPT

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class InboxItem(models.Model):
    """A message in the inbox of the state body: the effect of the portal, once by primary key."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, primary_key=True, related_name="inbox")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(db_default=Now())

    reach = Reach(case="message__notification__case", web="S", worker="SI", relay="SI")

    class Meta:
        triggers = triggers.INBOX

    def __str__(self) -> str:
        return f"inbox {self.pk}"


class CaseOwes(Case):
    """cases.Case as referrals sees it: only to hang the trigger on that owes the notifications."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [*triggers.CASE, authority_triggers.SEEN]


def _owed(row: str) -> str:
    """SQL: something is owed about the case or person of `row`."""
    column = "case_id" if row == "cases_case.id" else "victim_id"
    return f"EXISTS (SELECT FROM referrals_notification n WHERE n.{column} = {row})"


# A member of a body opens the extract with the child's key; nothing else that it fits is theirs to read.
widen("cases_datakey", _owed("cases_datakey.victim_id"))
# The relay and the worker see the people about whom something is owed, and no others.
for _login in ("worker", "relay"):
    for _row in ("cases_case.id", "cases_victim.id", "cases_datakey.victim_id"):
        NARROWED[_row.partition(".")[0], _login] = _owed(_row)
