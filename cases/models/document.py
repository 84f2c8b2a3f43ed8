"""Documents of a case: made harmless, encrypted under the person's key, kept by versions."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import SECTIONS, Reach
from cases import triggers
from cases.models.case import Case, Victim


class Document(models.Model):
    """A paper or a picture, in the case ("") or in one section of it; a new version `replaces` the old.

    A paper that the centre wrote itself has a `number`.

    The hash is of the bytes that are kept; encrypted, because equal files would tell of each other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = CodeField("section", verbose_name=_("section"), blank=True, db_default="", default="")
    kind = CodeField("document_kind", verbose_name=_("kind"))
    title = Encrypted(verbose_name=_("what it is"))
    number = models.CharField(_("number"), max_length=20, blank=True, db_default="", default="")
    type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    sha256 = Encrypted()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="case",
        web="SI",
        section="section",
        author="author_id",
        also_read="id IN (SELECT scans_to_decide())",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-written_at"], name="document_of_case")]
        constraints = [
            models.CheckConstraint(name="document_section_known", condition=Q(section__in=["", *SECTIONS])),
            models.UniqueConstraint(fields=["number"], name="document_number_once", condition=~Q(number="")),
        ]
        ordering = ["-written_at"]
        triggers = triggers.DOCUMENT

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def name(self) -> str:
        """What it is called on the screen."""
        return " ".join(filter(None, (self.title or self.get_kind_display(), self.number)))


class DocumentPart(models.Model):
    """A piece of the bytes of a document, or (number 0) the picture of its first page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="parts", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    content = Encrypted(bytes)

    reach = Reach(case="document__case", web="SI")
    objects = ReachQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_part_once")]
        ordering = ["number"]
        triggers = triggers.DOCUMENT_PART

    def __str__(self) -> str:
        return f"part {self.pk}"
