"""What body and centre say to each other about a notification, and what the centre says for its letters."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField, CodesField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, NARROWED, Reach, widen
from cases.models import Case, Victim
from referrals import answer_triggers
from referrals.models.notification import Notification

SAID_BY_BODY = ("question", "request")
READ_BY_BODY = (*SAID_BY_BODY, "answer", "refusal")
ENDS = ("answer", "approval", "refusal")

# The row is about a notification that the asking member of a body reads.
_OF_MINE = (
    f"{MY_ROLE} = 'commission_member' AND EXISTS (SELECT FROM referrals_notification n"
    " WHERE n.id = {table}.notification_id)"
)


class LetterFacts(models.Model):
    """What the caseworker says for the letters: codes, and the child's view; the newest counts."""

    FACTS = ("accompanied", "needs", "taken", "asked", "informed", "views")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letter_facts", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    accompanied = CodeField("child_accompanied", verbose_name=_("with whom the child is"), default="unknown")
    needs = CodesField("urgent_need", verbose_name=_("needed urgently"))
    taken = CodesField("measure_taken", verbose_name=_("measures already taken"))
    asked = CodesField("commission_measure", verbose_name=_("asked of the bodies"))
    informed = CodeField("child_informed", verbose_name=_("is the child informed"), default="not_yet")
    views = Encrypted(verbose_name=_("what the child wishes, in words meant for the bodies"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="case", web="SI", worker="S", relay="S", author="author_id", author_needs="change_until"
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-written_at"], name="letter_facts_of_case")]
        ordering = ["-written_at"]
        triggers = answer_triggers.FACTS

    def __str__(self) -> str:
        return f"facts {self.pk}"


class BodyWord(models.Model):
    """Something said about a notification, only added: a body asks, the centre answers.

    A `request` asks for a further `field`, with a reason; one person proposes its text, another approves it,
    and it leaves as a message of its own. What ends a question or request is `about` it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="words")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="body_words", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = CodeField("body_word")
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    field = CodeField("extract_extra", verbose_name=_("field"), blank=True, db_default="", default="")
    text = Encrypted(verbose_name=_("what was said"))
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="case",
        web="SI",
        worker="S",
        relay="S",
        author="author_id",
        author_needs="change_until",
        also_read=f"kind IN {READ_BY_BODY} AND {_OF_MINE.format(table='referrals_bodyword')}",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="body_word_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["about"], name="body_word_ends_once", condition=Q(kind__in=ENDS)),
            models.UniqueConstraint(
                fields=["about"], name="body_word_proposed_once", condition=Q(kind="proposal")
            ),
            models.CheckConstraint(
                name="body_word_says", condition=Q(kind="approval") | Q(text__isnull=False)
            ),
            models.CheckConstraint(
                name="body_word_field",
                condition=Q(field="", kind__in=["question", "answer", "refusal"])
                | Q(kind__in=["request", "proposal", "approval", "refusal"]) & ~Q(field=""),
            ),
        ]
        ordering = ["at"]
        triggers = answer_triggers.WORD

    def __str__(self) -> str:
        return f"word {self.pk}"


class Recusal(models.Model):
    """A member of a body knows the family: from then on the database shows them nothing of that child.

    `told_at` is when the rest of the body was mailed, `seen_at` when somebody of the centre has seen to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="recusals")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="recusals")
    at = models.DateTimeField(db_default=Now(), editable=False)
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    reach = Reach(
        case="case",
        web="SIU",
        worker="SU",
        relay="S",
        also_read=f"staff_id = {ME}",
        add=f"staff_id = {ME} AND {_OF_MINE.format(table='referrals_recusal')}",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="recusal_once")]
        indexes = [models.Index(fields=["at"], name="recusal_unseen", condition=Q(seen_at__isnull=True))]
        ordering = ["at"]
        triggers = answer_triggers.RECUSAL

    def __str__(self) -> str:
        return f"recusal {self.pk}"


class BodyReminder(models.Model):
    """A mail that reminded a body of a decision; each kind once, by constraint."""

    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="reminders")
    kind = CodeField("notification_reminder")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="notification__case", web="S", worker="SI")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "kind"], name="body_reminded_once")]
        triggers = answer_triggers.REMINDER

    def __str__(self) -> str:
        return f"reminder {self.pk}"


# A member asks about what their own body was sent, and reads the answers.
widen(
    "referrals_bodyword",
    f"kind IN {SAID_BY_BODY} AND {_OF_MINE.format(table='referrals_bodyword')}",
    add=True,
)
# The paper of a decision: a member adds it, and the body reads what it decided.
_DECISION = (
    f"{MY_ROLE} = 'commission_member' AND section = '' AND kind = 'decision' AND EXISTS"
    " (SELECT FROM referrals_notification n WHERE n.case_id = cases_document.case_id AND {fits})"
)
widen("cases_document", _DECISION.format(fits="n.state = 'acknowledged'"), add=True)
widen(
    "cases_document",
    _DECISION.format(fits=f"(n.decision_scan_id = cases_document.id OR cases_document.author_id = {ME})"),
)
for _login in ("worker", "relay"):
    NARROWED["referrals_bodyword", _login] = "kind = 'proposal'"
    NARROWED["referrals_letterfacts", _login] = (
        "EXISTS (SELECT FROM referrals_notification n WHERE n.case_id = referrals_letterfacts.case_id)"
    )
