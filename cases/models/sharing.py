"""Who else may reach a case, as people decide it: offers, absence, urgent access, possible matches."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.models import Staff, Team
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import triggers
from cases.models.case import Case, Victim

# The asking person reviews urgent access: a supervisor of the team that it concerns, or the director.
_REVIEWS = f"{MY_ROLE} = 'director' OR team_id IN (SELECT my_teams())"
# People say of themselves that they will be away, or their supervisor does.
_SAYS_ABSENT = f"person_id = {ME} OR person_id IN (SELECT my_people())"


class Offer(models.Model):
    """A case offered by its caseworker to a colleague, who reads it while deciding whether to take it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = Encrypted(verbose_name=_("reason"))
    offered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(db_default=Now(), editable=False)
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    reach = Reach(case="case", web="SI", worker="S", also_read=f"to_id = {ME}")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="offer_one_open", condition=Q(answered_at__isnull=True)
            )
        ]
        triggers = triggers.OFFER

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Absence(models.Model):
    """Somebody is away from the first to the last day, and what is assigned to them reaches the deputy."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("deputy"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)
    started = models.BooleanField(db_default=False, default=False, editable=False)
    ended_at = models.DateTimeField(null=True)

    reach = Reach(
        web="SIU",
        worker="S",
        private=True,
        also_read=f"{MY_ROLE} <> 'commission_member'",
        also_change=_SAYS_ABSENT,
        add=f"set_by_id = {ME} AND ({_SAYS_ABSENT})",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="absence_first_day_first", condition=Q(first_day__lte=models.F("last_day"))
            ),
            models.CheckConstraint(name="absence_somebody_else", condition=~Q(person=models.F("deputy"))),
        ]
        triggers = triggers.ABSENCE

    def __str__(self) -> str:
        return f"absence {self.pk}"


class UrgentAccess(models.Model):
    """Somebody asked for a case that is not theirs; made by the database together with the grant.

    The row is the supervisor's notice: there is no access without it. `case` is empty when none was found.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="urgent_accesses")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()  # sealed by aidcenter.sealedtext: it may name a person
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    until = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    justified = models.BooleanField(null=True)

    reach = Reach(
        case="case",
        web="SU",
        worker="S",
        also_read=f"person_id = {ME} OR {_REVIEWS}",
        also_change=_REVIEWS,
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "asked_at"], name="urgent_to_review", condition=Q(reviewed_at__isnull=True)
            )
        ]
        triggers = triggers.URGENT

    def __str__(self) -> str:
        return f"urgent access {self.pk}"


class PossibleMatch(models.Model):
    """The person of a new case may be the person of another: the other case's supervisor decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="possible_matches")
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    same = models.BooleanField(null=True)

    # Reached through the other case alone: whoever registers learns that there is one, never whose.
    # Decided by the database, which links the two cases with it (cases/sql/family.sql).
    reach = Reach(case="other", web="S", worker="S")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="possible_match_once")]

    def __str__(self) -> str:
        return f"possible match {self.pk}"
