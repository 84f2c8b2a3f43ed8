"""The mails about plans and the calendar, and who may get them."""

from django.utils.translation import gettext_lazy as _

from aidcenter.notices import Notice
from aidcenter.roles import Verb, may
from rehabilitation.reminders import REVIEWS


def notices() -> list[Notice]:
    """Reviews that are due, and the evening before."""
    return [
        Notice(REVIEWS, _("Plans are to be reviewed"), lambda person: may(person, Verb.WRITE_PLAN)),
        Notice(
            "tomorrow",
            _("How many appointments tomorrow has"),
            lambda person: may(person, Verb.VIEW_CALENDAR),
            chosen_at="calendar:own",
        ),
    ]
