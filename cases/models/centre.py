"""Values that the centre sets for itself: each from a day on, with a reason; a new one replaces none."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.reach import SET_HERE
from cases import centre_triggers


class CentreValue(models.Model):
    """What the setting `key` is from a day on, until a later row says otherwise (cases/centre.py)."""

    key = models.CharField(max_length=40)
    value = models.DecimalField(_("value"), max_digits=9, decimal_places=2)
    since = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = SET_HERE

    class Meta:
        constraints = [models.CheckConstraint(name="centre_value_positive", condition=models.Q(value__gt=0))]
        ordering = ["since", "pk"]
        triggers = centre_triggers.VALUE

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"
