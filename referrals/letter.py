"""The letter of a notification, to be carried to the body: its extract on paper, in Azerbaijani.

Its words are those of the message that was frozen last; until there is one, of the case as it is now.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import papers
from aidcenter.templatetags.ui import dmy
from referrals import extract
from referrals.models import Notification

LANGUAGE = "az"


def pdf(notification: Notification, today: date) -> bytes:
    """The letter as it is on the day `today`."""
    frozen = notification.messages.filter(frozen_at__isnull=False).last()
    said = frozen.extract if frozen else extract.current(notification)
    with override(LANGUAGE):
        title, body = _("Notification of a child"), notification.commission
        data = {
            "title": title,
            "foot": f"{title} · {notification.reference}",
            "mark": _("Confidential. For official use only."),
            "to": [notification.addressee, body.address if body else ""],
            "head": [
                (_("Reference"), notification.reference),
                (_("Date"), dmy(today)),
                (_("Legal basis"), settings.LETTER_LEGAL_BASIS),
            ],
            "about": _("What you need to know"),
            "facts": list(lines(said)),
            "notes": [
                _("Do not contact the family before speaking with us."),
                _("Please confirm in writing, or in the portal, that you have received this."),
                _stand(frozen.frozen_at if frozen else None),
            ],
            "signatures": _("Signature and stamp"),
            "signers": [_("For the centre"), _("Received by (name, position, date)")],
        }
        return papers.pdf("letter", data, LANGUAGE)


def lines(said: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of all that an extract says, as the portal shows it after acknowledging."""
    now = extract.labels(said)
    years = _("%(age)s years") % {"age": now["age"]} if now["age"] is not None else _("age not known")
    facts = [
        (
            _("Child"),
            ", ".join(str(part) for part in (now["name"] or _("name not given"), now["sex"], years)),
        ),
        (_("Urgency"), str(now["urgency"])),
        (_("Father's name"), now["father_name"]),
        (
            _("How the age is known"),
            " · ".join(filter(None, map(str, (now["child_status"], now["age_basis"])))),
        ),
        (_("Birth date"), dmy(now["birth_date"] or None)),
        (_("Citizenship"), ", ".join(map(str, now["citizenship"]))),
        (_("Languages"), ", ".join(map(str, now["languages"]))),
        (_("Where"), _("In the care of the centre")),
        (_("Reason"), str(now["victim_status"])),
        (_("Asked of you"), _("Appoint a temporary guardian or representative; meet as soon as possible")),
        (_("Not given"), _("Address, contacts, narrative, medical and psychological notes")),
    ]
    return [(label, text or "–") for label, text in facts]


def _stand(frozen_at: Any) -> str:
    if frozen_at:
        return _("As sent on %(day)s.") % {"day": dmy(frozen_at)}
    return _("Drawn up from the record of this day; the message itself is not sent yet.")
