"""The mail of the evening before: how many appointments there are, and no more unless one chose so."""

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from aidcenter import audit, mails
from aidcenter.clock import baku_today
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Verb, may
from rehabilitation.models import Booking, CalendarChoice

ACT = "calendar.remind"


def send() -> int:
    """Mail each person once who has appointments tomorrow and did not decline the mail; how many."""
    today, sent = baku_today(), 0
    told = set(
        AuditEvent.objects.filter(action=ACT, at__gte=at_start_of(today)).values_list("actor_id", flat=True)
    )
    day, choices = today + timedelta(days=1), CalendarChoice.objects.in_bulk()
    numbers = _numbers_on(day)
    for person, bookings in _of(day).items():
        choice = choices.get(person.pk) or CalendarChoice(person=person)
        if person.pk in told or not choice.mail or not may(person, Verb.VIEW_CALENDAR):
            continue
        if mails.taken(_mail(person, bookings, numbers if choice.mail_numbers else None)):
            audit.record(ACT, by=person, number=len(bookings))
            sent += 1
    return sent


def _mail(person: Staff, bookings: list[Booking], numbers: dict[object, list[str]] | None) -> EmailMessage:
    with override(person.language):
        return EmailMessage(subject=_("Tomorrow"), body=_body(bookings, numbers), to=[person.email])


def _of(day: date) -> dict[Staff, list[Booking]]:
    """The bookings of that day, by whom they hold."""
    rows = Booking.objects.held().filter(day=day, staff__is_active=True).exclude(staff__email="")
    found: dict[Staff, list[Booking]] = defaultdict(list)
    for booking in rows.select_related("staff").order_by("during"):
        if booking.staff:
            found[booking.staff].append(booking)
    return found


def _numbers_on(day: date) -> dict[object, list[str]]:
    """The case numbers behind the bookings of that day, as far as somebody chose to be told them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking, number FROM bookings_numbered(%s)", [day])
        rows = cursor.fetchall()
    found: dict[object, list[str]] = defaultdict(list)
    for booking, number in rows:
        found[booking].append(number)
    return found


def _body(bookings: list[Booking], numbers: dict[object, list[str]] | None) -> str:
    first = timezone.localtime(bookings[0].starts_at).strftime("%H:%M")
    said = ngettext(
        "You have %(count)s appointment tomorrow, at %(time)s.",
        "You have %(count)s appointments tomorrow, the first at %(time)s.",
        len(bookings),
    ) % {"count": len(bookings), "time": first}
    lines = [said]
    if numbers is not None:
        lines += [_line(booking, numbers.get(booking.pk, [])) for booking in bookings]
    return "\n".join([*lines, "", f"{settings.SITE_URL}{reverse('calendar:calendar')}", ""])


def _line(booking: Booking, numbers: list[str]) -> str:
    first, end = timezone.localtime(booking.starts_at), timezone.localtime(booking.ends_at)
    return f"{first:%H:%M}–{end:%H:%M}  {', '.join(numbers)}".rstrip()
