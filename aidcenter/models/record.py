"""The record of who looked, and its seals."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from aidcenter.acts import ACTS
from aidcenter.reach import ME, MY_ROLE, Reach
from aidcenter.triggers import DefinerTrigger, append_only

# When, and in which transaction, is not for the writer to say: the sealer relies on it.
STAMP = DefinerTrigger(
    name="stamp",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.at := statement_timestamp(); NEW.xid := pg_current_xact_id()::text::bigint; RETURN NEW;",
)


class AuditEvent(models.Model):
    """Someone looked, was refused, or changed something: ids only, kept for ever (aidcenter/audit.py)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    ids = ArrayField(models.UUIDField(), default=list)
    facts = models.JSONField(default=dict)
    request_id = models.UUIDField(default=uuid.uuid4)
    xid = models.BigIntegerField(db_default=0, editable=False)  # of the transaction; the database sets it

    reach = Reach(
        case="case_id",
        web="SI",
        worker="SI",
        relay="SI",
        also_read=f"actor_id = {ME} OR {MY_ROLE} = 'auditor'",
        add=f"actor_id = {ME}",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["case_id", "-at"], name="audit_case", condition=models.Q(case_id__isnull=False)
            ),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            GinIndex(fields=["ids"], name="audit_ids"),
            models.Index(fields=["xid"], name="audit_xid"),  # the sealer's next block
        ]
        triggers = [append_only("append_only"), STAMP]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def label(self) -> str:
        """What was done, in the reader's language."""
        return str(ACTS.get(self.action, self.action))

    @property
    def case_or_rows(self) -> list[uuid.UUID]:
        """The ids that the event names, the case first."""
        return [self.case_id, *self.ids] if self.case_id else list(self.ids)


class AuditBlock(models.Model):
    """A sealed stretch of the record (aidcenter/seal.py); rows are only added."""

    number = models.PositiveIntegerField(primary_key=True)
    since_id = models.BigIntegerField()
    from_xid = models.BigIntegerField()
    until_xid = models.BigIntegerField()
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    reach = Reach(web="S", relay="SI")

    class Meta:
        triggers = [append_only("append_only")]

    def __str__(self) -> str:
        return f"block {self.number}"
