"""The account of a state body's own system: a key of the API for the inbox of that body, and nothing else.

Nobody signs in with it: the database keeps it without a password, and its key is the administrator's to
give, renew and end.
"""

import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.api import tokens
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import ApiToken, Staff
from aidcenter.roles import Role, Verb
from cases import leaving
from referrals.models import Commission, Member

VERBS = [Verb.RECEIVE_NOTIFICATION, Verb.HEAR_EVENTS]


def of(commission: Commission) -> list[tuple[Member, ApiToken | None]]:
    """The systems of the body that still ask, each with its key, or None where that has ended."""
    rows = Member.objects.filter(commission=commission, staff__is_program=True, staff__is_active=True)
    members = list(rows.select_related("staff").order_by("pk"))
    open_keys = tokens.open_now().filter(person__in=[member.staff_id for member in members])
    keys = {key.person_id: key for key in open_keys}
    return [(member, keys.get(member.staff_id)) for member in members]


@act
def add(commission: Commission, *, name: str, days: int, by: Staff) -> str:
    """Make the account of a system of the body, called `name`; its key, which is shown this once."""
    require(by, Verb.EDIT_COMMISSIONS)
    if commission.active_until and commission.active_until <= baku_today():
        raise ValidationError(_("This body has ended already."))
    program = Staff(
        role=Role.COMMISSION_MEMBER, is_program=True, username=f"program-{uuid.uuid4().hex[:12]}",
        display_name=name,
    )  # fmt: skip
    program.set_unusable_password()
    program.full_clean()
    program.save()
    Member.objects.create(staff=program, commission=commission)
    audit.record("commission.program", by=by, ids=[commission.pk], person=program.pk)
    return tokens.make(purpose=name, verbs=VERBS, days=days, by=by, person=program)


@act
def renew(member: Member, *, days: int, by: Staff) -> str:
    """A new key; the one before opens nothing from now on, and what was set up with it has ended."""
    require(by, Verb.EDIT_COMMISSIONS)
    program = Staff.objects.select_for_update(of=("self",)).get(pk=member.staff_id)
    if not (program.is_program and program.is_active):
        raise ValidationError(_("This system has ended already."))
    _end_keys(program, by=by)
    audit.record("commission.program_key", by=by, ids=[member.commission_id], person=program.pk)
    return tokens.make(purpose=program.display_name, verbs=VERBS, days=days, by=by, person=program)


@act
def end(member: Member, *, by: Staff) -> None:
    """The system asks for nothing any more; what it has acknowledged stays on record."""
    require(by, Verb.EDIT_COMMISSIONS)
    if not member.staff.is_program:
        raise ValidationError(_("This is not a system."))
    _end_keys(member.staff, by=by)
    leaving.leave(member.staff, successor=None, by=by)
    audit.record("commission.program_end", by=by, ids=[member.commission_id], person=member.staff_id)


def _end_keys(program: Staff, *, by: Staff) -> None:
    for key in tokens.of(program):
        tokens.revoke(key, by=by)
