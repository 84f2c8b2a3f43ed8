"""The mails about cases, and who may get them."""

from django.utils.translation import gettext_lazy as _

from aidcenter.notices import Notice
from aidcenter.roles import OUTSIDE, Role, Verb, may
from cases.digest import LOOKS


def notices() -> list[Notice]:
    """Who looked, and serious incidents."""
    return [
        Notice(LOOKS, _("Colleagues opened cases of mine"), lambda person: may(person, Verb.CHANGE_CASE)),
        Notice(
            "incident",
            _("A serious incident was reported"),
            lambda person: person.role in (Role.SUPERVISOR, Role.DIRECTOR),
            why=_("somebody may be in danger"),
        ),
        Notice(
            "account",
            _("My role, team or e-mail address was changed"),
            lambda person: person.role not in OUTSIDE,
            why=_("if you do not know of it, somebody else did it"),
        ),
    ]
