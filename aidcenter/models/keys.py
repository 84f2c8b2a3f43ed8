"""Keys of the API and what was asked with them; the key of the index of names; the counters of numbers."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aidcenter.models.staff import Staff
from aidcenter.reach import ME, MY_ROLE, NOBODY, Reach
from aidcenter.roles import MATRIX, Verb
from aidcenter.token_triggers import TOKEN_KEPT, TOKEN_OF_PROGRAM


class IndexKey(models.Model):
    """The key of the blind index (aidcenter/blindindex.py), wrapped; one row, made with the tables."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    wrapped = models.TextField()

    reach = Reach(web="S", worker="S")

    class Meta:
        constraints = [models.CheckConstraint(name="index_key_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "index key"


class ApiToken(models.Model):
    """A key to the API: for one purpose, some verbs and some days (aidcenter/api/tokens.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("what it is for"), max_length=100)
    verbs = ArrayField(models.CharField(max_length=40))
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, editable=False)
    window_at = models.DateTimeField(null=True, editable=False)
    window_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    _MINE = (
        f"person_id = {ME} OR {MY_ROLE} = 'administrator'"
        " AND EXISTS (SELECT FROM aidcenter_staff s WHERE s.id = person_id AND s.is_program)"
    )
    reach = Reach(private=True, web="SIU", relay="S", also_read=_MINE, also_change=_MINE, add=_MINE)

    class Meta:
        ordering = ["-made_at"]
        triggers = [TOKEN_KEPT, TOKEN_OF_PROGRAM]

    def __str__(self) -> str:
        return f"key {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it opens something still."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def labels(self) -> list[object]:
        """What it may be used for, as the matrix of roles says it."""
        said = MATRIX[self.person.role]
        return [said[verb] for verb in map(Verb, self.verbs) if verb in said]


class ApiOnce(models.Model):
    """What an Idempotency-Key has made: the row's id, nothing of what was said (aidcenter/api/once.py)."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    row = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    _MINE = f"person_id = {ME}"
    reach = Reach(private=True, web="SI", worker="SD", also_read=_MINE, add=_MINE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="api_once")]
        indexes = [models.Index(fields=["made_at"], name="api_once_made")]  # the nightly clearing

    def __str__(self) -> str:
        return f"once {self.pk}"


class Counter(models.Model):
    """The last number given in a series and year; moved only by the database's own triggers."""

    pk = models.CompositePrimaryKey("series", "year")
    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    reach = NOBODY

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"
