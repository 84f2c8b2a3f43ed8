"""A guide of one page for a role, to print: what somebody in it may do, in the sentences of the matrix."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import papers
from aidcenter.helptexts import ALWAYS
from aidcenter.roles import MATRIX, Role


@cache
def pdf(role: Role, language: str) -> bytes:
    """The guide of `role` in `language` (az, ru or en), without the name of the centre; made once."""
    with override(language):
        return papers.pdf("guide", _data(role, language), language)


def _data(role: Role, language: str) -> dict[str, Any]:
    title = _("Guide: %(role)s") % {"role": role.label}
    return {
        "centre": {"name": settings.CENTRE_NEUTRAL_NAMES[language], "phone": settings.CENTRE_PHONE},
        "title": title,
        "foot": title,
        "may": _("Somebody in this role"),
        "sentences": [str(sentence) for sentence in MATRIX[role].values()],
        "keys_title": _("Keys"),
        "keys": [(" ".join(key.keys), str(key.does)) for key in ALWAYS],
        "rules_title": _("Always"),
        "rules": [
            _("Lock the screen when you leave it; never lend your password or second factor."),
            _("No name goes into a mail or a messenger."),
            _("Everything that you open is on record, and you can read that record in your settings."),
            _("If something does not work, call: %(phone)s.") % {"phone": settings.CENTRE_PHONE},
        ],
    }
