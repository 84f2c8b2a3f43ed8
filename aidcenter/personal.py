"""What a person chose for themselves: how pages look, whether names are hidden, the end of other sessions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest

from aidcenter import audit, registry
from aidcenter.context import act
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff

CHOICES = ("language", "theme", "compact", "hides_names", "has_keys")
SIGN_INS = ("sign_in", "sign_in.failed", "sign_in.code", "sign_out", "sessions.end")
LAST_SIGN_INS = 6


@dataclass(frozen=True)
class Panel:
    """What an app says on the page of one's own settings, through the slot `personal`."""

    title: object
    lines: Sequence[object]
    links: list[tuple[str, object]] = field(default_factory=list)  # address, words


def panels(person: Staff, today: date) -> Iterator[Panel]:
    """What each app says to `person`."""
    for answer in registry.ask("personal", person, today):
        yield from answer


@act
def choose(said: dict[str, Any], *, by: Staff) -> None:
    """Keep what `by` chose for themselves."""
    Staff.objects.filter(pk=by.pk).update(**{name: said[name] for name in CHOICES})
    audit.record("settings.change", by=by)


@act
def end_other_sessions(*, by: Staff) -> Staff:
    """Every session of `by` ends at its next request; the one that asks is to be given the new mark."""
    Staff.objects.filter(pk=by.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
    audit.record("sessions.end", by=by)
    return Staff.objects.get(pk=by.pk)


def sign_ins(person: Staff) -> list[AuditEvent]:
    """The last times somebody came in, or tried to, as `person`; newest first."""
    rows = AuditEvent.objects.filter(actor_id=person.pk, action__in=SIGN_INS)
    return list(rows.order_by("-at", "-pk")[:LAST_SIGN_INS])


def done_as(person: Staff, day: date) -> QuerySet[AuditEvent]:
    """What was done and opened in the name of `person` on `day` in Baku, newest first."""
    rows = AuditEvent.objects.filter(actor_id=person.pk, at__gte=at_start_of(day))
    return rows.filter(at__lt=at_start_of(day + timedelta(days=1))).order_by("-at", "-pk")


def with_numbers(rows: list[AuditEvent], person: Staff) -> list[AuditEvent]:
    """The same events, each with the `number` of its case where `person` reads that case now."""
    known: dict[Any, str] = {}
    for answer in registry.ask("case_numbers", {row.case_id for row in rows if row.case_id}, person):
        known |= answer
    for row in rows:
        row.number = known.get(row.case_id, "")  # type: ignore[attr-defined] # for the page
    return rows


# --- on every page ----------------------------------------------------------------------------


def _chose(request: HttpRequest, name: str, otherwise: object) -> Any:
    """What the person of `request`, whose row is there already, chose."""
    user = getattr(request, "user", None)
    return getattr(user, name) if user is not None and user.is_authenticated else otherwise


def theme(request: HttpRequest) -> str:
    """light, dark, or nothing: as the device."""
    return str(_chose(request, "theme", ""))


def compact(request: HttpRequest) -> bool:
    """Whether lines stand closer together."""
    return bool(_chose(request, "compact", False))


def has_keys(request: HttpRequest) -> bool:
    """Whether single keys open pages."""
    return bool(_chose(request, "has_keys", False))


def hides_names(request: HttpRequest) -> bool:
    """Whether this page hides the names of victims; they are asked for on each page anew."""
    return bool(_chose(request, "hides_names", False)) and request.GET.get("names") != "show"


def shows_names(request: HttpRequest) -> bool:
    """The other way round, for the filter `personal`."""
    return not hides_names(request)


def names_url(request: HttpRequest) -> str:
    """This page with its names; nothing where a form was sent, which would be lost."""
    query = request.GET.copy()
    query["names"] = "show"
    return f"?{query.urlencode()}" if request.method == "GET" and hides_names(request) else ""
