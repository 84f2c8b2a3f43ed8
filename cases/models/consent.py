"""Consent: the text that is read and signed, by language and version, and what the person agrees to."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField, CodesField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import consent_triggers
from cases.models.document import Document
from cases.models.kept import Kept


class ConsentText(models.Model):
    """One version of the sheet in one language; the newest of a language is read, consents keep theirs.

    `said` is {code of consent_scope or consent_wording: text}.
    """

    # BCP 47 of the list of languages, so that a screen reader speaks the text as what it is
    TAGS: ClassVar = {
        "aze": "az", "rus": "ru", "tur": "tr", "eng": "en", "kat": "ka", "uzb": "uz", "ukr": "uk",
        "fas": "fa", "ara": "ar", "lez": "lez", "tly": "tly",
    }  # fmt: skip
    PARTS = (*codelists.codes("consent_scope"), *codelists.codes("consent_wording"))

    language = CodeField("language", verbose_name=_("language"))
    said = models.JSONField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(web="SI", private=True, also_read=f"{ME} IS NOT NULL", add=f"{MY_ROLE} = 'administrator'")

    class Meta:
        indexes = [models.Index(fields=["language", "-id"], name="consent_text_newest")]
        ordering = ["-pk"]
        triggers = consent_triggers.TEXT

    def __str__(self) -> str:
        return f"consent text {self.pk}"

    @property
    def tag(self) -> str:
        """The language, as HTML names it."""
        return self.TAGS.get(self.language, "und")


class Consent(Kept):
    """What the person agrees to, until it is withdrawn or ends; a sheet makes one per purpose and recipient.

    `text` is the version that was read, `scan` the sheet that was signed.
    """

    purposes = CodesField("consent_scope", verbose_name=_("agrees to"), blank=False)
    recipient = Encrypted(verbose_name=_("with whom it may be shared"))
    form = CodeField("consent_form", verbose_name=_("form"))
    giver = CodeField("consent_giver", verbose_name=_("who agrees"), default="person")
    why_alone = Encrypted(verbose_name=_("why not as the age asks for"))
    language = CodeField("language", verbose_name=_("language in which it was explained"), blank=True)
    interpreter = models.BooleanField(_("with an interpreter"), default=False)
    leaflet = models.BooleanField(_("the leaflet on rights was given"), default=False)
    given_on = models.DateField(_("given on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    scan = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("consent")
        triggers = consent_triggers.CONSENT
        constraints = [
            models.CheckConstraint(
                name="consent_ends_after",
                condition=(Q(ends_on__isnull=True) | Q(ends_on__gte=F("given_on")))
                & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on"))),
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def holds(self, today: date) -> bool:
        """Whether it is in force on that day."""
        return (
            not self.struck_at and not self.withdrawn_on and (self.ends_on is None or self.ends_on >= today)
        )
