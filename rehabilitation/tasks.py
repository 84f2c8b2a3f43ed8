"""What plans do by the clock."""

from celery import shared_task

from rehabilitation import reminders


@shared_task(name="rehabilitation.remind_of_reviews")
def remind_of_reviews() -> None:
    """Tell each caseworker in the morning which plans are to be reviewed."""
    reminders.send()
