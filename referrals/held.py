"""A notification of a child from old records: it waits for a supervisor, or the body has it on paper."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.templatetags.ui import dmy


class Held(models.Model):
    """How a notification came to the body; the subclass says what about, and in which state it is."""

    held = models.BooleanField(db_default=False, default=False, editable=False)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    paper_number = models.CharField(_("number of the letter"), max_length=50, blank=True, db_default="")
    paper_on = models.DateField(_("date of the letter"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"notification {self.pk}"

    @property
    def receipt(self) -> str:
        """Who has confirmed the receipt, or which letter the body had on paper, and who entered that."""
        name = self.acknowledged_by.display_name if self.acknowledged_by else ""
        letter = {"number": self.paper_number, "day": dmy(self.paper_on), "name": name}
        if self.paper_on:
            return gettext("on paper: %(number)s of %(day)s, entered by %(name)s") % letter
        return name
