"""Staff leave in one action: no session, factor, grant or share is left, and the cases are handed over."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases.actions import broken


def successors(person: Staff) -> QuerySet[Staff]:
    """Who may take over the cases, and the team, of `person`."""
    colleagues = Staff.objects.filter(is_active=True, role__in=(Role.CASEWORKER, Role.SUPERVISOR))
    return (
        colleagues.filter(team__isnull=False, team=person.team).exclude(pk=person.pk).order_by("display_name")
    )


@act
def leave(person: Staff, *, successor: Staff | None, by: Staff) -> int:
    """End everything that `person` may do; returns how many cases `successor` has taken over."""
    require(by, Verb.END_STAFF)
    if person == by:
        raise ValidationError(_("Somebody else ends your own access."))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT staff_leaves(%s, %s)", [person.pk, successor.pk if successor else None])
            cases = cursor.fetchone()[0]
    except IntegrityError as refusal:
        raise refused(refusal) from None
    if cases is None:
        raise ValidationError(_("This person has left already."))
    audit.record("staff.leave", by=by, person=person.pk, cases=cases)
    return int(cases)


def refused(refusal: IntegrityError) -> ValidationError:
    """In words what the database has refused about a post that somebody leaves."""
    said = {
        "leaving_leaves_a_supervisor": _("The team would have no supervisor: choose one who takes over."),
        "leaving_hands_over": _("This person has cases: choose who takes them over."),
    }.get(broken(refusal))
    if said:
        return ValidationError({"successor": said})
    if broken(refusal) == "staff_keeps_one":
        return ValidationError(_("Nobody else could do this work: give it to somebody else first."))
    return ValidationError(_("Somebody has changed this meanwhile: look at it again."))
