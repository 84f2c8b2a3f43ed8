"""Cases that belong together: of relatives, or of one person registered twice; never merged."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, Reach
from cases import family_triggers
from cases.models.case import Case


def _both(until: str) -> str:
    """SQL: the asking person's access to both cases lasts."""
    pair = "cases_caselink.case_id, cases_caselink.other_id"
    rows = f"FROM cases_caseaccess a WHERE a.case_id IN ({pair}) AND a.user_id = {ME} AND a.{until} > now()"
    return f"(SELECT count(*) {rows}) = 2"


class CaseLink(models.Model):
    """The person of `other` is the child, parent, … of the person of `case`, or the same person.

    Read by who reads both cases. Who reads one learns from `links_of` (cases/sql/family.sql) that there is
    a linked case, and nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    relation = CodeField("case_relation", verbose_name=_("relation"))
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(
        blank=True, default=""
    )  # sealed by aidcenter.sealedtext: it may name a person

    reach = Reach(
        web="SIU",
        private=True,
        also_read=_both("view_until"),
        also_change=_both("change_until"),
        add=f"made_by_id = {ME} AND {_both('change_until')}",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("case", "other"),
                Greatest("case", "other"),
                name="link_one_open",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(name="link_of_two", condition=~Q(case=F("other"))),
        ]
        triggers = family_triggers.LINK

    def __str__(self) -> str:
        return f"link {self.pk}"
