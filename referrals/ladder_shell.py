"""What other pages show of silent bodies: whom to telephone now, who has not answered, what was done."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, Exists, F, Func, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import registry
from aidcenter.duties import Act, Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.timeline import Event, Source
from cases.models import Case
from referrals import calls
from referrals.models import Call, Commission, LadderStep, Notification

SHOWN = 20
SINCE = Func(F("pk"), function="telephone_since", output_field=DateTimeField(null=True))


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """To who reads the case: every silent body. To who has duty, and to the director: whom to telephone."""
    if may(person, Verb.VIEW_NOTIFICATION):
        yield from _silent(person)
    for about in calls.to_call(person):
        yield _to_call(about)


def _silent(person: Staff) -> Iterator[Duty]:
    told = LadderStep.objects.filter(notification=OuterRef("pk"), step="supervisor")
    rows = Notification.objects.visible_to(person).unacknowledged().select_related("case", "commission")
    rows = rows.annotate(telephone=SINCE, letter=Exists(told))
    for row in rows.order_by(F("telephone").asc(nulls_last=True), "triggered_at")[:SHOWN]:
        yield _telephone(row) if row.telephone else _unanswered(row)  # type: ignore[attr-defined] # annotated


def _telephone(row: Notification) -> Duty:
    return Duty(
        due_on=timezone.localdate(row.triggered_at),
        title=_("Telephone now: %(body)s") % {"body": row.addressee},
        detail=" · ".join(filter(None, (row.case.number, row.reference, given_to(row.commission)))),
        url=reverse("referrals:call", args=[row.pk]),
        act=_("Record a call"),
        alarm=True,
        now=True,
        since=row.triggered_at,
        acts=(*_ring(row.commission), Act(_("Letter"), reverse("referrals:letter_paper", args=[row.pk]))),
    )


def _ring(body: Commission | None) -> tuple[Act, ...]:
    """The number of the body, for a device that telephones."""
    if not (body and body.phone_now):
        return ()
    return (Act(_("Call %(number)s") % {"number": body.phone_now}, "tel:" + body.phone_now.replace(" ", "")),)


def _unanswered(row: Any) -> Duty:
    late = bool(row.late_by)
    sent = _("no answer") if row.state == "sent" else _("not sent yet")
    letter = _("the letter is ready to print") if row.letter else ""
    return Duty(
        due_on=timezone.localdate(row.triggered_at),
        title=_("%(number)s (child): not yet acknowledged") % {"number": row.case.number},
        detail=" · ".join(filter(None, (row.addressee, sent, letter))),
        url=reverse("referrals:detail", args=[row.pk]),
        act=_("Open"),
        alarm=late,
        waiting=not late,
        since=row.triggered_at,
    )


def _to_call(about: calls.ToCall) -> Duty:
    title = _("Telephone now: %(body)s") if about.telephone else _("Not acknowledged: %(body)s")
    return Duty(
        due_on=timezone.localdate(about.triggered_at),
        title=title % {"body": about.addressee},
        detail=about.reference,
        url=reverse("referrals:call", args=[about.pk]),
        act=_("Record a call"),
        alarm=True,
        now=about.telephone,
        since=about.triggered_at,
        acts=_ring(about.commission),
    )


def given_to(commission: Commission | None, at: datetime | None = None) -> str:
    """While the office is closed: who has duty and is to telephone, in words; "" when nobody has."""
    if commission is None or commission.is_open(at or timezone.now()):
        return ""
    names = sorted(name for answer in registry.ask("on_duty") for name in answer)
    return _("on duty: %(names)s") % {"names": ", ".join(names)} if names else ""


def timeline() -> list[Source]:
    """Each step that was taken, and each call."""
    return [
        Source("notifications", "climbed_at", _steps, _step),
        Source("notifications", "spoken_at", _calls, _call),
    ]


def _steps(case: Case, _person: Staff) -> QuerySet[LadderStep]:
    return LadderStep.objects.filter(case=case).select_related("notification__commission")


def _step(row: LadderStep) -> Event:
    about = row.notification
    return Event(row.get_step_display(), f"{about.reference} · {about.addressee}", system=True)  # type: ignore[attr-defined] # of CodeField


def _calls(case: Case, _person: Staff) -> QuerySet[Call]:
    return Call.objects.filter(case=case).select_related("notification__commission", "recorded_by")


def _call(row: Call) -> Event:
    title = _("The body was telephoned") if row.reached else _("The body was telephoned; nobody answered")
    said = (row.notification.reference, row.who, row.number, row.recorded_by.display_name)
    return Event(title, " · ".join(filter(None, said)), row.words)
