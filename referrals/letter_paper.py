"""The letter of a notification, to be carried to the body: its extract on paper, in Azerbaijani.

Its words are those of the message that was frozen last; until there is one, of the case as it is now.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import codelists, papers
from aidcenter.templatetags.ui import dmy
from referrals import authorities, extract, letters
from referrals.models import Message, Notification

LANGUAGE = "az"


def pdf(notification: Notification, today: date) -> bytes:
    """The letter as it is on the day `today`."""
    whole = notification.messages.filter(frozen_at__isnull=False, word__isnull=True)
    frozen = whole.select_related("called").last()
    said = frozen.extract if frozen else letters.current(notification)
    with override(LANGUAGE):
        title = codelists.text("letter_text", "title")
        data = {
            "title": title,
            "foot": f"{title} · {notification.reference}",
            "mark": codelists.text("letter_text", "mark"),
            "to": _addressee(notification, frozen, today),
            "head": [
                (_("Reference"), notification.reference),
                (_("Date"), dmy(today)),
            ],
            "about": _("What you need to know"),
            "facts": extract.lines(said)[1:],  # the reference stands in the head
            "notes": [
                codelists.text("letter_text", "family"),
                codelists.text("letter_text", "confirm"),
                _stand(frozen.frozen_at if frozen else None),
            ],
            "signatures": _("Signature and stamp"),
            "signers": [_("For the centre"), _("Received by (name, position, date)")],
        }
        return papers.pdf("letter", data, LANGUAGE)


def _addressee(notification: Notification, frozen: Message | None, today: date) -> list[str]:
    """The name and the address of the body: as the message called it, else as it is called on the day."""
    body = notification.commission
    called = frozen.called if frozen else body and authorities.called(body, today)
    return [called.name, called.address] if called else [notification.addressee, ""]


def _stand(frozen_at: Any) -> str:
    if frozen_at:
        return _("As sent on %(day)s.") % {"day": dmy(frozen_at)}
    return _("Drawn up from the record of this day; the message itself is not sent yet.")
