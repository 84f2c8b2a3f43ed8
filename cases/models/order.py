"""An order of a court or prosecutor that access to a case stops, and the one that lifts it."""

import json
import uuid
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import sealedtext
from aidcenter.access import ReachQuerySet
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import MY_ROLE, Reach
from cases import order_triggers
from cases.models.case import Case, Victim
from cases.models.document import Document


class AccessOrder(models.Model):
    """Somebody enters an order with its scan; somebody else puts it in force, or returns it.

    While one that stops access is `in_force`, only its `keepers` reach the case. Who had access reads the
    order all the same, so what it says is not under the key of the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20, db_default="", editable=False)  # of the case
    lifts = models.BooleanField(default=False)
    body = CodeField("order_body", verbose_name=gettext_lazy("who ordered"))
    said = models.TextField()  # sealed by aidcenter.sealedtext: the body's name and the order's number
    ordered_on = models.DateField(gettext_lazy("date of the order"))
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    keepers = ArrayField(models.BigIntegerField(), default=list)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    answer = models.TextField(blank=True, default="")  # sealed too: why it was returned
    in_force = models.BooleanField(db_default=False, default=False, editable=False)

    reach = Reach(
        case="case",
        web="SIU",
        author="author_id",
        author_needs="change_until",
        also_read=f"{MY_ROLE} = 'director' OR case_id IN (SELECT stopped_for_me())",
        also_change="id IN (SELECT orders_to_decide())",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="order_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["case"], name="order_one_in_force", condition=Q(in_force=True)),
            models.CheckConstraint(
                name="order_by_two", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author"))
            ),
        ]
        indexes = [models.Index(fields=["case", "-asked_at"], name="order_of_case")]
        ordering = ["-asked_at"]
        triggers = order_triggers.ORDER

    def __str__(self) -> str:
        return f"order {self.pk}"

    @cached_property
    def facts(self) -> dict[str, str]:
        """The name of the body, and the number of the order."""
        return dict(json.loads(sealedtext.unseal(self.said, f"order|{self.pk}")))

    @property
    def why_returned(self) -> str:
        """What was said when it was returned."""
        return sealedtext.unseal(self.answer, f"order-answer|{self.pk}") if self.answer else ""

    @property
    def sentence(self) -> str:
        """What it says, as it is said to whoever had access."""
        text = (
            _("Access to case %(case)s is opened again by the order of %(body)s of %(day)s, No. %(number)s.")
            if self.lifts
            else _("Access to case %(case)s is stopped by the order of %(body)s of %(day)s, No. %(number)s.")
        )
        day = self.ordered_on.strftime("%d.%m.%Y")
        return text % {"case": self.number, "body": self.facts["body"], "day": day,
                       "number": self.facts["number"]}  # fmt: skip
