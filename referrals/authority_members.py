"""The people of a state body: their accounts, their ten sealed codes, and who stands in for whom."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb, may
from cases import envelopes
from cases.envelopes import CODES, Envelope
from referrals import authorities
from referrals.models import Commission, Member, MemberAway

TEN = 10


@act
def add(commission: Commission, said: dict[str, Any], *, by: Staff) -> Envelope:
    """Make the account of a member; its first sign-in needs the password and one of the codes."""
    require(by, Verb.EDIT_COMMISSIONS)
    authorities.still_acts(commission)
    told = {name: said[name] for name in ("username", "display_name", "email", "language")}
    person, password = envelopes.account(Staff(role=Role.COMMISSION_MEMBER, **told))
    Member.objects.create(staff=person, commission=commission)
    audit.record("commission.member", by=by, ids=[commission.pk], person=person.pk)
    return envelopes.sealed(person, password)


@act
def reissue(member: Member, *, by: Staff) -> Envelope:
    """Ten new codes; the old ones open nothing from now on."""
    require(by, Verb.EDIT_COMMISSIONS)
    person = Staff.objects.select_for_update(of=("self",)).get(pk=member.staff_id)
    if not person.is_active:
        raise ValidationError(_("This person has left already."))
    audit.record("commission.codes", by=by, ids=[member.commission_id], person=person.pk)
    return envelopes.sealed(person)


def codes_left(members: list[Member]) -> dict[int, int]:
    """How many of their codes are unused, by the person's id; who has none is not there."""
    rows = Authenticator.objects.filter(type=CODES, user__in=[member.staff_id for member in members])
    return {row.user_id: TEN - int(row.data.get("used_mask", 0)).bit_count() for row in rows}


# --- away, and the deputy ---------------------------------------------------------------------


def open_aways() -> QuerySet[MemberAway]:
    """Absences of today and later between two who are still of one body, the next first."""
    rows = MemberAway.objects.filter(
        ended_at__isnull=True, last_day__gte=baku_today(), deputy__commission=F("member__commission"),
        member__staff__is_active=True, deputy__staff__is_active=True,
    )  # fmt: skip
    return rows.select_related("member__staff", "deputy__staff").order_by("first_day", "pk")


def deputies(member: Member) -> QuerySet[Member]:
    """Who may stand in for `member`: a colleague of the same body who is not away."""
    away = open_aways().filter(first_day__lte=baku_today()).values("member")
    rows = Member.objects.people().filter(commission=member.commission_id)
    return rows.exclude(pk=member.pk).exclude(pk__in=away).select_related("staff")


def _may_say(member: Member, by: Staff) -> None:
    """Raise PermissionDenied unless `by` is that member, or keeps the bodies."""
    if member.staff_id != by.pk or not may(by, Verb.RECEIVE_NOTIFICATION):
        require(by, Verb.EDIT_COMMISSIONS)


@act
def plan(member: Member, *, deputy: Member, first_day: date, last_day: date, by: Staff) -> MemberAway:
    """`member` is away from `first_day` to `last_day`, both included, and `deputy` stands in."""
    _may_say(member, by)
    if deputy not in deputies(member):
        raise ValidationError({"deputy": _("This person cannot stand in: choose another.")})
    if first_day < baku_today():
        raise ValidationError({"first_day": _("The first day has passed.")})
    if last_day < first_day:
        raise ValidationError({"last_day": _("The end lies before the beginning.")})
    if open_aways().filter(member=member, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise ValidationError(_("An absence in these days is there already; end it first."))
    made = MemberAway.objects.create(
        member=member, deputy=deputy, first_day=first_day, last_day=last_day, set_by=by
    )
    audit.record("commission.away", by=by, person=member.staff_id, deputy=deputy.staff_id)
    return made


@act
def back(away: MemberAway, *, by: Staff) -> None:
    """The member is back, or the absence is called off."""
    _may_say(away.member, by)
    MemberAway.objects.filter(pk=away.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    audit.record("commission.back", by=by, person=away.member.staff_id, deputy=away.deputy.staff_id)


def stands_in_for(person: Staff, today: date) -> set[int]:
    """The ids of the colleagues for whom `person` stands in today: what is open to them is open here."""
    rows = open_aways().filter(deputy__staff=person, first_day__lte=today)
    return set(rows.values_list("member__staff", flat=True))
