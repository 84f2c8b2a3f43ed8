"""Services that lie ahead: planned, booked, in series; moved, not given; and errors struck out."""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.models import Case
from rehabilitation import taken
from rehabilitation.actions import NOTHING, Facts, check, locked, noted
from rehabilitation.models import Room, Service
from rehabilitation.models.service import NOT_GIVEN, OPEN

MOST = 52  # of a series
AHEAD = timedelta(days=366)
KEEP = Room()  # the room that it has already


class When(NamedTuple):
    """When a service is to be: `times` times, every so many days; `state` is planned or booked."""

    starts_at: datetime | None
    state: str = "booked"
    times: int = 1
    every: int = 7

    def moments(self) -> list[datetime | None]:
        """When each begins; raises ValidationError where that cannot be meant."""
        if self.starts_at is None:
            if self.state == "booked" or self.times > 1:
                raise ValidationError({"starts_at": _("What is booked has a day and a time.")})
            return [None]
        if not (1 <= self.times <= MOST and 1 <= self.every <= 366):
            raise ValidationError(
                ngettext(
                    "A series has %(most)s session at most.", "A series has %(most)s sessions at most.", MOST
                )
                % {"most": MOST}
            )
        found = [self.starts_at + timedelta(days=self.every * number) for number in range(self.times)]
        check_ahead(found[0])
        check_ahead(found[-1])
        return list(found)


def check_ahead(starts_at: datetime) -> None:
    """Raise ValidationError unless the moment is of today or later, within a year."""
    if starts_at < at_start_of(baku_today()):
        raise ValidationError({"starts_at": _("This day has passed: record the service as delivered.")})
    if starts_at > timezone.now() + AHEAD:
        raise ValidationError({"starts_at": _("This lies more than a year ahead.")})


@act
def book(
    case: Case,
    when: When,
    *,
    service_type: str,
    by: Staff,
    facts: Facts = NOTHING,
    session: uuid.UUID | None = None,
) -> list[Service]:
    """Plan or book a service, or a series of them, in one act; `session`: the booking that a group shares."""
    require(by, Verb.RECORD_SERVICE)
    moments = when.moments()
    series = uuid.uuid4() if len(moments) > 1 else None
    rows = []
    for starts_at in moments:
        day = timezone.localdate(starts_at) if starts_at else baku_today()
        said = check(case, service_type, day, facts, by)
        rows.append(
            Service(case=case, victim=case.victim, type=service_type, state=when.state, starts_at=starts_at,
                    series=series, booking_id=session, recorded_by=by, **said)
        )  # fmt: skip
    for row in rows:
        with taken.told(row):
            row.save(force_insert=True)
    ids = [row.pk for row in rows]
    audit.record("service.book", by=by, case=case.pk, ids=ids, type=service_type, state=when.state)
    return rows


@act
def move(service: Service, *, starts_at: datetime, by: Staff, room: Room | None = KEEP) -> None:
    """Another time or room: what was planned is booked for it, what was missed is planned anew."""
    require(by, Verb.RECORD_SERVICE)
    now, state = locked(service), "planned" if service.state == "missed" else "booked"
    if (now.state, state) != ("booked", "booked"):
        workflow.SERVICE.check(now.state, state)
    check_ahead(starts_at)
    now.state, now.starts_at, now.why_not = state, starts_at, ""
    if room is not KEEP:
        now.room = room
    with taken.told(now):
        now.save(update_fields=["state", "starts_at", "room", "why_not"])
    audit.record("service.move", by=by, case=now.case_id, ids=[now.pk])


@act
def not_given(service: Service, *, state: str, why: str, by: Staff) -> None:
    """It was missed, or, with the reason, refused by the person or cancelled."""
    require(by, Verb.RECORD_SERVICE)
    _end(locked(service), state, why)
    audit.record("service.end", by=by, case=service.case_id, ids=[service.pk], state=state)


def lies_ahead(service: Service) -> bool:
    """Whether it has not begun."""
    return service.starts_at is not None and service.starts_at > timezone.now()


def _end(now: Service, state: str, why: str) -> None:
    if state not in NOT_GIVEN:
        raise ValidationError({"state": _("Choose.")})
    workflow.SERVICE.check(now.state, state)
    if not why and state != "missed":
        raise ValidationError({"why": _("Say why it was not given.")})
    now.state, now.why_not = state, why
    now.save(update_fields=["state", "why_not"])


def rest_of(service: Service) -> list[Service]:
    """What is still to be given of its series, from it on."""
    if not service.series or not service.starts_at:
        return []
    rows = Service.objects.open().filter(
        case=service.case_id, series=service.series, starts_at__gte=service.starts_at
    )
    return list(rows.order_by("starts_at"))


@act
def cancel_rest(service: Service, *, why: str, by: Staff) -> int:
    """Cancel what is still to be given of a series, from `service` on; how many."""
    require(by, Verb.RECORD_SERVICE)
    locked(service)
    rows = rest_of(service)
    for row in rows:
        row.case, row.victim = service.case, service.case.victim
        _end(locked(row), "cancelled", why)
    ids = [row.pk for row in rows]
    audit.record("service.end", by=by, case=service.case_id, ids=ids, state="cancelled")
    return len(rows)


@act
def write_note(service: Service, *, text: str, by: Staff) -> None:
    """The note of a service that was delivered; with it, access that rested on the session ends."""
    require(by, Verb.RECORD_SERVICE)
    now = locked(service)
    if now.state != "delivered" or now.note_id:
        raise ValidationError(_("This service has its note, or was not delivered."))
    if not text:
        raise ValidationError({"note": _("Write the note.")})
    now.note = noted(now.case, now.type, text, by=by)
    now.save(update_fields=["note"])
    audit.record("service.note", by=by, case=now.case_id, ids=[now.pk])


@act
def strike(service: Service, *, why: str, by: Staff) -> None:
    """Strike out a service that was recorded in error; it stays to be read, and does not count."""
    require(by, Verb.RECORD_SERVICE)
    now = locked(service)
    if now.state in OPEN:
        raise ValidationError(_("What is still to be given is cancelled, not struck out."))
    if not why:
        raise ValidationError({"why": _("Say why it is struck out.")})
    now.struck_at, now.struck_by, now.struck_why = Now(), by, why
    now.save(update_fields=["struck_at", "struck_by", "struck_why"])
    audit.record("service.strike", by=by, case=now.case_id, ids=[now.pk])
