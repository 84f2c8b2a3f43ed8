"""What Celery does: deliver as soon as a case is committed, climb the ladder, and remind."""

from celery import shared_task

from aidcenter.clock import baku_today
from referrals import alerts, body_mail, drills, ladder, partner_mail


@shared_task(name="referrals.deliver_due")
def deliver_due(*ids: str) -> None:
    """Deliver what is due; the ids say only why it was called."""
    alerts.deliver_due()


@shared_task(name="referrals.climb")
def climb() -> None:
    """Take the steps of the ladder that are due, and send the mails that are owed."""
    ladder.turn()


@shared_task(name="referrals.remind_partners")
def remind_partners() -> None:
    """Tell partners by mail that something waits in their portal."""
    partner_mail.send()


@shared_task(name="referrals.start_drill")
def start_drill() -> None:
    """Test the way to each body again, once in a quarter."""
    drills.start_due(baku_today())


@shared_task(name="referrals.drill")
def drill() -> None:
    """Ring the bells of a test."""
    drills.ring()


@shared_task(name="referrals.remind_bodies")
def remind_bodies() -> None:
    """Tell bodies by mail that a decision is awaited, or that a member stepped aside."""
    body_mail.send()
