"""What Celery does: deliver as soon as a case is committed, climb the ladder, and remind partners."""

from celery import shared_task

from referrals import alerts, ladder, partner_mail


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
