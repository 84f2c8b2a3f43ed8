"""What cases do by the clock."""

from celery import shared_task

from cases import absence, digest, exports, hook_sender, imports, incidents, staffing


@shared_task(name="cases.send_digests")
def send_digests() -> None:
    """Tell each caseworker in the morning that others opened their cases."""
    digest.send()


@shared_task(name="cases.tell_incidents")
def tell_incidents() -> None:
    """Mail supervisors and directors about serious incidents that they were not told of."""
    incidents.tell()


@shared_task(name="cases.start_absences")
def start_absences() -> None:
    """Begin the absences whose first day has come."""
    absence.start_due()


@shared_task(name="cases.drop_exports")
def drop_exports() -> None:
    """Delete the exported lists that nobody has fetched in time."""
    exports.drop_over()


@shared_task(name="cases.expire_imports")
def expire_imports() -> None:
    """Forget the spreadsheets that nobody imported within a day."""
    imports.expire()


@shared_task(name="cases.forget_events")
def forget_events() -> None:
    """Erase what was sent to the programs of people a month ago."""
    hook_sender.forget()


@shared_task(name="cases.tell_staff_changes")
def tell_staff_changes() -> None:
    """Mail people whose role, team or e-mail address was changed."""
    staffing.tell()
