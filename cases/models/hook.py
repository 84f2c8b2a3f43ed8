"""Events for the programs of people: where each is sent, and what is owed to it; ids and nothing else."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter import crypto
from aidcenter.models import ApiToken, Staff
from aidcenter.reach import ME, Reach
from aidcenter.roles import Verb
from cases import hook_triggers

PING = "ping"
# What may be heard, what it is called, and who may at all: one of these verbs.
EVENTS: dict[str, tuple[object, tuple[Verb, ...]]] = {
    "notification.acknowledged": (
        _("a state body has acknowledged a notification"),
        (Verb.VIEW_NOTIFICATION, Verb.RECEIVE_NOTIFICATION),
    ),
    "plan.decided": (_("a plan was approved or returned"), (Verb.VIEW_CASE,)),
    "case.moved": (_("a case is in another state"), (Verb.VIEW_CASE,)),
}
STATES = {
    "due": _("waits"),
    "sending": _("is being sent"),
    "done": _("delivered"),
    "refused": _("refused"),
    "withheld": _("not sent: the case is not open to you any more"),
}


class Hook(models.Model):
    """A program of `person` that is told by HTTP; what was set up with an API key ends with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("address of your program"), max_length=300)
    kinds = ArrayField(models.CharField(max_length=40))
    sealed_secret = models.CharField(max_length=200, editable=False)
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)  # that of the key
    revoked_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # in a row
    rests_until = models.DateTimeField(null=True, editable=False)

    _MINE = f"person_id = {ME}"
    reach = Reach(private=True, web="SIU", relay="SU", also_read=_MINE, also_change=_MINE, add=_MINE)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["person"], name="hook_open", condition=Q(revoked_at__isnull=True))]
        triggers = hook_triggers.HOOK

    def __str__(self) -> str:
        return f"hook {self.pk}"

    @property
    def context(self) -> str:
        """What the secret is sealed for."""
        return f"hook|{self.pk}"

    @property
    def secret(self) -> str:
        """What signs each event, as it was shown once: whsec_…"""
        return crypto.unseal_text(self.sealed_secret, self.context)

    @property
    def labels(self) -> list[object]:
        """What it is told of, in the reader's language."""
        return [EVENTS[kind][0] for kind in self.kinds if kind in EVENTS]


class HookEvent(models.Model):
    """Something that happened, owed to one hook: claimed with a lease, written back with the fence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    about = models.UUIDField()  # the notification, the plan or the case
    case_id = models.UUIDField(null=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="due", db_default="due")
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    tries = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    outcome = models.CharField(max_length=60, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, editable=False)

    _OF_MINE = f"hook_id IN (SELECT h.id FROM cases_hook h WHERE h.person_id = {ME})"  # noqa: S608 - constants only
    reach = Reach(
        private=True,
        web="SI",
        worker="SD",
        relay="SU",
        also_read=_OF_MINE,
        add=f"{_OF_MINE} AND kind = '{PING}' AND about = hook_id AND case_id IS NULL AND state = 'due'",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="hookevent_state_known", condition=Q(state__in=list(STATES)))
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="hookevent_to_do", condition=Q(state__in=["due", "sending"])
            ),
            models.Index(fields=["hook", "-made_at"], name="hookevent_last"),
            models.Index(fields=["made_at"], name="hookevent_made"),  # the nightly erasing
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"

    @property
    def said(self) -> dict[str, Any]:
        """What the program is told: ids, and nothing that they stand for."""
        data = {"id": str(self.about)} | ({"case": str(self.case_id)} if self.case_id else {})
        return {"type": self.kind, "timestamp": self.made_at.isoformat(), "data": data}


class TokenOfHooks(ApiToken):
    """A key of the API as cases sees it: only to hang the trigger on that ends what was set up with it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = hook_triggers.TOKEN
