"""What people keep of the list of cases: a choice under a name of their own, a list taken out as a file."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from aidcenter import crypto
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach
from cases import export_triggers

_MINE = f"person_id = {ME}"
_DECIDES = f"by_two AND {MY_ROLE} IN ('supervisor', 'director')"
_MY_FILE = (
    f"EXISTS (SELECT FROM cases_export e WHERE e.id = export_id AND e.person_id = {ME} AND e.until > now())"
)


class SavedList(models.Model):
    """A choice of the list of cases under a name of one's own; at most twelve, in places of their own."""

    MOST = 12

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField()
    sealed_name = models.TextField()  # people write names all the same; see `rename`
    query = models.CharField(max_length=200)

    reach = Reach(web="SIUD", private=True, also_read=_MINE, also_change=_MINE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "place"], name="saved_list_one_place"),
            models.CheckConstraint(name="saved_list_at_most_12", condition=Q(place__range=(1, 12))),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"saved list {self.pk}"

    @property
    def context(self) -> str:
        """What the name is sealed for. Under the key-encryption key itself: opening it asks for no row."""
        return f"saved-list|{self.pk}"

    @property
    def name(self) -> str:
        """What the person calls it."""
        return crypto.unseal_text(self.sealed_name, self.context)

    def rename(self, name: str) -> None:
        """Call it `name`; not saved yet."""
        self.sealed_name = crypto.seal_text(name, self.context)


class Export(models.Model):
    """Somebody takes a list of cases out as a file; a long one (`by_two`) when another has approved.

    `what` is "cases", or a name that an app answers to in the slot `sheets`: figures, which name no case.
    The database says when it ends: three days to decide, three to make the file, an hour to fetch it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20, db_default="cases", default="cases")
    query = models.CharField(max_length=200)
    with_names = models.BooleanField()
    rows = models.PositiveIntegerField()
    by_two = models.BooleanField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    made_at = models.DateTimeField(null=True, editable=False)
    until = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        web="SIU",
        private=True,
        also_read=f"{_MINE} OR {_DECIDES}",
        also_change=f"{_MINE} OR {_DECIDES}",
        add=_MINE,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_by_two", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person"))
            )
        ]
        indexes = [models.Index(fields=["until"], name="export_until")]
        ordering = ["asked_at"]
        triggers = export_triggers.EXPORT

    def __str__(self) -> str:
        return f"export {self.pk}"


class ExportFile(models.Model):
    """The file of an export, sealed by aidcenter.sealedtext; fetching it deletes it."""

    export = models.OneToOneField(Export, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    reach = Reach(web="SID", private=True, also_read=_MY_FILE, also_change=_MY_FILE)

    class Meta:
        triggers = export_triggers.FILE

    def __str__(self) -> str:
        return f"file of {self.pk}"
