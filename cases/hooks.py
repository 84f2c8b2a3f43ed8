"""Having one's own program told of events: set up, tried, taken back; the secret is shown this once."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit, crypto
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import hook_secret
from cases.models import Hook, HookEvent
from cases.models.hook import EVENTS, PING

MOST_HOOKS = 20
LAST = 10  # deliveries on the page


def of(person: Staff) -> QuerySet[Hook]:
    """The hooks of `person` that are open, the newest first."""
    lasts = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return Hook.objects.filter(lasts, person=person, revoked_at=None)


def kinds_for(person: Staff) -> list[str]:
    """What `person` may hear of at all, by role and by the key that they came in with."""
    return [kind for kind, (_label, verbs) in EVENTS.items() if any(may(person, verb) for verb in verbs)]


def last_of(person: Staff) -> QuerySet[HookEvent]:
    """The last events of the open hooks of `person`, the newest first."""
    return HookEvent.objects.filter(hook__in=of(person)).select_related("hook").order_by("-made_at")[:LAST]


@act
def subscribe(*, url: str, kinds: list[str], by: Staff) -> Hook:
    """Tell the program at `url` of `kinds`; its `secret` is to be shown now."""
    require(by, Verb.HEAR_EVENTS)
    if not kinds or not set(kinds) <= set(kinds_for(by)):
        raise ValidationError({"kinds": _("Choose what your program is told of.")})
    if of(by).count() >= MOST_HOOKS:
        raise ValidationError(_("You have many already; take back those that are not used."))
    hook = Hook(pk=uuid.uuid4(), person=by, url=url, kinds=sorted(kinds), token_id=by.key_id)
    hook.sealed_secret = crypto.seal_text(hook_secret.new(), hook.context)
    hook.save(force_insert=True)
    audit.record("hook.make", by=by, ids=[hook.pk])
    return hook


@act
def take_back(hook: Hook, *, by: Staff) -> None:
    """The program is told of nothing any more."""
    require(by, Verb.HEAR_EVENTS)
    hook.revoked_at = timezone.now()
    hook.save(update_fields=["revoked_at"])
    audit.record("hook.revoke", by=by, ids=[hook.pk])


@act
def ping(hook: Hook, *, by: Staff) -> HookEvent:
    """Try the way: an event that says nothing, signed and sent as every other."""
    require(by, Verb.HEAR_EVENTS)
    if hook.events.filter(kind=PING, state__in=("due", "sending")).exists():
        raise ValidationError(_("A test is on its way already."))
    audit.record("hook.ping", by=by, ids=[hook.pk])
    return HookEvent.objects.create(hook=hook, kind=PING, about=hook.pk)
