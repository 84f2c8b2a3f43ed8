"""What leads out of the centre, and what rests: webhooks of state bodies, circuits, signs of life."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter import crypto
from aidcenter.reach import DIRECTORY, Reach
from aidcenter.triggers import staffing
from referrals import signatures
from referrals.models.authority import Commission


class Webhook(models.Model):
    """The system of a state body that is told by HTTP; each side signs with an Ed25519 key of its own.

    Our key is made here and sealed; of theirs the centre holds the public half only.
    """

    commission = models.OneToOneField(
        Commission, on_delete=models.PROTECT, primary_key=True, related_name="webhook"
    )
    url = models.URLField(_("address of their system"), max_length=300)
    their_key = models.CharField(_("their public key"), max_length=60)
    sealed_key = models.CharField(max_length=200, editable=False)

    reach = DIRECTORY

    class Meta:
        triggers = [staffing()]

    def __str__(self) -> str:
        return f"webhook of {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A webhook is never without a key of its own."""
        self.sealed_key = self.sealed_key or crypto.seal_text(signatures.new_key(), self.context)
        super().save(*args, **kwargs)

    @property
    def context(self) -> str:
        """What our key is sealed for."""
        return f"webhook|{self.commission_id}"

    @property
    def our_key(self) -> str:
        """The private key that signs what is sent to this body."""
        return crypto.unseal_text(self.sealed_key, self.context)

    @property
    def our_public_key(self) -> str:
        """What the body checks our signatures with."""
        return signatures.public_half(self.our_key)


class Circuit(models.Model):
    """A destination that failed: after a few failures in a row nothing is tried there until `rests_until`."""

    destination = models.CharField(max_length=60, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)

    reach = Reach(web="S", worker="SIU", relay="SIU")

    def __str__(self) -> str:
        return self.destination


class Heartbeat(models.Model):
    """The last sign of life of a process that runs for ever."""

    process = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField(default=Now())

    reach = Reach(web="S", worker="SIU", relay="SIU")

    def __str__(self) -> str:
        return self.process


class Health(models.Model):
    """What the watch found last about one thing that may go wrong; no row says anything of a case."""

    what = models.CharField(max_length=30, primary_key=True)
    ok = models.BooleanField()
    value = models.PositiveIntegerField()
    since = models.DateTimeField(default=Now())  # of this state
    checked_at = models.DateTimeField(default=Now())
    told_at = models.DateTimeField(null=True)  # by the second channel

    reach = Reach(web="S", worker="SIU", relay="S")

    def __str__(self) -> str:
        return f"{self.what}: {'ok' if self.ok else 'not ok'}"
