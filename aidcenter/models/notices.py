"""How people are told of things: what each chose, and what waits for the mail of the day."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.models.staff import Staff
from aidcenter.reach import ME, Reach


class Way(models.TextChoices):
    """How a person is told of something by mail."""

    NOW = "now", _("a mail of its own")
    DAILY = "daily", _("in the mail of the day")
    NEVER = "never", _("no mail")


class NoticeChoice(models.Model):
    """How a person chose to be told of one kind of notice (aidcenter/notices.py)."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    way = models.CharField(max_length=5, choices=Way.choices)

    _MINE = f"person_id = {ME}"
    reach = Reach(web="SIU", worker="S", private=True, also_read=_MINE, also_change=_MINE, add=_MINE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notice_choice_once"),
            models.CheckConstraint(name="notice_way_known", condition=models.Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.way}"


class HeldNotice(models.Model):
    """What waits for somebody's mail of the day: numbers of cases at most, never a name."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    text = models.TextField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(worker="SIUD")

    def __str__(self) -> str:
        return f"held {self.pk}"
