"""Sends the mails that are owed about steps and days: a reference or numbers, and never a name.

A row is marked in the transaction that sends it, so two workers do not send it twice; a mail server that
does not answer is asked again later, and for ever.
"""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import mails
from aidcenter.posting import wait_after
from aidcenter.templatetags.ui import dmy
from referrals.models import TELEPHONE, OwedMail

log = logging.getLogger(__name__)


def send() -> int:
    """Send what is due; returns how many mails left. After a failure the rest waits for the next turn."""
    sent = 0
    while (left := _next()) is not None:
        sent += left
    return sent


def _next() -> bool | None:
    """Send one; whether it left, None when nothing is due or the mail server does not answer."""
    with transaction.atomic():
        due = OwedMail.objects.filter(done_at=None, due_at__lte=Now()).order_by("due_at")
        rows = due.select_related("step__notification", "person", "commission")
        mail = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if mail is None:
            return None
        this = OwedMail.objects.filter(pk=mail.pk)
        if _is_void(mail):
            this.update(done_at=Now())
            return False
        try:
            _message(mail).send()
        except OSError as problem:  # smtplib's are OSErrors too
            return _later(mail, problem)
        this.update(done_at=Now(), sent=True)
    return True


def _is_void(mail: OwedMail) -> bool:
    """Whether there is nothing to say any more, or nobody to say it to."""
    gone = mail.person and not (mail.person.is_active and mail.person.email)
    return bool(gone or (mail.step and not mail.step.notification.waits))


def _later(mail: OwedMail, problem: OSError) -> bool | None:
    """Try again later: this mail when it was refused, all that are due when nobody answered."""
    log.warning("owed mail %s did not leave: %s", mail.pk, type(problem).__name__)
    refused = isinstance(problem, SMTPRecipientsRefused | SMTPResponseException)
    rows = OwedMail.objects.filter(done_at=None, due_at__lte=Now())
    if refused:
        rows = rows.filter(pk=mail.pk)
    rows.update(due_at=Now() + wait_after(mail.tries + 1), tries=F("tries") + 1)
    return False if refused else None


def _message(mail: OwedMail) -> EmailMessage:
    person, body = mail.person, mail.commission
    with override(person.language if person else "az"):
        subject, text = _daily(mail) if mail.day else _step(mail)
        return EmailMessage(
            subject=subject,
            body=text,
            to=[person.email if person else body.email if body else ""],
            headers={"Message-ID": mails.message_id(mail.pk)},
        )


def _daily(mail: OwedMail) -> tuple[str, str]:
    said = {
        "day": dmy(mail.day),
        "count": mail.count,
        "waiting": mail.waiting,
        "phone": settings.CENTRE_PHONE,
    }
    body = _("Aid Centre: notifications of the day")  # a letter between authorities; a person's is neutral
    return body if mail.commission_id else _("Figures of the day"), _(
        "Day: %(day)s\n"
        "Notifications since yesterday: %(count)s\n"
        "Receipt not yet confirmed, in all: %(waiting)s\n"
        "If you have received fewer, call us: %(phone)s\n"
    ) % said


def _step(mail: OwedMail) -> tuple[str, str]:
    step = mail.step
    assert step is not None  # noqa: S101 - by constraint
    said = {
        "reference": step.notification.reference,
        "hours": int((step.climbed_at - step.notification.triggered_at).total_seconds() // 3600),
        "address": settings.SITE_URL,
    }
    if step.step in TELEPHONE:
        return _("Telephone now"), _(
            "Telephone now about the notification %(reference)s.\n"
            "The number stands on your first page: %(address)s\n"
        ) % said
    return _("A notification is not acknowledged"), _(
        "The notification %(reference)s has not been acknowledged for %(hours)s h.\nSign in: %(address)s\n"
    ) % said
