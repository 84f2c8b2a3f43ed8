"""A session for several people, booked or recorded: a service in each case, and no case shows the others."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from aidcenter import audit, crypto
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.models import Case
from rehabilitation import bookings
from rehabilitation.actions import NOTHING, Facts, record_service
from rehabilitation.models import GroupSession, Service
from rehabilitation.taken import Taken

MOST = 40  # people


def open_cases(person: Staff) -> list[Case]:
    """The open cases that `person` may change, to be ticked; with the keys of their people."""
    rows = Case.objects.changeable_by(person).exclude(state__in=Case.CLOSED)
    found = list(rows.select_related("victim").order_by("-number"))
    crypto.load_keys(case.victim for case in found)
    return found


@act
def record_together(
    cases: Iterable[uuid.UUID], *, service_type: str, delivered_on: date, by: Staff, facts: Facts = NOTHING
) -> list[Service]:
    """Record that all of them had one service together: in every case, or in none."""
    require(by, Verb.RECORD_SERVICE)
    found = _together(list(cases), by)
    made = []
    for case in found:
        with _naming(case):
            made.append(
                record_service(case, service_type=service_type, delivered_on=delivered_on, by=by, facts=facts)
            )
    GroupSession.objects.create(made_by=by, services=[row.pk for row in made])
    audit.record("service.group", by=by, number=len(made))
    return made


@act
def book_together(
    cases: Iterable[uuid.UUID], *, service_type: str, starts_at: datetime, by: Staff, facts: Facts = NOTHING
) -> list[Service]:
    """Book one session for all of them, which takes its time and its room once: in every case, or in none."""
    require(by, Verb.RECORD_SERVICE)
    found, when = _together(list(cases), by), bookings.When(starts_at)
    made: list[Service] = []
    session = None
    for case in found:
        with _naming(case):
            made += bookings.book(case, when, service_type=service_type, by=by, facts=facts, session=session)
        session = session or Service.objects.values_list("booking", flat=True).get(pk=made[0].pk)
    GroupSession.objects.create(made_by=by, services=[row.pk for row in made])
    audit.record("service.group_book", by=by, number=len(made))
    return made


@contextmanager
def _naming(case: Case) -> Iterator[None]:
    """A refusal says in which case; that the time is taken is so for all of them."""
    try:
        yield
    except Taken:
        raise
    except ValidationError as refusal:
        raise ValidationError(f"{case.number}: {' '.join(refusal.messages)}") from None


def _together(ids: list[uuid.UUID], by: Staff) -> list[Case]:
    """The cases `ids`, of so many people, with their keys; a foreign one is absent."""
    if not 2 <= len(ids) <= MOST:
        raise ValidationError(
            {"cases": _("Tick two people at least, and %(most)s at most.") % {"most": MOST}}
        )
    found = list(Case.objects.changeable_by(by).filter(pk__in=ids).select_related("victim", "owner"))
    if {case.pk for case in found} != set(ids):
        raise Http404
    if len({case.victim_id for case in found}) != len(ids):
        raise ValidationError({"cases": _("One person is ticked twice.")})
    crypto.load_keys(case.victim for case in found)
    return found
