"""What people do with services."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import require
from cases.models import Case
from rehabilitation.models import Service


@act
def record_service(case: Case, *, service_type: str, delivered_on: date, by: Staff) -> Service:
    """Record that a service was delivered in `case` on a day that has come and that the case has seen."""
    require(by, Verb.RECORD_SERVICE)
    if not case.opened_on <= delivered_on <= baku_today():
        raise ValidationError(
            {"delivered_on": _("The day must lie between the opening of the case and today.")}
        )
    service = Service.objects.create(case=case, type=service_type, delivered_on=delivered_on, recorded_by=by)
    audit.record("service.record", by=by, case=case.pk, ids=[service.pk], type=service_type)
    return service
