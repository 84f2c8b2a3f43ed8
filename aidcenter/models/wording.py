"""What the centre itself says of codes: their labels, and which of them forms offer."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models.staff import Staff
from aidcenter.reach import SET_HERE
from aidcenter.triggers import REPLACES_THE_LAST, append_only


class CodeText(models.Model):
    """A code of a list, said anew (aidcenter/wording.py); the newest row of a code holds, none is changed.

    `replaces` is the row that was the newest of this code, None with the first: of two who say something
    at once, one is refused.
    """

    code_list = models.CharField(max_length=40)
    code = models.CharField(max_length=30)
    az = models.TextField(_("Azerbaijani"))
    ru = models.TextField(_("Russian"))
    en = models.TextField(_("English"))
    offered = models.BooleanField(_("offered in forms"), default=True)
    reason = models.CharField(_("reason"), max_length=300)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = SET_HERE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code_list", "code"], condition=models.Q(replaces=None), name="code_text_first_once"
            ),
            models.CheckConstraint(
                name="code_text_said",
                condition=models.Q(az__regex=r"\S", ru__regex=r"\S", en__regex=r"\S", reason__regex=r"\S"),
            ),
        ]
        indexes = [models.Index(fields=["code_list", "code", "-id"], name="code_text_newest")]
        triggers = [append_only("append_only"), REPLACES_THE_LAST]

    def __str__(self) -> str:
        return f"{self.code_list} {self.code} {self.pk}"
