"""Who may reach a case: the grants, and the one table that triggers derive from them."""

from typing import Any

from django.db import models
from django.db.models import Q

from aidcenter.access import CaseAccessBase, TeamGrant, UserGrant
from aidcenter.models import Staff
from aidcenter.reach import ME, Reach
from aidcenter.triggers import staffing
from cases import triggers
from cases.models.case import Case, on_worklist
from cases.staffing_triggers import MEMBERSHIP_FITS


class CaseUserGrant(UserGrant):
    """A permission on a case, given to a person."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, db_column="case_id", related_name="+")

    reach = Reach(case="content_object", web="SIUD", worker="S", also_read=f"user_id = {ME}")

    class Meta(UserGrant.Meta):
        abstract = False
        unique_together = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "source"], name="usergrant_once_per_source"
            )
        ]
        triggers = triggers.USER_GRANT


class CaseTeamGrant(TeamGrant):
    """A permission on a case, given to the supervisors of a team."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, db_column="case_id", related_name="+")

    reach = Reach(case="content_object", web="SIUD", worker="S")

    class Meta(TeamGrant.Meta):
        abstract = False
        unique_together = ()
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object", "source"], name="teamgrant_once_per_source"
            )
        ]
        triggers = triggers.TEAM_GRANT


class Membership(Staff.groups.through):  # type: ignore[name-defined]
    """Who is in the group of a team's supervisors; here only to hang the trigger on."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [staffing(mine="staff_id"), MEMBERSHIP_FITS, *triggers.MEMBERSHIP]


class CaseAccess(CaseAccessBase):
    """One row per person and case, derived from the grants by triggers; everything reads this."""

    pk = models.CompositePrimaryKey("user_id", "case_id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access", db_index=False)

    reach = Reach(case="case", web="S", worker="S", relay="S")  # kept by triggers; the relay asks who reads

    class Meta:
        indexes = [
            # who may read a case; whole, so that a search asks it without reading the rows
            models.Index(fields=["case", "user"], name="access_case", include=["view_until"]),
            # the worklist and the duties of the home page: what of mine is due first
            models.Index(
                fields=["user", "next_due", "case"],
                name="access_worklist",
                condition=Q(next_due__isnull=False),
                include=["view_until"],  # so that counting reads nothing but the index
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}"

    @classmethod
    def open_cases_of(cls, person: Staff) -> "models.QuerySet[Any]":
        """The rows of `Case.objects.worklist_of(person)`, to be counted without the cases."""
        return cls.objects.filter(**on_worklist(person))
