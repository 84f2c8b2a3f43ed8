"""What is kept about a person as dated records: changed by whoever may change the case, never deleted."""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.models import Staff
from aidcenter.reach import Reach
from cases import triggers
from cases.models.case import Case, Victim


class Kept(models.Model):
    """A record of a case. A change leaves what stood before as a Revision; an error is struck out.

    `due_on` is the day on which it asks for something, `ask_from` the day from which one is reminded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    due_on = models.DateField(null=True, editable=False)
    ask_from = models.DateField(null=True, editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)
    struck_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    struck_why = Encrypted(verbose_name=_("why it is struck out"), editable=False)

    reach = Reach(case="case", web="SIU", author="author_id", author_needs="change_until")
    objects = ReachQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["case", "-written_at"], name="%(class)s_of_case"),
            models.Index(  # the duties of the home page
                fields=["ask_from"],
                name="%(class)s_asks",
                condition=models.Q(ask_from__isnull=False, struck_at__isnull=True),
            ),
        ]
        ordering = ["-written_at"]
        triggers = triggers.KEPT

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Revision(models.Model):
    """What a record said before somebody changed it; rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    record = models.UUIDField()
    said = Encrypted(dict)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SI", author="author_id", author_needs="change_until")
    objects: Any = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["record", "-written_at"], name="revision_of_record")]
        ordering = ["-written_at"]
        triggers = triggers.REVISION

    def __str__(self) -> str:
        return f"revision {self.pk}"
