"""What the foundation does by the clock."""

from celery import shared_task

from aidcenter.api import once


@shared_task(name="aidcenter.forget_requests")
def forget_requests() -> None:
    """Forget which requests of programs were answered more than a day ago."""
    once.forget()
