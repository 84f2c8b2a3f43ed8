"""Events brought to the programs of people (aidcenter/lease.py).

Whether the person may still know is asked again before each try. A hook that fails again and again rests
with all its events; of one hook one event is sent in a round, so that a slow program holds up no other.
"""

import json
import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from aidcenter import crypto, lease, posting, registry
from aidcenter.posting import NotTaken, wait_after
from aidcenter.roles import may
from cases import hook_secret
from cases.models import CaseAccess, Hook, HookEvent
from cases.models.hook import EVENTS, PING

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)


class Refused(NotTaken):
    """The program refuses the event for good."""


@dataclass(frozen=True)
class Claim:
    """An event that is ours until the lease ends."""

    id: uuid.UUID
    fence: int
    hook: uuid.UUID


def send_due() -> int:
    """Send every event that is due now; how many were taken."""
    taken = 0
    while (sent := _round()) is not None:
        taken += sent
    return taken


def _round() -> int | None:
    """One event of each hook; how many were taken, None when nothing was due."""
    seen: set[uuid.UUID] = set()
    taken = 0
    while claim := claim_next(seen):
        seen.add(claim.hook)
        taken += deliver(claim)
    return taken if seen else None


def claim_next(seen: set[uuid.UUID]) -> Claim | None:
    """Take what has waited longest, not of the hooks `seen`; or what somebody's lease ran out on."""
    with transaction.atomic():
        awake = Q(hook__rests_until=None) | Q(hook__rests_until__lte=Now())
        row = lease.claim(HookEvent.objects.filter(awake).exclude(hook__in=seen))
        if row is None:
            return None
        broken = Hook.objects.filter(pk=row.hook_id, failures__gte=lease.FAILURES)
        broken.update(rests_until=Now() + lease.LEASE)  # the others wait for how this one ends
        return Claim(row.pk, row.fence, row.hook_id)


def deliver(claim: Claim) -> bool:
    """Carry out a claimed event; True when it was taken. A failure is tried again later."""
    event = HookEvent.objects.select_related("hook__person", "hook__token").get(pk=claim.id)
    try:
        if not may_hear(event):
            _write_back(claim, "withheld", ended_at=Now())
            return False
        said = _post(event)
    except (Refused, crypto.DoesNotOpen) as problem:
        _write_back(claim, "refused", ended_at=Now(), outcome=_words(problem))
        return False
    except Exception as problem:
        return _failed(claim, event, problem)
    with transaction.atomic():
        Hook.objects.filter(pk=claim.hook).update(failures=0, rests_until=None)
        return _write_back(claim, "done", ended_at=Now(), outcome=said)


def _post(event: HookEvent) -> str:
    """Send it, signed; what was answered. Raises NotTaken."""
    body = json.dumps(event.said).encode()
    headers = hook_secret.signed(event.hook.secret, str(event.pk), int(time.time()), body)
    said = headers | {"content-type": "application/json"}
    status, _headers, _answer = posting.post(event.hook.url, said, body, chosen=True)
    if status in posting.REFUSALS and status not in posting.LATER:
        raise Refused(f"HTTP {status}")
    if status not in posting.OK:
        raise NotTaken(f"HTTP {status}")
    return f"HTTP {status}"


def _failed(claim: Claim, event: HookEvent, problem: Exception) -> bool:
    """Put the event back with full jitter; from the third failure on its hook rests, longer each time."""
    log.warning("event %s failed: %s", claim.id, type(problem).__name__)
    with transaction.atomic():
        hook = Hook.objects.select_for_update().get(pk=claim.hook)
        failures = hook.failures + 1
        Hook.objects.filter(pk=hook.pk).update(failures=failures, rests_until=lease.rests_until(failures))
        _write_back(claim, "due", outcome=_words(problem), due_at=Now() + wait_after(event.tries))
    return False


def _words(problem: Exception) -> str:
    """What the person reads of it; the words of a strange error could say more than they may."""
    return (str(problem) if isinstance(problem, NotTaken) else type(problem).__name__)[:60]


def _write_back(claim: Claim, state: str, **values: object) -> bool:
    return lease.write_back(HookEvent, claim.id, claim.fence, state, **values)


# --- who may hear -----------------------------------------------------------------------------


def may_hear(event: HookEvent) -> bool:
    """Whether the hook is open, and its person may know now of what happened."""
    hook = event.hook
    ended = hook.revoked_at is not None or (hook.token is not None and not hook.token.is_open)
    if ended or not hook.person.is_active:
        return False
    return event.kind == PING or any(registry.ask("hears", event))


def reads(event: HookEvent) -> bool:
    """Whether the person reads the case, and has a role that hears such things at all."""
    person = event.hook.person
    if not any(may(person, verb) for verb in EVENTS[event.kind][1]):
        return False
    return CaseAccess.objects.filter(user=person, case=event.case_id, view_until__gt=Now()).exists()


def forget() -> None:
    """Erase what is older than a month, taken or not."""
    HookEvent.objects.filter(made_at__lt=Now() - KEPT).delete()
