"""What cases say on the page of one's own settings: deputies, and who else opened one's cases."""

import uuid
from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter.models import Staff
from aidcenter.personal import Panel
from aidcenter.roles import Verb, may
from aidcenter.templatetags.ui import dmy
from cases import absence
from cases.models import Absence, Case


def panels(person: Staff, _today: date) -> Iterator[Panel]:
    """Who stands in for the person, for whom the person stands in, and the way to who looked."""
    if may(person, Verb.PLAN_ABSENCE):
        rows = absence.open_absences().filter(Q(person=person) | Q(deputy=person))
        lines = [_said(row, person) for row in rows] or [_("You are not away, and stand in for nobody.")]
        yield Panel(_("Deputies"), lines, [(reverse("cases:absence"), _("Say when I am away"))])
    if may(person, Verb.CHANGE_CASE):
        lines = [_("Supervisors, deputies, those you share with, and urgent access.")]
        link = (reverse("cases:opened"), _("Who opened your cases"))
        yield Panel(_("Who else looks at my cases"), lines, [link])


def _said(row: Absence, person: Staff) -> str:
    said = {"first": dmy(row.first_day), "last": dmy(row.last_day)}
    if row.person_id == person.pk:
        return _("%(first)s – %(last)s: %(name)s stands in for you.") % (
            said | {"name": row.deputy.display_name}
        )
    return _("%(first)s – %(last)s: you stand in for %(name)s.") % (said | {"name": row.person.display_name})


def case_of_number(number: str) -> uuid.UUID | None:
    """The id of that case, for the auditor; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_of_number(%s)", [number])
        found: uuid.UUID | None = cursor.fetchone()[0]
    return found


def numbers(ids: set[uuid.UUID], person: Staff) -> dict[uuid.UUID, str]:
    """The numbers of those of the cases that `person` reads now."""
    return dict(Case.objects.visible_to(person).filter(pk__in=ids).values_list("pk", "number"))
