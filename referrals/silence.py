"""What the page of a notification shows while its body is silent, and of that silence ever after."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from referrals import calls
from referrals.call_forms import blank
from referrals.ladder_shell import given_to
from referrals.models import Commission, Notification


def context(notification: Notification, person: Staff) -> dict[str, Any]:
    """The steps, the calls, whom to telephone now, and the form of a call."""
    shown: dict[str, Any] = {
        "steps": list(notification.steps.all()),
        "calls": list(notification.calls.select_related("recorded_by")),
        "centre_phone": settings.CENTRE_PHONE,
    }
    if notification.waits and may(person, Verb.RECORD_CALL):
        about = calls.about(notification)
        shown |= {"about": about, "form": blank(about), **office(notification.commission)}
    return shown


def office(commission: Commission | None) -> dict[str, Any]:
    """Whether somebody is in the office now, when it opens, and who has duty meanwhile."""
    if commission is None:
        return {}
    now = timezone.now()
    if commission.is_open(now):
        return {"open": True}
    opening = commission.next_opening(now)
    return {"open": False, "opens": opening if opening > now else None, "on_duty": given_to(commission, now)}
