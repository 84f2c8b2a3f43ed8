"""What protects a person's will: guardian or representative, time to reflect; contact afterwards."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from cases.models.kept import Kept


class Guardianship(Kept):
    """Who stands for the person by law, as an authority decided; the centre never decides it."""

    kind = CodeField("guardian_kind", verbose_name=_("what"))
    name = Encrypted(verbose_name=_("name"))
    contact = Encrypted(verbose_name=_("contact"))
    body = Encrypted(verbose_name=_("deciding body"))
    document_number = Encrypted(verbose_name=_("number of the decision"))
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    conflict = models.BooleanField(_("conflict of interest"), default=False)
    about = Encrypted(verbose_name=_("what is known"))

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("guardian or representative")

    def holds(self, today: date) -> bool:
        """Whether it is in force on that day."""
        return not self.struck_at and (self.ends_on is None or self.ends_on >= today)


class ReflectionPeriod(Kept):
    """Time to recover and to decide whether to help the authorities; nobody is expelled meanwhile."""

    begins_on = models.DateField(_("begins on"))
    days = models.PositiveSmallIntegerField(_("days"), default=30)
    outcome = Encrypted(verbose_name=_("what the person decided"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("recovery and reflection period")
        constraints = [
            models.CheckConstraint(
                name="reflection_lasts",
                condition=Q(days__gte=30, days__lte=365),
                violation_error_message=_("It lasts between 30 and 365 days."),
            )
        ]

    @property
    def last_day(self) -> date:
        """The last day that is protected."""
        return self.begins_on + timedelta(days=self.days)


class FollowUp(Kept):
    """A contact after the case was closed: planned, then recorded."""

    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    reached = models.BooleanField(_("the person was reached"), default=False)
    about = Encrypted(verbose_name=_("how the person is"))

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("contact after closing")
