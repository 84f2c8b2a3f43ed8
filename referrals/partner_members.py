"""The people of a partner who sign in: an administrator gives them their account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases import envelopes
from cases.models import Provider
from cases.models.provider import OWN
from referrals.models import PartnerMember


def partners() -> QuerySet[Provider]:
    """The providers outside of the centre that it works with today."""
    rows: QuerySet[Provider] = Provider.objects.active_on(baku_today()).exclude(kind=OWN)
    return rows


@act
def add(said: dict[str, Any], *, by: Staff) -> tuple[Staff, str]:
    """Make the account; returns it with its first password, which is kept nowhere in clear.

    The second factor is set up at the first sign-in.
    """
    require(by, Verb.EDIT_PARTNERS)
    if not partners().filter(pk=said["provider"].pk).exists():
        raise ValidationError({"provider": _("Not a partner that the centre works with.")})
    told = {name: said[name] for name in ("username", "display_name", "email", "language")}
    person, password = envelopes.account(Staff(role=Role.PARTNER, **told))
    PartnerMember.objects.create(staff=person, provider=said["provider"])
    audit.record("partner.member", by=by, person=person.pk, provider=str(said["provider"].pk))
    return person, password
