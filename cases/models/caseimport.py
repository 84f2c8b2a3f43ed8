"""Old cases brought in from a spreadsheet: looked through, then all registered at once, or undone whole."""

import uuid

from django.db import models
from django.db.models.functions import Now

from aidcenter.fields import CodeField
from aidcenter.models import Staff, Team
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import import_triggers

_SUPERVISES = f"{MY_ROLE} = 'supervisor' AND team_id IN (SELECT my_teams())"


class CaseImport(models.Model):
    """A spreadsheet that was looked through. Its rows stay until they are imported, a day at most.

    Only functions of the database change it (cases/sql/imports.sql): nobody can say of an import that
    it was done or undone without doing it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    state = CodeField("import_state", db_default="checked", default="checked", editable=False)
    rows = models.TextField(blank=True)  # sealed by aidcenter.sealedtext
    mark = models.CharField(max_length=64)  # keyed hash of the rows: the same sheet has the same
    people = models.PositiveSmallIntegerField()
    children = models.PositiveSmallIntegerField()
    presumed = models.PositiveSmallIntegerField()  # presumed children
    known = models.PositiveSmallIntegerField()  # who may be known already
    done_at = models.DateTimeField(null=True, editable=False)
    touched = models.BooleanField(db_default=False, default=False, editable=False)  # a case was changed
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    reach = Reach(
        web="SI",
        private=True,
        also_read=_SUPERVISES,
        add=f"author_id = {ME} AND {_SUPERVISES}",
    )

    class Meta:
        indexes = [models.Index(fields=["team", "-uploaded_at"], name="import_newest")]
        constraints = [
            models.CheckConstraint(
                name="import_keeps_no_rows",
                condition=models.Q(state="checked") | models.Q(rows=""),
            )
        ]
        ordering = ["-uploaded_at"]
        triggers = import_triggers.IMPORT

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def adults(self) -> int:
        """How many are neither children nor presumed children."""
        return self.people - self.children - self.presumed
