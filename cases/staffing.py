"""Who works here as what: accounts, roles and teams, asked by an administrator and put in force by another.

An administrator never changes themselves, and alone lets nobody into a role that reaches cases. The first way
in is in two hands too: ten codes from the administrator, the password from who puts it in force.
"""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, mails, notices
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.context import act
from aidcenter.models import Staff, Team
from aidcenter.roles import BY_TWO, OUTSIDE, Role, Verb, may
from cases import envelopes
from cases.envelopes import Envelope
from cases.leaving import refused
from cases.models import StaffChange

POST = ("role", "team", "profession")
SAID = (*POST, "email")


def people() -> QuerySet[Staff]:
    """Whose role and team are given here: the people of the centre."""
    return Staff.objects.exclude(role__in=OUTSIDE).filter(is_program=False)


def has_second(person: Staff | None, by: Staff) -> bool:
    """Whether there is somebody who may put in force what `by` asks for `person`."""
    others = Staff.objects.filter(role__in=(Role.SUPERVISOR, Role.DIRECTOR), is_active=True)
    return others.exclude(pk__in=[by.pk, person.pk if person else by.pk]).exists()


def waits_for_another(person: Staff | None, said: dict[str, Any], by: Staff) -> bool:
    """Whether what is asked is put in force by somebody else, or at once."""
    moves = person is None or not person.is_active or any(getattr(person, n) != said[n] for n in POST)
    return moves and said["role"] in BY_TWO and has_second(person, by)


@act
def add(said: dict[str, Any], *, by: Staff) -> Envelope:
    """Make the account: `said` has SAID, display_name, username, language and reason.

    The envelope has ten codes, and the password where nobody else puts it in force.
    """
    require(by, Verb.EDIT_STAFF)
    told = {name: said[name] for name in ("username", "display_name", "language", *SAID)}
    person = Staff(is_active=False, **told)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    made = _ask(person, said, by=by)
    audit.record("staff.add", by=by, ids=[made.pk], person=person.pk)
    return envelopes.sealed(person, envelopes.first_password(person) if made.approved else "")


@act
def change(person: Staff, said: dict[str, Any], *, by: Staff) -> StaffChange:
    """Ask that `person` is what `said` says: SAID, successor and reason. Who has left comes back by it."""
    require(by, Verb.EDIT_STAFF)
    if person == by:
        raise ValidationError(_("Somebody else changes your role and team."))
    if person.is_active and all(getattr(person, name) == said[name] for name in SAID):
        raise ValidationError(_("Nothing has changed."))
    made = _ask(person, said, by=by)
    audit.record("staff.change", by=by, ids=[made.pk], person=person.pk)
    return made


@act
def way_in(row: StaffChange, *, by: Staff) -> Envelope:
    """Ten codes for who comes back by `row`; the password too where nobody else puts it in force."""
    require(by, Verb.EDIT_STAFF)
    if not row.opens or row.asked_by_id != by.pk:
        raise ValidationError(_("This person has a way in already."))
    person = Staff.objects.get(pk=row.person_id)
    return envelopes.sealed(person, envelopes.first_password(person) if row.approved else "")


def _ask(person: Staff, said: dict[str, Any], *, by: Staff) -> StaffChange:
    asked = {name: said[name] for name in (*SAID, "reason")} | {"successor": said.get("successor")}
    try:
        with transaction.atomic():
            made = StaffChange.objects.create(person=person, asked_by=by, **asked)
    except IntegrityError as refusal:
        if "staff_change_one_open" in str(refusal):
            raise ValidationError(_("A change of this person waits already: withdraw it first.")) from None
        raise refused(refusal) from None
    made.refresh_from_db()
    person.refresh_from_db()
    _told_soon(made)
    return made


def _told_soon(row: StaffChange) -> None:
    if row.approved:
        transaction.on_commit(lambda: enqueue("cases.tell_staff_changes"))


@act
def decide(row: StaffChange, *, approved: bool, answer: str = "", by: Staff) -> str:
    """Put in force what was asked, or return it; the password of who begins by it, else ""."""
    require(by, Verb.CONFIRM_STAFF)
    if by.pk in (row.person_id, row.asked_by_id):
        raise ValidationError(_("Somebody else puts this in force."))
    if not approved and not answer:
        raise ValidationError(_("Say why it is returned."))
    _end(row, approved=approved, answer=answer, by=by)
    audit.record("staff.decide", by=by, ids=[row.pk], person=row.person_id, approved=approved)
    _told_soon(row)
    return envelopes.first_password(Staff.objects.get(pk=row.person_id)) if approved and row.opens else ""


@act
def withdraw(row: StaffChange, *, by: Staff) -> None:
    """What waits is not asked any more."""
    require(by, Verb.EDIT_STAFF)
    _end(row, approved=False, answer="", by=by)
    audit.record("staff.decide", by=by, ids=[row.pk], person=row.person_id, approved=False)


def _end(row: StaffChange, *, approved: bool, answer: str, by: Staff) -> None:
    rows = StaffChange.objects.filter(pk=row.pk, approved__isnull=True)
    try:
        with transaction.atomic():
            found = rows.update(approved=approved, answer=answer, decided_by=by, decided_at=Now())
    except IntegrityError as refusal:
        raise ValidationError(refused(refusal).messages) from None
    if not found:
        raise ValidationError(_("This was decided already."))
    row.refresh_from_db()


def history(person: Staff) -> QuerySet[StaffChange]:
    """What was asked about `person`, and what became of it; the latest first."""
    return person.changes.select_related("team", "asked_by", "decided_by")


def to_decide(by: Staff) -> QuerySet[StaffChange]:
    """What waits for `by` to put it in force."""
    rows = StaffChange.objects.filter(approved__isnull=True).select_related("person", "team", "asked_by")
    return rows.exclude(Q(person=by) | Q(asked_by=by)) if may(by, Verb.CONFIRM_STAFF) else rows.none()


# --- teams ------------------------------------------------------------------------------------


def teams() -> QuerySet[Team]:
    """Every team, with how many people are in it."""
    return Team.objects.annotate(people=Count("staff", filter=Q(staff__is_active=True))).order_by("name")


@act
def keep_team(team: Team, name: str, *, by: Staff) -> None:
    """Add the team, or call it `name` from now on."""
    require(by, Verb.EDIT_STAFF)
    if Team.objects.filter(name__iexact=name).exclude(pk=team.pk).exists():
        raise ValidationError({"name": _("Another team has this name.")})
    team.name = name
    if team.pk is None:
        team.supervisors = Group.objects.create(name=f"supervisors {uuid4()}")
    team.save()
    audit.record("team.edit", by=by, team=team.pk)


# --- told -------------------------------------------------------------------------------------


def tell() -> int:
    """Mail each person whose account was changed, at the address of before too; returns how many mails."""
    rows = StaffChange.objects.filter(approved=True, told_at__isnull=True).order_by("decided_at")
    return sum(_told(pk) for pk in list(rows.values_list("pk", flat=True)))


def _told(pk: Any) -> int:
    with transaction.atomic():
        rows = StaffChange.objects.select_for_update(skip_locked=True, of=("self",))
        row = rows.filter(pk=pk, told_at__isnull=True).select_related("person").first()
        if row is None:
            return 0
        to = {row.person.email, row.before.get("email", "")} - {""}
        if row.opens or all(mails.taken(_mail(row.person, address)) for address in to):
            StaffChange.objects.filter(pk=pk).update(told_at=Now())
            audit.record("staff.told", by=None, ids=[pk], person=row.person_id)
        return 0 if row.opens else len(to)


def _mail(person: Staff, address: str) -> EmailMessage:
    page = notices.signed_in_at("personal")
    with override(person.language):
        text = _(
            "Your role, team or e-mail address was changed. Sign in to read what and why: %(address)s\n"
            "If you do not know of it, call the office.\n"
        )
        return EmailMessage(_("Your account was changed"), text % {"address": page}, to=[address])
