"""What plans and the calendar do by the clock."""

from celery import shared_task

from rehabilitation import calendar_reminders, reminders


@shared_task(name="rehabilitation.remind_of_reviews")
def remind_of_reviews() -> None:
    """Tell each caseworker in the morning which plans are to be reviewed."""
    reminders.send()


@shared_task(name="rehabilitation.remind_of_tomorrow")
def remind_of_tomorrow() -> None:
    """Tell each person in the evening that they have appointments the next day."""
    calendar_reminders.send()
