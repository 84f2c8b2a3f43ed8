"""What other pages show of what bodies ask and decide: the duties of the centre, the timeline of a case."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.timeline import Event, Source
from cases.models import Case
from referrals import body_mail
from referrals.guardians import APPOINTS
from referrals.models import BodyWord, Member, Notification, Recusal
from referrals.models.answer import ENDS, SAID_BY_BODY

SHOWN = 20


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """To the centre: who asks, what waits for a second person, who stepped aside, who owes a decision."""
    if may(person, Verb.ANSWER_BODY):
        yield from _asked(person)
        yield from _aside(person)
        yield from _undecided(person)
        yield from _appointed(person)


def _to(row: Notification, due_on: date, title: str, act: str, **how: Any) -> Duty:
    detail = f"{row.case.number} · {row.reference}"
    url = reverse("referrals:detail", args=[row.pk])
    return Duty(due_on=due_on, title=title, detail=detail, url=url, act=act, **how)


def _asked(person: Staff) -> Iterator[Duty]:
    """Questions without an answer; of a proposal by another, to who may approve it."""
    ended = BodyWord.objects.filter(about=OuterRef("pk"), kind__in=ENDS)
    proposal = BodyWord.objects.filter(about=OuterRef("pk"), kind="proposal")
    rows: Any = BodyWord.objects.changeable_by(person).filter(~Exists(ended), kind__in=SAID_BY_BODY)
    rows = rows.annotate(proposed=Exists(proposal), mine=Exists(proposal.filter(author=person)))
    rows = rows.select_related("notification__case").order_by("at").defer("text")
    for row in rows[:SHOWN]:
        since = timezone.localdate(row.at)
        if not row.proposed:
            yield _to(row.notification, since, _("The body asks"), _("Answer"))
        elif may(person, Verb.APPROVE_FIELD) and not row.mine:
            yield _to(row.notification, since, _("A further field for a body waits for you"), _("Decide"))
        else:
            title = _("A further field waits for a supervisor")
            yield _to(row.notification, since, title, _("Open"), waiting=True)


def _aside(person: Staff) -> Iterator[Duty]:
    """Members who know the family; alarming where nobody else of the body is left."""
    left = Member.objects.people().filter(commission=OuterRef("notification__commission"))
    knows = Recusal.objects.filter(staff=OuterRef("staff"), case=OuterRef(OuterRef("case")))
    left = left.filter(~Exists(knows))
    rows = Recusal.objects.changeable_by(person).filter(seen_at__isnull=True).annotate(left=Exists(left))
    for row in rows.select_related("notification__case").order_by("at")[:SHOWN]:
        title = _("A member of the body knows the family")
        if not row.left:
            title = _("Nobody of the body can read the notification: ring it")
        yield _to(row.notification, timezone.localdate(row.at), title, _("Open"), alarm=not row.left)


def _undecided(person: Staff) -> Iterator[Duty]:
    first = min(body_mail.DAYS.values())
    rows = Notification.objects.changeable_by(person).filter(pk__in=body_mail.undecided(first).values("pk"))
    for row in rows.select_related("case").order_by("acknowledged_at")[:SHOWN]:
        began = timezone.localdate(row.acknowledged_at)
        days = (timezone.localdate() - began).days
        title = ngettext(
            "No decision of the body for %(days)s day", "No decision of the body for %(days)s days", days
        )
        yield _to(row, began + timedelta(days=first), title % {"days": days}, _("Open"))


def _appointed(person: Staff) -> Iterator[Duty]:
    rows = Notification.objects.changeable_by(person).filter(
        decision__in=APPOINTS, guardianship__isnull=True, held=False
    )
    for row in (
        rows.exclude(case__state__in=Case.CLOSED).select_related("case").order_by("decided_on")[:SHOWN]
    ):
        day = row.decided_on or timezone.localdate()
        yield _to(row, day, _("The body has appointed somebody: enter it"), _("Enter"))


def timeline() -> list[Source]:
    """Every word between body and centre, and who stepped aside."""
    return [
        Source("notifications", "at", _words, _word),
        Source("notifications", "at", _asides, _stepped_aside),
    ]


def _words(case: Case, _person: Staff) -> Any:
    return BodyWord.objects.filter(case=case).select_related("author", "notification")


def _word(word: BodyWord) -> Event:
    field = word.get_field_display() if word.field else ""  # type: ignore[attr-defined] # of CodeField
    detail = " · ".join(filter(None, (word.notification.reference, field, word.author.display_name)))
    url = reverse("referrals:detail", args=[word.notification_id])
    return Event(word.get_kind_display(), detail, word.text or "", url=url, act=_("Open"))  # type: ignore[attr-defined] # the same


def _asides(case: Case, _person: Staff) -> Any:
    return Recusal.objects.filter(case=case).select_related("staff", "notification")


def _stepped_aside(row: Recusal) -> Event:
    detail = f"{row.notification.reference} · {row.staff.display_name}"
    return Event(_("A member of the body knows the family"), detail)
