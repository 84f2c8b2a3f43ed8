"""What every mail has in common: an id that stays at every try, a server that may not take it, and what
neither its subject nor its sender may say."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

# On the screen of a phone these words tell everybody who looks at it; beginnings, in az, ru and en.
TELLING = (
    *("traffick", "victim", "exploit", "aid cent", "aidcent", "aid-cent"),
    *("alver", "qurban", "zərərçək", "istismar", "yardım mərkəz"),
    *("торговл", "жертв", "пострадавш", "эксплуатац", "центр помощи", "центра помощи", "центру помощи"),
)


def is_neutral(text: str) -> bool:
    """Whether `text` (a subject, a sender, the name of a calendar) says nothing of what the centre does.

    Letters between authorities are excepted: a body has to know who writes.
    """
    lowered = text.lower()
    return not any(word in lowered for word in TELLING)


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
