"""What the foundation does by the clock."""

from celery import shared_task

from aidcenter import notices
from aidcenter.api import once


@shared_task(name="aidcenter.forget_requests")
def forget_requests() -> None:
    """Forget which requests of programs were answered more than a day ago."""
    once.forget()


@shared_task(name="aidcenter.send_daily_mails")
def send_daily_mails() -> None:
    """Send each person, in one mail, what they chose to be told once a day."""
    notices.send_daily()
