"""Who else may see a case: shares, offers to a colleague, assignment, and urgent access.

Each says why and until when; ending takes effect on the next request.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import access, audit, sealedtext
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff
from aidcenter.reach import SECTIONS
from aidcenter.roles import Role, Verb
from cases import orders, search
from cases.absence import open_absences
from cases.consents import consent_holds
from cases.models import Case, CaseTeamGrant, CaseUserGrant, Offer, UrgentAccess

LONGEST_SHARE = timedelta(days=366)
OFFER_LASTS = timedelta(days=7)
MOST_LOOKS = 200
SHARED_WITH = (Role.CASEWORKER, Role.SPECIALIST, Role.SUPERVISOR)


def colleagues(person: Staff) -> QuerySet[Staff]:
    """Whom a case may be shared with."""
    people = Staff.objects.filter(is_active=True, role__in=SHARED_WITH).exclude(pk=person.pk)
    return people.order_by("display_name")


@act
def share(case: Case, *, to: Staff, sections: list[str], until: date, reason: str, by: Staff) -> None:
    """Let `to` read the case, and the named sections of it, up to and with the day `until`."""
    require(by, Verb.SHARE_CASE)
    if to not in colleagues(by):
        raise ValidationError({"to": _("A case can be shared with a caseworker, specialist or supervisor.")})
    if not baku_today() <= until <= baku_today() + LONGEST_SHARE:
        raise ValidationError({"until": _("The last day must be between today and a year from now.")})
    if not reason:
        raise ValidationError({"reason": _("Say why the case is shared.")})
    orders.refuse_while_stopped(case)
    end = at_start_of(until + timedelta(days=1))
    codenames = ("view_case", *(f"view_{section}" for section in sections if section in SECTIONS))
    access.revoke(case, to=to, source=access.Source.SHARE)
    access.grant(case, to=to, codenames=codenames, why=access.Reason(by, access.Source.SHARE, reason, end))
    agreed = consent_holds(case, "services")
    audit.record("case.share", by=by, case=case.pk, to=to.pk, sections=",".join(sections), consent=agreed)


@act
def end_share(case: Case, *, to: Staff, by: Staff) -> None:
    """Take a share back."""
    require(by, Verb.SHARE_CASE)
    access.revoke(case, to=to, source=access.Source.SHARE)
    audit.record("case.share.end", by=by, case=case.pk, to=to.pk)


@act
def assign(case: Case, *, to: Staff, by: Staff) -> None:
    """A supervisor gives a case of the team to another of its caseworkers, at once."""
    require(by, Verb.ASSIGN_CASE)
    if to.role != Role.CASEWORKER or not to.is_active or to.team_id != case.team_id:
        raise ValidationError({"to": _("A case is given to a caseworker of its own team.")})
    case.owner = to
    case.save(update_fields=["owner"])
    audit.record("case.assign", by=by, case=case.pk, to=to.pk)


def urgent_now(case: Case, person: Staff) -> UrgentAccess | None:
    """The urgent access by which `person` reads the case now."""
    rows = UrgentAccess.objects.filter(case=case, person=person, until__gt=Now())
    return rows.order_by("-until").first()


def looks_during(asked: UrgentAccess) -> list[AuditEvent]:
    """What the person opened and did in the case while the urgent access lasted, in its order."""
    if not asked.case_id or not asked.until:
        return []
    rows = AuditEvent.objects.filter(actor_id=asked.person_id, case_id=asked.case_id)
    return list(rows.filter(at__range=(asked.asked_at, asked.until)).order_by("at")[:MOST_LOOKS])


def caseworkers_of(supervisor: Staff) -> QuerySet[Staff]:
    """The caseworkers of the teams that `supervisor` supervises."""
    teams = supervisor.groups.values("pk")
    people = Staff.objects.filter(is_active=True, role=Role.CASEWORKER, team__supervisors__in=teams)
    return people.order_by("display_name")


@act
def assign_all(cases: list[Case], *, to: Staff, by: Staff) -> int:
    """Give several open cases of one team to one of its caseworkers, all or none; how many changed hands."""
    require(by, Verb.ASSIGN_CASE)
    if not cases:
        raise ValidationError(_("Tick the cases first."))
    rows = Case.objects.changeable_by(by).filter(pk__in=[case.pk for case in cases])
    locked = {case.pk: case for case in rows.select_for_update(of=("self",)).order_by("pk")}
    for case in cases:
        now = locked.get(case.pk)
        if now is None or now.team_id != to.team_id:
            raise ValidationError(
                _("%(number)s is not a case of this person's team. No case has changed hands.")
                % {"number": case.number}
            )
        if now.state in Case.CLOSED:
            raise ValidationError(
                _("%(number)s is closed. No case has changed hands.") % {"number": case.number}
            )
    changing = [case for case in locked.values() if case.owner_id != to.pk]
    for case in changing:
        assign(case, to=to, by=by)
    return len(changing)


@act
def offer(case: Case, *, to: Staff, reason: str, by: Staff) -> Offer:
    """Offer the case to another caseworker, who reads it until they answer."""
    require(by, Verb.SHARE_CASE)
    if to.role != Role.CASEWORKER or not to.is_active or to.team_id is None or to == case.owner:
        raise ValidationError({"to": _("A case can be offered to another caseworker.")})
    if not reason:
        raise ValidationError({"reason": _("Say why the case is offered.")})
    orders.refuse_while_stopped(case)
    if case.offers.filter(answered_at__isnull=True, until__gt=Now()).exists():
        raise ValidationError(_("The case is offered already; wait for the answer."))
    until = timezone.now() + OFFER_LASTS
    made = Offer.objects.create(
        case=case, victim=case.victim, to=to, reason=reason, offered_by=by, until=until
    )
    why = access.Reason(by, access.Source.OFFER, "", until)
    access.grant(case, to=to, codenames=("view_case",), why=why)
    audit.record("case.offer", by=by, case=case.pk, ids=[made.pk], to=to.pk)
    return made


@act
def answer(offer: Offer, *, accept: bool, by: Staff) -> None:
    """The colleague takes the case, or not; the database moves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer_offer(%s, %s)", [offer.pk, accept])
        answered = cursor.fetchone()[0]
    if not answered:
        raise ValidationError(_("This offer is over."))
    audit.record("case.offer.answer", by=by, case=offer.case_id, ids=[offer.pk], accepted=accept)


@act
def open_urgently(text: str, *, reason: str, by: Staff) -> UrgentAccess:
    """Open a case of others for an hour of reading; the answer is the notice that the supervisor gets.

    It has no `case` when not exactly one person answers, and no `until` when an order has stopped access.
    `text` is a case number, a phone, or a full name with the birth year. Found or not, the attempt is
    on record and the supervisor is told, in the same transaction.
    """
    require(by, Verb.URGENT_ACCESS)
    question = search.Question.of(text)
    marks, ends = search.exact(question) or ([], [])
    if not question.number and not marks:
        raise ValidationError(
            {
                "text": _(
                    "Type the number of the case, the whole phone number, or the full name and birth year."
                )
            }
        )
    if not reason:
        raise ValidationError({"reason": _("Say why you need this case now.")})
    asked = uuid.uuid4()
    with connection.cursor() as cursor:
        said = reason if question.number else f"{text}: {reason}"
        sealed = sealedtext.seal(said, _about(asked))
        cursor.execute(
            "SELECT urgent_access(%s, %s, %s, %s, %s, %s)",
            [asked, sealed, question.number, marks, ends, question.year],
        )
    notice = UrgentAccess.objects.get(pk=asked)
    audit.record("case.urgent", by=by, case=notice.case_id, ids=[asked], found=notice.case_id is not None)
    return notice


@act
def review(asked: UrgentAccess, *, justified: bool, by: Staff) -> None:
    """Say afterwards whether urgent access was justified; nobody reviews their own."""
    require(by, Verb.REVIEW_URGENT)
    if asked.person_id == by.pk:
        raise ValidationError(_("Somebody else reviews your own urgent access."))
    rows = UrgentAccess.objects.filter(pk=asked.pk, reviewed_at__isnull=True)
    if not rows.update(reviewed_at=timezone.now(), reviewed_by=by, justified=justified):
        raise ValidationError(_("This was already reviewed."))
    audit.record("case.urgent.review", by=by, case=asked.case_id, ids=[asked.pk], justified=justified)


def reason_of(asked: UrgentAccess) -> str:
    """What was said when the access was asked for."""
    return sealedtext.unseal(asked.reason, _about(asked.pk))


def _about(asked: uuid.UUID) -> str:
    return f"urgent|{asked}"


def who_sees(case: Case) -> list[dict[str, Any]]:
    """Everybody who may read the case now: dicts with person, source, until, sections and reason."""
    now = timezone.now()
    grants = CaseUserGrant.objects.filter(content_object=case).select_related("user", "permission")
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for grant in grants.exclude(expires_at__lte=now).order_by("pk"):
        row = found.setdefault(
            (grant.user_id, grant.source),
            {"person": grant.user, "source": grant.source, "until": grant.expires_at, "reason": grant.reason,
             "sections": []},
        )  # fmt: skip
        section = grant.permission.codename.removeprefix("view_")
        if section in SECTIONS:
            row["sections"].append(section)
    teams = CaseTeamGrant.objects.filter(content_object=case).exclude(expires_at__lte=now).values("group_id")
    supervisors = Staff.objects.filter(groups__in=teams, is_active=True).distinct().order_by("display_name")
    rows = list(found.values()) + [{"person": person, "source": "team"} for person in supervisors]
    absent = [row["person"] for row in rows if row["source"] in ("assignment", "team")]
    for away in open_absences().filter(started=True, person__in=absent):
        rows.append({"person": away.deputy, "source": "deputy", "until_day": away.last_day})
    order = orders.in_force(case)
    return [row for row in rows if row["person"].pk in order.keepers] if order else rows
