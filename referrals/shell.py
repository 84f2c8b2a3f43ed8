"""What other pages show of notifications: navigation, duties, the case page, the badges of a list."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from aidcenter.codelists import label_in
from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from aidcenter.timeline import Event, Source
from cases import closing
from cases.models import Case
from referrals.models import BODIES, Commission, Notification

SHOWN = 20


def navigation() -> list[NavItem]:
    """The same address for the bodies and for the centre, each under its own name."""
    return [
        NavItem(
            gettext_lazy("Notifications to us"),
            "referrals:inbox",
            "inbox",
            Verb.RECEIVE_NOTIFICATION,
            "/referrals/",
            key="n",
        ),
        NavItem(
            gettext_lazy("Notifications"),
            "referrals:inbox",
            "bell",
            Verb.VIEW_NOTIFICATION,
            "/referrals/",
            key="n",
        ),
    ]


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """To a body: what it has not acknowledged or decided. To a supervisor: what waits of old records."""
    if may(person, Verb.RECEIVE_NOTIFICATION):
        yield from _duties_of_body(person)
    elif may(person, Verb.RELEASE_NOTIFICATION):
        yield from _held(person)


def _duties_of_body(person: Staff) -> Iterator[Duty]:
    rows: Any = Notification.objects.addressed_to(person)
    rows = rows.annotate(arrived=Max("messages__number", filter=Q(messages__inbox__isnull=False)))
    waits = ~Q(state="decided") | Q(arrived__gt=F("acknowledged_number"))
    for row in rows.filter(waits).order_by("triggered_at")[:SHOWN]:
        new = row.state == "sent"
        later = not new and row.arrived is not None and row.arrived > row.acknowledged_number
        title = _("Record your decision")
        if new or later:
            title = _("A notification of a child is waiting") if new else _("A new message about a child")
        yield Duty(
            due_on=timezone.localdate(row.triggered_at),
            title=title,
            detail=row.reference,
            url=reverse("referrals:detail", args=[row.pk]),
            act=_("Read and confirm") if new or later else _("Decide"),
            alarm=new,
        )


def _held(person: Staff) -> Iterator[Duty]:
    rows = Notification.objects.waiting_for_release(person).order_by("triggered_at")
    if first := rows.first():
        count = rows.count()
        title = ngettext(
            "%(count)s notification of a child from old records waits for you",
            "%(count)s notifications of children from old records wait for you",
            count,
        )
        yield Duty(
            due_on=timezone.localdate(first.triggered_at),
            title=title % {"count": count},
            detail=_("They are delivered when you say so. The time runs."),
            url=reverse("referrals:held"),
            act=_("Deliver"),
            alarm=True,
        )


def _rows(case: Case) -> QuerySet[Notification]:
    return case.notifications.select_related("commission", "acknowledged_by")


def timeline() -> list[Source]:
    """Owed, and acknowledged: each body for itself."""
    return [
        Source("notifications", "triggered_at", lambda case, _person: _rows(case), _owed),
        Source("notifications", "acknowledged_at", _acknowledgements, _acknowledged),
    ]


def _acknowledgements(case: Case, _person: Staff) -> QuerySet[Notification]:
    return _rows(case).filter(acknowledged_at__isnull=False)


def _owed(row: Notification) -> Event:
    return Event(_("Notification owed"), f"{row.reference} · {row.addressee}", system=True)


def _acknowledged(row: Notification) -> Event:
    return Event(_("Notification acknowledged"), f"{row.addressee} · {row.receipt}")


def panel(case: Case, person: Staff) -> dict[str, Any] | None:
    """The notifications on the case page; None where none is owed."""
    was_child = case.is_child or case.age_revision or case.episode > 1  # else nothing was ever owed
    rows = list(_rows(case).order_by("body")) if was_child else []
    if not rows:
        return None
    return {
        "template": "referrals/_panel.html",
        "notifications": rows,
        "linked": may(person, Verb.VIEW_NOTIFICATION),
    }


def badges(cases: Iterable[Case]) -> dict[uuid.UUID, dict[str, Any]]:
    """How many of the owed bodies have acknowledged, for the children among `cases`: one query."""
    children = [case.pk for case in cases if case.is_child]
    found: dict[uuid.UUID, dict[str, Any]] = {}
    if not children:
        return found
    for row in Notification.objects.filter(case__in=children).exclude(state="cancelled"):
        badge = found.setdefault(row.case_id, {"done": 0, "of": 0})
        badge["of"] += 1
        badge["done"] += row.state in ("acknowledged", "decided")
    for badge in found.values():
        badge["kind"] = "done" if badge["done"] == badge["of"] else "late"
        badge["text"] = _("%(done)s of %(of)s bodies") % badge
    return found


def still_open(case: Case) -> Iterator[closing.Open]:
    """The notifications that no body has decided on."""
    for row in case.notifications.exclude(state__in=("decided", "cancelled")).order_by("triggered_at"):
        said = {"reference": row.reference, "state": row.get_state_display()}
        yield closing.Open(_("Notification %(reference)s: %(state)s") % said,
                           reverse("referrals:detail", args=[row.pk]))  # fmt: skip


def child_bodies(district: str) -> list[str]:
    """The two bodies of a district by name, as the page says before a child is saved."""
    names = {row.body: row.name for row in Commission.objects.told_in(district)}
    where = label_in("district", district, get_language())
    return [
        names.get(body) or f"{label_in('mandatory_recipient', body, get_language())}, {where}"
        for body in BODIES
    ]


def child_told(case: Case) -> bool:
    """Whether the body that appoints a guardian is told, or will be: its notification stands."""
    return case.notifications.filter(body="guardianship").exclude(state="cancelled").exists()
