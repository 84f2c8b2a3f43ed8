"""A job, a course or a school that was found for a person, and whether it lasted."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from cases.models import Kept
from rehabilitation import triggers
from rehabilitation.models.plan import Goal

MOST_HOURS = 84  # a week
CHECKS = (1, 3, 6)  # months after the start


class Work(Kept):
    """Found, started, kept, ended: one job, course, apprenticeship or school. A record of the case."""

    kind = CodeField("work_kind", verbose_name=_("kind"))
    place = Encrypted(verbose_name=_("employer or school"), blank=False)
    occupation = Encrypted(verbose_name=_("occupation"))
    hours = models.PositiveSmallIntegerField(_("hours per week"), null=True, blank=True)
    pay = models.DecimalField(
        _("pay per month (AZN), if any"), max_digits=10, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100_000))],
    )  # fmt: skip
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="works",
        verbose_name=_("goal of the plan"),
    )  # fmt: skip
    found_on = models.DateField(_("found on"))
    started_on = models.DateField(_("started on"), null=True, blank=True)
    kept_1 = models.BooleanField(_("still there after 1 month"), db_default=False, default=False)
    kept_3 = models.BooleanField(_("still there after 3 months"), db_default=False, default=False)
    kept_6 = models.BooleanField(_("still there after 6 months"), db_default=False, default=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = CodeField("work_end", verbose_name=_("why it ended"), blank=True, default="")

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("work or training")
        constraints = [
            models.CheckConstraint(name="work_has_place", condition=Q(place__isnull=False)),
            models.CheckConstraint(
                name="work_hours_of_a_week", condition=Q(hours__isnull=True) | Q(hours__lte=MOST_HOURS)
            ),
            models.CheckConstraint(name="work_pay_sane", condition=Q(pay__isnull=True) | Q(pay__gte=0)),
            models.CheckConstraint(
                name="work_days_follow",
                condition=(Q(started_on__isnull=True) | Q(started_on__gte=F("found_on")))
                & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on"))),
            ),
            models.CheckConstraint(
                name="work_kept_since_it_started",
                condition=Q(kept_1=False, kept_3=False, kept_6=False)
                | Q(started_on__isnull=False, kept_1=True, kept_6=False)
                | Q(started_on__isnull=False, kept_1=True, kept_3=True),
            ),
            models.CheckConstraint(
                name="work_ends_with_reason",
                condition=Q(ended_on__isnull=True, end_reason="")
                | Q(~Q(end_reason=""), ended_on__isnull=False),
            ),
        ]
        triggers = [*Kept.Meta.triggers, *triggers.GOAL_FITS]
