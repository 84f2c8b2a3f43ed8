"""What the caseworker says for the letters to the bodies: it leaves with the first, or as an addition."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import one_at_a_time
from cases.models import Case
from referrals import letters
from referrals.extract import Extract
from referrals.models import LetterFacts, Notification
from referrals.questions import names_suspect, taken_out

OF_THE_LETTER = ("message", "kind")  # what differs between two letters that say the same


def told_now(case: Case, facts: LetterFacts | None = None) -> list[tuple[Notification, Extract]]:
    """What each body of this episode would be told today; with `facts`, if these were said."""
    sources, rows = letters.Sources(case), case.notifications.filter(episode=case.episode)
    if facts:
        sources.facts = facts
    rows = rows.exclude(state="cancelled").select_related("commission").order_by("body", "district")
    return [(row, sources.letter(letters.heading_of(row, 1, "addition", baku_today()))) for row in rows]


def _new_to_somebody(case: Case, facts: LetterFacts) -> bool:
    """Whether a body would be told something that its last letter, or the one on its way, does not say."""
    before = letters.Sources(case).facts or LetterFacts()
    said_anew = any(getattr(before, name) != getattr(facts, name) for name in LetterFacts.FACTS)
    for row, now in told_now(case, facts):
        last = row.messages.filter(word__isnull=True).last()
        if last is None or last.frozen_at is None:
            if said_anew:
                return True
            continue
        last.victim = case.victim  # whose keys are there already
        if {**last.extract, **{name: now[name] for name in OF_THE_LETTER}} != now:  # type: ignore[literal-required]
            return True
    return False


@act
def tell(case: Case, said: dict[str, Any], *, by: Staff) -> LetterFacts:
    """Say what the bodies are told; an addition is on its way to each that has a letter already."""
    require(by, Verb.ANSWER_BODY)
    one_at_a_time(case)
    if names_suspect(case, [said["views"]]):
        raise ValidationError({"views": taken_out()})
    facts = LetterFacts(case=case, victim=case.victim, author=by, **said)
    if not _new_to_somebody(case, facts):
        raise ValidationError(_("The bodies know this already: nothing has changed."))
    facts.save(force_insert=True)
    audit.record("notification.tell", by=by, case=case.pk, ids=[facts.pk])
    transaction.on_commit(lambda: enqueue("referrals.deliver_due", case.pk))
    return facts
