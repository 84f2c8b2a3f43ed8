"""What cases owe today."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.duties import Act, Duty
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb, may
from cases import care_team, closing, incidents, records
from cases.absence import open_absences
from cases.kinds import KINDS
from cases.models import Assessment, Case, Offer, PossibleMatch, UrgentAccess

SHOWN = 30
REVIEW_WITHIN = timedelta(hours=72)
TOLD_FOR = timedelta(days=3)
QUIET, SHOWN_QUIET = timedelta(days=30), 5
OFTEN = 3  # urgent accesses of one person in a day; the next one alerts the director too


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """The next step of each open case, the most urgent first."""
    if not may(person, Verb.LIST_CASES):
        return
    assessed = Exists(Assessment.objects.filter(case=OuterRef("pk")))
    rows = Case.objects.visible_to(person).filter(next_due__isnull=False).annotate(assessed=assessed)
    titles = {
        "intake": _("First assessment"),
        "assessment": _("Finish the assessment"),
        "planning": _("Rehabilitation plan"),
        "implementation": _("Look at the progress"),
        "follow_up": _("Follow-up contact"),
    }
    for case in rows.order_by("access__next_due")[:SHOWN]:
        yield Duty(
            due_on=case.next_due or today,
            title=_("The assessment is done: go on to the plan")
            if case.state == "assessment" and vars(case)["assessed"]
            else titles.get(case.state, str(codelists.label("case_state", case.state))),
            detail=f"{case.number} · {codelists.label('case_state', case.state)}",
            url=reverse("plans:of_case" if case.state == "planning" else "cases:detail", args=[case.pk]),
            act=_("Open"),
        )
    yield from _asked_to_close(person)


def sharing_duties(person: Staff, today: date) -> Iterator[Duty]:
    """Cases offered to the person, urgent access to their cases, and what they are to review."""
    yield from _offers(person)
    if may(person, Verb.ASSIGN_CASE):
        yield from _matches(person)
    if may(person, Verb.APPROVE_CLOSING):
        yield from _closings(person)
    if may(person, Verb.CHANGE_CASE):
        yield from _records(person, today)
        yield from _quiet(person, today)
    elif person.profession == "lawyer":
        yield from _hearings(person, today)
    if may(person, Verb.VIEW_INCIDENT):
        yield from _incidents(person)
    if may(person, Verb.PLAN_ABSENCE):
        yield from _absences(person)
    if may(person, Verb.SHARE_CASE):
        yield from _care_teams(person)
    yield from _urgent(person)


def _offers(person: Staff) -> Iterator[Duty]:
    rows = Offer.objects.filter(to=person, answered_at__isnull=True, until__gt=Now())
    for offer in rows.select_related("case"):
        yield Duty(
            due_on=timezone.localdate(offer.until),
            title=_("A case is offered to you"),
            detail=offer.case.number,
            url=reverse("cases:detail", args=[offer.case_id]),
            act=_("Look"),
            acts=(Act(_("Take the case"), reverse("cases:answer", args=[offer.pk]), {"answer": "yes"}),),
        )


def _quiet(person: Staff, today: date) -> Iterator[Duty]:
    """One's own open cases of which nobody has written for a month."""
    rows = Case.objects.worklist_of(person).filter(owner=person, active_on__lt=today - QUIET)
    for case in rows.order_by("active_on")[:SHOWN_QUIET]:
        yield Duty(
            due_on=today,
            title=_("No contact for %(days)s days") % {"days": (today - case.active_on).days},
            detail=case.number,
            url=reverse("cases:detail", args=[case.pk]),
            act=_("Open"),
            quiet=True,
            acts=(Act(_("Telephone"), reverse("cases:call", args=[case.pk])),),
        )


def _closings(person: Staff) -> Iterator[Duty]:
    for row in closing.to_decide(person)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.asked_at),
            title=_("A case is to be closed"),
            detail=f"{row.case.number} · {row.get_reason_display()}",
            url=reverse("cases:close", args=[row.case_id]),
            act=_("Decide"),
        )


def _asked_to_close(person: Staff) -> Iterator[Duty]:
    for row in closing.asked_by(person)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.asked_at),
            title=_("Closing the case is asked for"),
            detail=f"{row.case.number} · {timezone.localtime(row.asked_at):%d.%m.%Y}",
            url=reverse("cases:close", args=[row.case_id]),
            act=_("Open"),
            waiting=True,
        )


def _records(person: Staff, today: date) -> Iterator[Duty]:
    """What the records of one's cases ask for; of a supervisor, the cases that are their own."""
    own = {} if person.role == Role.CASEWORKER else {"case__owner": person}
    for due_on, slug, pk, case, number in records.asking(
        lambda model: model.objects.changeable_by(person).filter(**own), today
    ):
        yield Duty(
            due_on=due_on,
            title=str(KINDS[slug].asks),
            detail=number,
            url=reverse("cases:change_record", args=[case, slug, pk]),
            act=_("Open"),
        )


def _hearings(person: Staff, today: date) -> Iterator[Duty]:
    """The hearings of the cases that a lawyer helps in."""
    kind = KINDS["proceeding"]
    rows = kind.model.objects.visible_to(person).filter(ask_from__lte=today, struck_at__isnull=True)
    for row in rows.select_related("case").order_by("due_on")[:SHOWN]:
        yield Duty(
            due_on=row.due_on or today,
            title=str(kind.asks),
            detail=row.case.number,
            url=reverse("cases:record", args=[row.case_id]),
            act=_("Open"),
        )


def _absences(person: Staff) -> Iterator[Duty]:
    url = reverse("cases:absence")
    for row in open_absences().filter(Q(person=person) | Q(deputy=person), started=True):
        until = {"day": row.last_day.strftime("%d.%m.%Y")}
        if row.person_id != person.pk:
            title = _("You stand in for %(name)s") % {"name": row.person.display_name}
            yield Duty(row.last_day, title, _("until %(day)s") % until, url, _("Open"), waiting=True)
            continue
        said = _("%(name)s stands in for you until %(day)s") % (until | {"name": row.deputy.display_name})
        end = Act(_("I am back"), reverse("cases:end_absence", args=[row.pk]), {"back": "1"})
        yield Duty(row.last_day, _("You are marked as away"), said, url, _("Open"), acts=(end,))


def _care_teams(person: Staff) -> Iterator[Duty]:
    for row in care_team.ending_soon(person)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.expires_at),
            title=_("%(name)s leaves the care team") % {"name": row.user.display_name},
            detail=row.content_object.number,
            url=reverse("cases:access", args=[row.content_object_id]),
            act=_("Open"),
            acts=(
                Act(
                    _("Extend"),
                    reverse("cases:extend_care_team", args=[row.content_object_id]),
                    {"person": str(row.user_id)},
                ),
            ),
        )


def _incidents(person: Staff) -> Iterator[Duty]:
    for row in incidents.open_serious(person)[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.happened_at),
            title=row.get_kind_display(),
            detail=f"{row.number} · {timezone.localtime(row.happened_at):%d.%m.%Y %H:%M}",
            url=reverse("cases:incident", args=[row.pk]),
            act=_("Open"),
            alarm=True,
        )


def _matches(person: Staff) -> Iterator[Duty]:
    rows = PossibleMatch.objects.changeable_by(person).filter(decided_at__isnull=True).select_related("other")
    for row in rows.order_by("found_at")[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.found_at),
            title=_("A new person may be known to you"),
            detail=row.other.number,
            url=reverse("cases:match", args=[row.pk]),
            act=_("Decide"),
        )


def _urgent(person: Staff) -> Iterator[Duty]:
    rows = UrgentAccess.objects.filter(reviewed_at__isnull=True).exclude(person=person)
    reviews = may(person, Verb.REVIEW_URGENT)
    if person.role == Role.DIRECTOR:  # what nobody else has reviewed, and what happens too often
        often = _often()
        rows = rows.filter(Q(asked_at__lt=Now() - REVIEW_WITHIN) | Q(person__in=often) | Q(team__isnull=True))
    elif not reviews:
        rows = rows.filter(asked_at__gt=Now() - TOLD_FOR)
    for row in rows.select_related("person").order_by("asked_at")[:SHOWN]:
        yield Duty(
            due_on=timezone.localdate(row.asked_at + REVIEW_WITHIN),
            title=_asked_urgently(row) % {"name": row.person.display_name},
            detail=f"{row.number} · {timezone.localtime(row.asked_at):%d.%m.%Y %H:%M}",
            url=reverse("cases:review", args=[row.pk])
            if reviews
            else reverse("cases:detail", args=[row.case_id]),
            act=_("Review") if reviews else _("Open"),
            alarm=reviews,
        )


def _asked_urgently(row: UrgentAccess) -> str:
    if row.case_id and not row.until:
        return _("%(name)s asked urgently for a case to which access is stopped")
    return _("%(name)s opened a case urgently")


def _often() -> list[int]:
    """People with more than three urgent accesses on one of the last days."""
    counted = UrgentAccess.objects.filter(asked_at__gt=Now() - REVIEW_WITHIN).values(
        "person", day=TruncDate("asked_at")
    )
    return list(counted.annotate(n=Count("pk")).filter(n__gt=OFTEN).values_list("person", flat=True))
