"""What Celery does: deliver as soon as a case is committed, and remind bodies and partners."""

from celery import shared_task

from referrals import alerts, body_mail, partner_mail


@shared_task(name="referrals.deliver_due")
def deliver_due(*ids: str) -> None:
    """Deliver what is due; the ids say only why it was called."""
    alerts.deliver_due()


@shared_task(name="referrals.remind_partners")
def remind_partners() -> None:
    """Tell partners by mail that something waits in their portal."""
    partner_mail.send()


@shared_task(name="referrals.remind_bodies")
def remind_bodies() -> None:
    """Tell bodies by mail that a decision is awaited, or that a member stepped aside."""
    body_mail.send()
