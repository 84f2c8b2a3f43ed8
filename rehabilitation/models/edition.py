"""Editions of what is edited whole: each is kept as it was said, and can be begun from again."""

from django.db import models
from django.db.models.functions import Now

from aidcenter.models import Staff
from aidcenter.reach import ME, Reach


class Edition(models.Model):
    """What a list said after an editing, as its module takes it."""

    said = models.JSONField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"edition {self.pk}"


def made_by_who(edits: str) -> Reach:
    """Read by everybody, and added in one's own name by those of whom `edits` (SQL) is true."""
    return Reach(
        web="SI",
        private=True,
        also_read=f"{ME} IS NOT NULL",
        add=f"{edits} AND (made_by_id IS NULL OR made_by_id = {ME})",
    )
