"""What lists that are taken out owe: a second person's decision, and the file once it is approved."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import exports

SHOWN = 30


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What others ask of the person, and what became of what the person asked for."""
    if may(person, Verb.APPROVE_EXPORT):
        yield from _to_decide(person)
    if may(person, Verb.EXPORT_CASES):
        yield from _asked_for(person)


def _to_decide(person: Staff) -> Iterator[Duty]:
    for row in exports.to_decide(person)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.asked_at),
            title=_("Somebody asks to take a list out"),
            detail=f"{row.person.display_name} · {_cases(row.rows)}",
            url=reverse("cases:decide_export", args=[row.pk]),
            act=_("Decide"),
        )


def _asked_for(person: Staff) -> Iterator[Duty]:
    titles = {
        None: _("A list waits for a second person"),
        True: _("The list that you asked for is approved"),
        False: _("The list that you asked for is not approved"),
    }
    for row in exports.of(person).filter(by_two=True, made_at__isnull=True)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.decided_at or row.asked_at),
            title=titles[row.approved],
            detail=_cases(row.rows),
            url=reverse("cases:export", args=[row.pk]),
            act=_("Open"),
            waiting=not row.approved,
        )


def _cases(count: int) -> str:
    return ngettext("%(count)s case", "%(count)s cases", count) % {"count": count}
