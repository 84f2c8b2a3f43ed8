"""Who or which room is taken, said to the person in front of the screen; with what, is not said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter.templatetags.ui import dmyhm
from cases.actions import broken
from rehabilitation.calendar_triggers import USUAL
from rehabilitation.models import Booking, Service


class Taken(ValidationError):
    """Somebody, or a room, is taken at that time."""


@contextmanager
def told(service: Service) -> Iterator[None]:
    """Save `service` in here: where the database finds it taken, raise Taken, by the field of the form."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        name = broken(refusal)
        if name == "booking_person_free":
            said = _said(service, "staff", service.given_by_id)
            raise Taken({"starts_at": said}) from None
        if name == "booking_room_free":
            raise Taken({"room": _said(service, "room", service.room_id)}) from None
        if name == "service_room_in_use":
            raise ValidationError({"room": _("This room is not in use any more.")}) from None
        raise


def _said(service: Service, what: str, pk: int | None) -> str:
    """By whom until when; the other booking may be gone again by now."""
    first = service.starts_at or timezone.now()
    span = DateTimeTZRange(first, first + timedelta(minutes=service.minutes or USUAL))
    rows = Booking.objects.held().filter(during__overlap=span, clashes=False, **{what: pk})
    if service.booking_id:
        rows = rows.exclude(pk=service.booking_id)
    other: Any = rows.select_related("staff", "room").order_by("during").first()
    if other is None:
        return _("This time has just been taken. Try again.")
    name = other.staff.display_name if what == "staff" else other.room.name
    until = timezone.localtime(other.ends_at)
    end = f"{until:%H:%M}" if until.date() == timezone.localdate(other.starts_at) else dmyhm(until)
    said = {"name": name, "start": dmyhm(other.starts_at), "end": end}
    return _("%(name)s: taken from %(start)s until %(end)s. Choose another time.") % said
