"""One's own calendar for other programs: when one is busy and nothing else, by a key that can be withdrawn.

The key is shown once and kept as its hash. Names in the feed say nothing of the centre or of its work.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from rehabilitation.calendar_rows import services_of
from rehabilitation.models import Booking, CalendarChoice, Service

KEY_BYTES = 32
BACK, AHEAD = timedelta(days=31), timedelta(days=366)
KEY = r"[\w-]{1,100}"  # what may be one


def choice_of(person: Staff) -> CalendarChoice:
    """What `person` chose; what holds until they choose, where they did not."""
    return CalendarChoice.objects.filter(pk=person.pk).first() or CalendarChoice(person=person)


@act
def choose(said: dict[str, bool], *, by: Staff) -> None:
    """Say what one's own calendar and the evening mail tell."""
    require(by, Verb.VIEW_CALENDAR)
    chosen = {name: said[name] for name in ("mail", "mail_numbers", "feed_numbers")}
    CalendarChoice.objects.update_or_create(person=by, defaults=chosen)
    audit.record(
        "calendar.choose", by=by, feed_numbers=said["feed_numbers"], mail_numbers=said["mail_numbers"]
    )


@act
def make_key(*, by: Staff) -> str:
    """A new key of one's own calendar; the one before opens nothing any more."""
    require(by, Verb.VIEW_CALENDAR)
    key = secrets.token_urlsafe(KEY_BYTES)
    made = {"key_hash": hashlib.sha256(key.encode()).hexdigest(), "key_made_at": timezone.now()}
    CalendarChoice.objects.update_or_create(person=by, defaults=made)
    audit.record("calendar.key", by=by, made=True)
    return key


@act
def withdraw_key(*, by: Staff) -> None:
    """No program reads one's own calendar any more."""
    require(by, Verb.VIEW_CALENDAR)
    CalendarChoice.objects.filter(pk=by.pk).update(key_hash="", key_made_at=None)
    audit.record("calendar.key", by=by, made=False)


def address(key: str) -> str:
    """Where a program finds the calendar; the key is in the query, which no log of ours keeps."""
    return f"{settings.SITE_URL}{reverse('feed')}?key={key}"


def whose(key: str) -> int | None:
    """Of whom the key is; None where it opens nothing, or its person has left."""
    if not re.fullmatch(KEY, key):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT calendar_of_key(%s)", [key])
        return cursor.fetchone()[0]


def written(person: Staff, now: datetime) -> tuple[bytes, list[Any]]:
    """The calendar as a file, the same while nothing changes; and the services whose case it names."""
    rows = Booking.objects.held().filter(staff=person, day__range=((now - BACK).date(), (now + AHEAD).date()))
    bookings = list(rows.order_by("during", "pk"))
    known = services_of(bookings, person) if choice_of(person).feed_numbers else {}
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Work"))
    for booking in bookings:
        calendar.add_component(_event(booking, known.get(booking.pk, [])))
    return calendar.to_ical(), [service.pk for rows in known.values() for service in rows]


def _event(booking: Booking, services: list[Service]) -> Event:
    event = Event()
    event.add("uid", str(booking.pk))
    event.add("dtstamp", booking.changed_at)
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    event.add("summary", ", ".join(service.case.number for service in services) or _("Busy"))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event
