"""Absence with a deputy: cases and duties reach the deputy from the first day, and leave after the last.

The database derives the access (cases/sql/absence.sql); new cases of the absent person are in it too.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases.models import Absence

LONGEST = timedelta(days=180)


def may_be_said_absent(by: Staff) -> QuerySet[Staff]:
    """Of whom `by` may say that they are away: oneself; a supervisor, of the caseworkers of the team too."""
    people = Q(pk=by.pk)
    if by.role == Role.SUPERVISOR and by.team_id:
        people |= Q(team=by.team_id, role=Role.CASEWORKER)
    return Staff.objects.filter(people, is_active=True).order_by("display_name")


def deputies(by: Staff) -> QuerySet[Staff]:
    """Whom `by` may name as a deputy, of themselves or of the team; who fits whom, the database knows."""
    mates = Q(team__isnull=False, team=by.team_id, role__in=(Role.CASEWORKER, Role.SUPERVISOR))
    if by.role == Role.SUPERVISOR:
        mates |= Q(role=Role.SUPERVISOR)
    people = Staff.objects.filter(mates, is_active=True).exclude(pk__in=back())
    return people.order_by("display_name")


def open_absences() -> QuerySet[Absence]:
    """Absences of today and later, the next first."""
    rows = Absence.objects.filter(ended_at__isnull=True, last_day__gte=baku_today())
    return rows.select_related("person", "deputy").order_by("first_day", "pk")


def back() -> dict[int, date]:
    """The last day of the absence of each who is away today."""
    return dict(open_absences().filter(started=True).values_list("person_id", "last_day"))


@act
def plan(person: Staff, *, deputy: Staff, first_day: date, last_day: date, by: Staff) -> Absence:
    """`person` is away from `first_day` to `last_day`, both included, and `deputy` stands in."""
    require(by, Verb.PLAN_ABSENCE)
    if person not in may_be_said_absent(by):
        raise ValidationError({"person": _("You say this of yourself, or of a caseworker of your team.")})
    if first_day < baku_today():
        raise ValidationError({"first_day": _("The first day has passed.")})
    if not first_day <= last_day <= first_day + LONGEST:
        raise ValidationError(
            {"last_day": _("The last day must be between the first day and half a year after it.")}
        )
    if open_absences().filter(person=person, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise ValidationError(_("An absence in these days is there already; end it first."))
    try:
        with transaction.atomic():
            made = Absence.objects.create(
                person=person, deputy=deputy, first_day=first_day, last_day=last_day, set_by=by
            )
    except IntegrityError:
        raise ValidationError({"deputy": _("This person cannot stand in: choose another.")}) from None
    audit.record("absence.plan", by=by, person=person.pk, deputy=deputy.pk)
    return made


@act
def end(absence: Absence, *, by: Staff) -> None:
    """The person is back, or the absence is called off; the deputy sees nothing of it any more."""
    require(by, Verb.PLAN_ABSENCE)
    Absence.objects.filter(pk=absence.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    audit.record("absence.end", by=by, person=absence.person_id, deputy=absence.deputy_id)


def start_due() -> int:
    """Begin the absences whose first day has come; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT absences_start()")
        return int(cursor.fetchone()[0])
