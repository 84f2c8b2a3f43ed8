"""Setting a deadline or an amount of the centre, from a day on and with a reason."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import centre
from cases.models import CentreValue


@act
def put(key: str, *, value: Decimal, since: date, reason: str, by: Staff) -> CentreValue:
    """From `since` on `key` is `value`."""
    require(by, Verb.EDIT_SETTINGS)
    check(key, value, since)
    made = CentreValue.objects.create(key=key, value=value, since=since, reason=reason, set_by=by)
    centre.forget()
    audit.record("centre.set", by=by, key=key, value=str(value), since=str(since))
    return made


def check(key: str, said: Decimal, since: date) -> None:
    """Say kindly what does not fit; raises ValidationError by field."""
    one = centre.ALL[key]
    if since < baku_today():
        raise ValidationError({"since": _("From today on, or later.")})
    if not one.least <= said <= one.most:
        between = {"least": one.least.normalize(), "most": one.most}
        raise ValidationError({"value": _("Between %(least)s and %(most)s.") % between})
    if one.unit not in (centre.HOURS, centre.AZN) and said != int(said):
        raise ValidationError({"value": _("A whole number.")})
    if said == centre.value(key, since):
        raise ValidationError({"value": _("It is that already on this day.")})
    steps = [said if step == key else centre.value(step, since) for step in centre.LADDER]
    if key in centre.LADDER and any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValidationError({"value": _("Each step of the ladder comes after the one before it.")})
