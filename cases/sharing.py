"""Who else may see a case: shares, offers to a colleague, assignment, and urgent access.

Each says why and until when; ending takes effect on the next request.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import access, audit, sealedtext
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.reach import SECTIONS
from aidcenter.roles import Role, Verb
from cases import search
from cases.absence import open_absences
from cases.actions import require
from cases.consents import consent_holds
from cases.models import Case, CaseTeamGrant, CaseUserGrant, Offer, PossibleMatch, UrgentAccess

LONGEST_SHARE = timedelta(days=366)
OFFER_LASTS = timedelta(days=7)
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


@act
def offer(case: Case, *, to: Staff, reason: str, by: Staff) -> Offer:
    """Offer the case to another caseworker, who reads it until they answer."""
    require(by, Verb.SHARE_CASE)
    if to.role != Role.CASEWORKER or not to.is_active or to.team_id is None or to == case.owner:
        raise ValidationError({"to": _("A case can be offered to another caseworker.")})
    if not reason:
        raise ValidationError({"reason": _("Say why the case is offered.")})
    if case.offers.filter(answered_at__isnull=True).exists():
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
def open_urgently(text: str, *, reason: str, by: Staff) -> Case | None:
    """Open a case of others for an hour of reading; None when not exactly one person answers.

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
        found = cursor.fetchone()[0]
    audit.record("case.urgent", by=by, case=found, ids=[asked], found=found is not None)
    return Case.objects.visible_to(by).get(pk=found) if found else None


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


@act
def decide_match(found: PossibleMatch, *, same: bool, by: Staff) -> None:
    """The supervisor of the older case says whether it is the same person; nothing is merged."""
    require(by, Verb.ASSIGN_CASE)
    rows = PossibleMatch.objects.filter(pk=found.pk, decided_at__isnull=True)
    rows.update(decided_at=timezone.now(), decided_by=by, same=same)
    audit.record("case.match", by=by, case=found.other_id, ids=[found.pk, found.case_id], same=same)


def new_case_of(found: PossibleMatch) -> dict[str, str]:
    """Number, caseworker and team of the new case: whom to talk to, and nothing of the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, caseworker, team FROM match_contact(%s)", [found.pk])
        number, caseworker, team = cursor.fetchone()
    return {"number": number, "caseworker": caseworker, "team": team}


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
    return rows
