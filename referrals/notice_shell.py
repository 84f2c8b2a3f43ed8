"""The mails about notifications and referrals, and who gets them: none of them can be declined."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from aidcenter.models import Staff
from aidcenter.notices import Notice
from aidcenter.roles import Role, Verb, may

LAW = _("the law wants the bodies told at once")


def _is(*roles: str) -> Callable[[Staff], bool]:
    return lambda person: person.role in roles


def notices() -> list[Notice]:
    """Silent bodies, the figures of the day, what does not get through, and what waits for an answer."""
    told, director = _is(Role.CASEWORKER, Role.SUPERVISOR, Role.DIRECTOR, Role.HOUSE), _is(Role.DIRECTOR)
    return [
        Notice("silent", _("A state body has not acknowledged a notification"), told, why=LAW),
        Notice("figures", _("How many notifications there were since yesterday"), director, why=LAW),
        Notice(
            "trouble",
            _("Notifications do not get through"),
            _is(Role.DIRECTOR, Role.ADMINISTRATOR),
            why=LAW,
        ),
        Notice("bell", _("A notification waits for us"), _is(Role.COMMISSION_MEMBER), why=LAW),
        Notice(
            "partner",
            _("A referral waits for our answer"),
            lambda person: may(person, Verb.ANSWER_REFERRAL),
            why=_("somebody waits for help"),
        ),
    ]
