"""Whether a member of a state body may hear of a notification: one that was sent to that body."""

from aidcenter.roles import Verb, may
from cases.models import HookEvent
from referrals.models import Notification


def receives(event: HookEvent) -> bool:
    """Whether the person of the hook may read in the portal what `event` is about."""
    person = event.hook.person
    if event.kind != "notification.acknowledged" or not may(person, Verb.RECEIVE_NOTIFICATION):
        return False
    return Notification.objects.addressed_to(person).filter(pk=event.about).exists()
