"""Who works here as what: what an administrator has asked, who put it in force, and what was before."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField
from aidcenter.models import Staff, Team
from aidcenter.reach import ME, MY_ROLE, Reach
from aidcenter.roles import Role
from cases import staffing_triggers


class StaffChange(models.Model):
    """A new account, or another role, team, profession or e-mail address of somebody.

    `approved` says what became of it, None that it waits for somebody else. `opens`: who had no access
    before comes in. The database writes `opens` and `before`, and puts into force what needs nobody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="changes")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    profession = CodeField("profession", verbose_name=_("profession"), blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    successor = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    opens = models.BooleanField(db_default=False, default=False, editable=False)
    before = models.JSONField(default=dict, editable=False)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")
    told_at = models.DateTimeField(null=True, editable=False)

    _SECOND = f"{MY_ROLE} IN ('supervisor', 'director', 'administrator')"
    reach = Reach(
        private=True,
        web="SIU",
        worker="SU",
        also_read=f"person_id = {ME} OR {_SECOND}",
        also_change=_SECOND,
        add=f"{MY_ROLE} = 'administrator' AND asked_by_id = {ME}",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="staff_change_one_open", condition=Q(approved__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="staff_change_of")]
        ordering = ["-asked_at"]
        triggers = staffing_triggers.STAFF_CHANGE

    def __str__(self) -> str:
        return f"staff change {self.pk}"

    @property
    def is_move(self) -> bool:
        """Whether another role, team or profession: what belonged to the old post ends."""
        now: dict[str, Any] = {"role": self.role, "team": self.team_id, "profession": self.profession}
        return not self.opens and any(self.before.get(name) != value for name, value in now.items())
