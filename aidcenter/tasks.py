"""What the foundation does by the clock."""

from celery import shared_task

from aidcenter import notices


@shared_task(name="aidcenter.send_daily_mails")
def send_daily_mails() -> None:
    """Send each person, in one mail, what they chose to be told once a day."""
    notices.send_daily()
