"""What every mail has in common: an id that stays at every try, and a server that may not take it."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def message_id(row: UUID | str) -> str:
    """The Message-ID of the mail about `row`, so that a mail program shows it once."""
    return f"<{row}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


def taken(mail: EmailMessage) -> bool:
    """Whether the mail server took it; who asks tries again later, and lets it hold up nothing."""
    try:
        return bool(mail.send())
    except OSError as problem:  # smtplib's are OSErrors too
        logger.warning("a mail was not taken (%s)", type(problem).__name__)
        return False
