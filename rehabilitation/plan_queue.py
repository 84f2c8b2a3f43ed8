"""Which plans wait for whom, which reviews are due, and how the plans of a team get on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, When

from aidcenter import codelists
from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases.models import Case as CaseRow
from rehabilitation.models import Goal, Plan
from rehabilitation.models.plan import IN_FORCE
from rehabilitation.plan_content import DONE

SOON = timedelta(days=7)
YEAR = timedelta(days=365)
SHOWN = 50
URGENCY = {"high": 0, "medium": 1, "low": 2}


def waiting_for(person: Staff) -> QuerySet[Plan]:
    """The plans that `person` may decide, the most urgent and oldest first.

    The director reads no case: what waits for them has the order of its submission.
    """
    rows = Plan.objects.to_decide(person).select_related("author")
    if person.role == Role.DIRECTOR:
        return rows.order_by("submitted_at")
    risk = Case(
        *(When(case__risk_level=level, then=place) for level, place in URGENCY.items()),
        output_field=IntegerField(),
    )
    return rows.select_related("author", "case").order_by(risk, "submitted_at")


def next_for(person: Staff) -> Plan | None:
    """The next plan that waits for `person`."""
    return waiting_for(person).first()


def unfinished_of(person: Staff) -> QuerySet[Plan]:
    """What `person` began and is to hand in: drafts, and what came back."""
    return Plan.objects.changeable_by(person).filter(state__in=("draft", "returned"), author=person)


def handed_in_by(person: Staff) -> QuerySet[Plan]:
    """What `person` has handed in and nobody has decided."""
    return Plan.objects.visible_to(person).filter(state="submitted", author=person)


def reviews_due(person: Staff, today: date) -> QuerySet[Plan]:
    """The plans in force that are to be reviewed within a week; of the team, those that are late."""
    rows = Plan.objects.changeable_by(person).in_force()
    own = rows.filter(case__owner=person, review_due__lte=today + SOON)
    if person.role == Role.SUPERVISOR:
        own |= rows.filter(review_due__lt=today)
    return own.select_related("case").order_by("review_due")


def goals_due(person: Staff, today: date) -> QuerySet[Goal]:
    """The goals of one's own cases that are to be reached within a week."""
    rows = Goal.objects.changeable_by(person).filter(case__owner=person, plan__state__in=IN_FORCE)
    rows = rows.filter(due_on__lte=today + SOON).exclude(state__in=DONE)
    return rows.select_related("case").order_by("due_on")


@dataclass(frozen=True)
class Figures:
    """How the plans that a supervisor sees get on."""

    in_force: int
    late: int  # their review is overdue
    latest: list[Plan]  # the first of these
    without: int  # open cases past their assessment that no plan binds
    waiting: int
    days: float | None  # on average from submission to decision, in the last year
    goals: list[tuple[str, int]]  # of the plans in force, by state


def figures(person: Staff, today: date) -> Figures:
    """The figures of all cases that `person` sees."""
    plans = Plan.objects.visible_to(person)
    binding = plans.in_force()
    late = binding.filter(review_due__lt=today)
    past = CaseRow.objects.visible_to(person).filter(state__in=("planning", "implementation"))
    decided = plans.filter(decided_at__gt=at_start_of(today - YEAR), submitted_at__isnull=False).exclude(
        approved_hash=""
    )
    lasted: Any = decided.aggregate(days=Avg(F("decided_at") - F("submitted_at")))["days"]
    goals = Goal.objects.visible_to(person).filter(plan__state__in=IN_FORCE)
    counted = dict(goals.order_by().values_list("state").annotate(n=Count("pk")))
    return Figures(
        in_force=binding.count(),
        late=late.count(),
        latest=list(late.select_related("case__owner").order_by("review_due")[:SHOWN]),
        without=past.exclude(Exists(Plan.objects.filter(case=OuterRef("pk")).in_force())).count(),
        waiting=plans.filter(state="submitted").count(),
        days=lasted.total_seconds() / 86400 if lasted else None,
        goals=[(str(label), counted.get(code, 0)) for code, label in codelists.choices("goal_state")],
    )  # fmt: skip
