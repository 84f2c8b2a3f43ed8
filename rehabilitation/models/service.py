"""Services: what is planned, booked and delivered, by whom, how much of it, and for which goal."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.codelists import in_words
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, SECTIONS, Reach
from aidcenter.triggers import keeps_active
from cases.models import Case, CaseUserGrant, Consent, Note, Provider, Victim
from rehabilitation import calendar_triggers, service_triggers
from rehabilitation.models.booking import Booking, Room
from rehabilitation.models.catalogue import LANGUAGES, LONGEST, ServiceType
from rehabilitation.models.plan import Goal, GoalAction

OPEN = ("planned", "booked")
NOT_GIVEN = ("missed", "refused", "cancelled")
MOST = Decimal(10_000)  # of a unit
DEAREST = Decimal(1_000_000)  # AZN

# Who gives a service keeps it, without changing anything else of the case.
_MINE = (
    f"given_by_id = {ME} AND EXISTS (SELECT FROM cases_caseaccess a"
    f" WHERE a.case_id = rehabilitation_service.case_id AND a.user_id = {ME}"
    " AND a.view_until > now() OFFSET 0)"
)


class ServiceQuerySet(ReachQuerySet["Service"]):
    """Services, by what people ask of them."""

    def valid(self) -> "ServiceQuerySet":
        """Those that are not struck out."""
        return self.filter(struck_at__isnull=True)

    def delivered(self) -> "ServiceQuerySet":
        """Those that count."""
        return self.valid().filter(state="delivered")

    def open(self) -> "ServiceQuerySet":
        """Those that are still to be given."""
        return self.valid().filter(state__in=OPEN)

    def recordable_by(self, person: Staff) -> "ServiceQuerySet":
        """Those that `person` may say something of: of the cases they change, or given by themselves."""
        theirs = Q(case__access__change_until__gt=Now()) | Q(given_by=person)
        return self.filter(theirs, case__access__user=person, case__access__view_until__gt=Now())

    def with_labels(self) -> "ServiceQuerySet":
        """Each with the names that the catalogue gives its type."""
        types = ServiceType.objects.filter(code=OuterRef("type"))
        return self.annotate(
            **{f"label_{name}": Subquery(types.values(f"label_{name}")[:1]) for name in LANGUAGES}
        )


class Service(models.Model):
    """One service for a person; persons and services are counted apart, and only delivered ones count.

    `keeps_until` is until when who gives a booked one keeps the case, unless its note is written before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    victim = models.ForeignKey(
        Victim, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    type = CodeField("service_type", verbose_name=_("service"))
    state = CodeField("service_state", verbose_name=_("state"), db_default="delivered", default="delivered")
    provider = models.ForeignKey(  # none: the centre
        Provider, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("provider")
    )
    provider_why = Encrypted(verbose_name=_("why without consent"))
    consent = models.ForeignKey(  # on which the provider gives it: withdrawn, what is still to be given ends
        Consent, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    given_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who gives it")
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("room")
    )
    starts_at = models.DateTimeField(_("when"), null=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True)
    delivered_on = models.DateField(_("delivered on"), null=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=7, decimal_places=2, db_default=Decimal(1), default=Decimal(1)
    )
    unit = CodeField("service_unit", verbose_name=_("unit"), db_default="item", default="item")
    outcome = CodeField("service_outcome", verbose_name=_("outcome"), blank=True, db_default="", default="")
    note = models.ForeignKey(  # read by the section that it is written into
        Note, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("note")
    )
    why_not = Encrypted(verbose_name=_("why it was not given"))
    cost_azn = models.DecimalField(_("cost in AZN"), max_digits=9, decimal_places=2, null=True)
    goal = models.ForeignKey(  # none: first help, or help that no goal asked for
        Goal, on_delete=models.PROTECT, null=True, related_name="services", verbose_name=_("for the goal")
    )
    action = models.ForeignKey(
        GoalAction, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("for the action")
    )
    series = models.UUIDField(null=True)
    booking = models.ForeignKey(  # while it holds whoever gives it, or a room
        Booking, on_delete=models.PROTECT, null=True, related_name="services", editable=False
    )
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    keeps_until = models.DateTimeField(null=True, editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)
    struck_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    struck_why = Encrypted(verbose_name=_("why it is struck out"), editable=False)

    reach = Reach(case="case", web="SIU", worker="S", statistics="S", also_change=_MINE)
    objects = ServiceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-delivered_on"], name="service_of_case"),
            models.Index(fields=["starts_at"], name="service_due", condition=Q(state__in=OPEN)),
            models.Index(  # whose session keeps a case open
                fields=["case", "given_by"], name="service_keeps", condition=Q(keeps_until__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="service_delivered_on_a_day",
                condition=Q(state="delivered", delivered_on__isnull=False)
                | ~Q(state="delivered") & Q(delivered_on__isnull=True),
            ),
            models.CheckConstraint(
                name="service_booked_for_a_time", condition=~Q(state="booked") | Q(starts_at__isnull=False)
            ),
            models.CheckConstraint(
                name="service_quantity", condition=Q(quantity__gt=0) & Q(quantity__lte=MOST)
            ),
            models.CheckConstraint(
                name="service_minutes", condition=Q(minutes__isnull=True) | Q(minutes__range=(1, LONGEST))
            ),
            models.CheckConstraint(
                name="service_cost", condition=Q(cost_azn__isnull=True) | Q(cost_azn__range=(0, DEAREST))
            ),
            models.UniqueConstraint(
                fields=["booking", "victim"],
                name="service_one_of_a_person",
                condition=Q(booking__isnull=False),
            ),
            models.CheckConstraint(
                name="service_action_of_goal", condition=Q(action__isnull=True) | Q(goal__isnull=False)
            ),
        ]
        ordering = ["-delivered_on", "-recorded_at"]
        triggers = [*service_triggers.SERVICE, calendar_triggers.BOOKED, keeps_active()]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @property
    def words(self) -> str:
        """The name of its type in the catalogue, else in the code list."""
        return in_words(self, "label") or str(self.get_type_display())  # type: ignore[attr-defined]

    @property
    def section(self) -> str:
        """The section of the case that its note is for; "" for everybody who reads the case."""
        return section_of(self.type)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be given."""
        return self.state in OPEN and self.struck_at is None


def section_of(service_type: str) -> str:
    """The section that the note of such a service is for."""
    return service_type if service_type in SECTIONS else ""


class GroupSession(models.Model):
    """A session for several people, as who recorded it sees it; no case and no service names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    services = ArrayField(models.UUIDField())

    _MADE = f"made_by_id = {ME}"
    reach = Reach(web="SI", private=True, also_read=_MADE, add=_MADE)
    objects: Any = models.Manager()

    class Meta:
        ordering = ["-made_at"]
        triggers = service_triggers.GROUP

    def __str__(self) -> str:
        return f"group session {self.pk}"


class CaseEndsServices(Case):
    """cases.Case as this app sees it: only to hang the trigger on that ends what is still to be given."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = service_triggers.CASE


class ConsentServices(Consent):
    """cases.Consent as this app sees it: only to hang the trigger on that ends what rests on it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = service_triggers.CONSENT


class CareTeamGrant(CaseUserGrant):
    """cases.CaseUserGrant as this app sees it: a place in the care team carries its booked sessions."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = service_triggers.GRANT
