"""What may happen to a service that is there: which acts are possible now, the form of each, and doing it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone

from aidcenter import workflow
from aidcenter.clock import baku_today
from aidcenter.models import Staff
from cases import notes
from cases.models import Case
from rehabilitation import actions, bookings
from rehabilitation.forms import DeliverForm, MoveForm, NoteForm, NotGivenForm, WhyForm
from rehabilitation.models import Service

FORMS: dict[str, type[forms.Form]] = {
    "deliver": DeliverForm, "move": MoveForm, "end": NotGivenForm, "rest": WhyForm, "note": NoteForm,
    "strike": WhyForm,
}  # fmt: skip


def offered(row: Service, person: Staff) -> list[str]:
    """The names of what may happen to the service now."""
    if row.struck_at or row.case.state in Case.CLOSED:
        return []
    return [name for name in _names(row) if name != "note" or writes_note(row, person)]


def _names(row: Service) -> list[str]:
    if row.is_open:
        return ["deliver", "move", "end", *(["rest"] if len(bookings.rest_of(row)) > 1 else [])]
    if row.state == "missed":
        return ["move", "strike"]
    return [*(["note"] if row.state == "delivered" and not row.note_id else []), "strike"]


def first(row: Service) -> dict[str, Any]:
    """What the forms say before somebody changes them."""
    today = baku_today()
    starts_at = timezone.localtime(row.starts_at) if row.starts_at else None
    day = min(starts_at.date(), today) if starts_at else today
    said = {"delivered_on": day, "quantity": row.quantity, "minutes": row.minutes or ""}
    return said | {"starts_at": starts_at, "room": row.room_id}


def at_once(row: Service) -> dict[str, dict[str, str]]:
    """What is posted to say, without more, that it was given, or, where that is possible, missed."""
    begin = first(row)
    said = {f"deliver-{name}": str(begin[name]) for name in ("delivered_on", "quantity", "minutes")}
    found = {"delivered": {"act": "deliver", **said}}
    if workflow.SERVICE.allows(row.state, "missed") and not bookings.lies_ahead(row):
        found["missed"] = {"act": "end", "end-state": "missed"}
    return found


def writes_note(row: Service, person: Staff) -> bool:
    """Whether `person` reads the section that the note of the service is for."""
    return not row.section or row.section in notes.sections_of(row.case, person)


def _deliver(row: Service, said: dict[str, Any], by: Staff) -> None:
    day = said.pop("delivered_on")
    actions.deliver(row, delivered_on=day, facts=actions.Facts(**said), by=by)


ACTS: dict[str, Callable[[Service, dict[str, Any], Staff], object]] = {
    "deliver": _deliver,
    "move": lambda row, said, by: bookings.move(row, starts_at=said["starts_at"], room=said["room"], by=by),
    "end": lambda row, said, by: bookings.not_given(row, state=said["state"], why=said["why"], by=by),
    "rest": lambda row, said, by: bookings.cancel_rest(row, why=said["why"], by=by),
    "note": lambda row, said, by: bookings.write_note(row, text=said["note"], by=by),
    "strike": lambda row, said, by: bookings.strike(row, why=said["why"], by=by),
}
