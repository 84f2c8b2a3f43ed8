"""The bell: a mail to a state body with a constant subject, a reference, and no personal data."""

from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import mails
from aidcenter.posting import NotTaken
from referrals.models import Delivery

FOR_GOOD = range(500, 600)


def ring(delivery: Delivery) -> None:
    """Send the mail of `delivery`; a second time under the same Message-ID."""
    notification = delivery.message.notification
    if notification.commission is None:
        return
    if not notification.commission.email:
        raise NotTaken("no e-mail")
    with override("az"):
        mail = EmailMessage(
            subject=_("Aid Centre: a notification is waiting for you"),
            body=_(
                "A notification with the reference %(reference)s is waiting for you.\n"
                "Sign in to read it and to confirm its receipt: %(address)s\n"
            )
            % {"reference": notification.reference, "address": f"{settings.SITE_URL}/referrals/"},
            to=[notification.commission.email],
            headers={"Message-ID": mails.message_id(delivery.pk)},
        )
    mail.send()


def refuses_for_good(problem: Exception) -> bool:
    """Whether the mail server will never take this mail: the address is wrong, not the server down."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code in FOR_GOOD for code, _said in problem.recipients.values())
    if isinstance(problem, SMTPDataError):
        return problem.smtp_code in FOR_GOOD
    return isinstance(problem, BadHeaderError)  # an address of two lines
