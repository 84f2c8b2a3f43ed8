"""What other pages show of plans: the menu, the day's work, the case page, the timeline."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aidcenter.clock import baku_today
from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from aidcenter.timeline import Event, Source
from cases import closing
from cases.models import Case
from rehabilitation import plan_queue
from rehabilitation.models import Plan, Review, Service
from rehabilitation.plan_content import goals_in_force

SHOWN = 20


def navigation() -> list[NavItem]:
    """What waits for a decision, how the plans get on, and the goals to start from."""
    rows = (
        (gettext_lazy("Plans to review"), "queue", "clipboard-check", Verb.APPROVE_PLAN, "/plans/review/"),
        (gettext_lazy("Plans of the team"), "figures", "gauge", Verb.VIEW_PLAN_FIGURES, "/plans/figures/"),
        (
            gettext_lazy("Goals to start from"),
            "templates",
            "target",
            Verb.EDIT_TEMPLATES,
            "/plans/templates/",
        ),
    )
    return [NavItem(label, f"plans:{name}", icon, verb, path) for label, name, icon, verb, path in rows]


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What waits for a decision, what came back, which reviews and goals are due."""
    if may(person, Verb.APPROVE_PLAN):
        yield from _waiting(person, today)
    if may(person, Verb.WRITE_PLAN):
        yield from _unfinished(person, today)
        yield from _handed_in(person, today)
        yield from _reviews(person, today)
        yield from _goals(person, today)


def _waiting(person: Staff, today: date) -> Iterator[Duty]:
    for plan in plan_queue.waiting_for(person)[:SHOWN]:
        since = timezone.localdate(plan.submitted_at)
        yield Duty(
            due_on=since,
            title=_("A plan waits for your decision"),
            detail=f"{plan.number} · {plan.author.display_name} · {age(since, today)}",
            url=reverse("plans:decide", args=[plan.pk]),
            act=_("Review"),
        )


def age(since: date, today: date) -> str:
    """For how long something has waited, in words."""
    days = (today - since).days
    if days == 0:
        return _("since today")
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days}


def _unfinished(person: Staff, today: date) -> Iterator[Duty]:
    for plan in plan_queue.unfinished_of(person).order_by("created_at")[:SHOWN]:
        back = plan.decided_by_id is not None
        yield Duty(
            due_on=timezone.localdate(plan.decided_at) if back and plan.decided_at else today,
            title=_("A plan came back: change it") if back else _("A plan is being written: hand it in"),
            detail=plan.number,
            url=reverse("plans:version", args=[plan.pk]),
            act=_("Change") if back else _("Finish"),
        )


def _handed_in(person: Staff, today: date) -> Iterator[Duty]:
    for plan in plan_queue.handed_in_by(person).order_by("submitted_at")[:SHOWN]:
        since = timezone.localdate(plan.submitted_at)
        yield Duty(
            due_on=since,
            title=_("A plan waits for a supervisor"),
            detail=f"{plan.number} · {age(since, today)}",
            url=reverse("plans:version", args=[plan.pk]),
            act=_("Open"),
            waiting=True,
        )


def _reviews(person: Staff, today: date) -> Iterator[Duty]:
    for plan in plan_queue.reviews_due(person, today)[:SHOWN]:
        yield Duty(
            due_on=plan.review_due or today,
            title=_("Review the plan"),
            detail=plan.number,
            url=reverse("plans:review", args=[plan.pk]),
            act=_("Review"),
        )


def _goals(person: Staff, today: date) -> Iterator[Duty]:
    for goal in plan_queue.goals_due(person, today)[:SHOWN]:
        yield Duty(
            due_on=goal.due_on or today,
            title=_("A goal is due: %(domain)s") % {"domain": goal.get_domain_display()},
            detail=goal.case.number,
            url=reverse("plans:progress", args=[goal.pk]),
            act=_("Say how it stands"),
        )


def still_open(case: Case) -> Iterator[closing.Open]:
    """The version that binds, is written or waits, and the services that are still to be given."""
    for plan in case.plans.filter(state__in=("draft", "submitted", "returned", "active")).order_by("version"):
        said = {"version": plan.version, "state": plan.get_state_display()}
        yield closing.Open(_("Plan, version %(version)s: %(state)s") % said,
                           reverse("plans:version", args=[plan.pk]))  # fmt: skip
    for row in Service.objects.open().filter(case=case).with_labels().order_by("starts_at", "pk")[:SHOWN]:
        yield closing.Open(f"{row.words}: {row.get_state_display()}",
                           reverse("rehabilitation:service", args=[row.pk]))  # fmt: skip


def plan_ends(case: Case) -> date | None:
    """The planned end of the plan in force."""
    return Plan.objects.filter(case=case).in_force().values_list("ends_on", flat=True).first()


_OPEN = Prepared(lambda case: Plan.objects.filter(case_id=case).open(), mark="has_open_plan")


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """The plan in force with its goals, and the version that is written or waits; else the way to one."""
    goals, writing = goals_in_force(case), next(iter(_OPEN.of(case)), None)
    due = goals[0].review_due if goals else None
    return {
        "template": "rehabilitation/_plan.html",
        "version": goals[0].version if goals else None,
        "review_due": due,
        "late": bool(due and due < baku_today()),
        "goals": goals,
        "writing": writing,
        "may_write": may(person, Verb.WRITE_PLAN),
        "decides": may(person, Verb.APPROVE_PLAN)
        and writing is not None
        and writing.state == "submitted"
        and writing.author_id != person.pk,
    }


def timeline() -> list[Source]:
    """Approved, ended, reviewed."""
    return [
        Source("decisions", "decided_at", _approved_rows, _approved),
        Source("decisions", "ended_at", _ended_rows, _ended),
        Source("decisions", "written_at", _review_rows, _review),
    ]


def _approved_rows(case: Case, _person: Staff) -> Any:
    return Plan.objects.filter(case=case).exclude(approved_hash="").select_related("decided_by")


def _ended_rows(case: Case, _person: Staff) -> Any:
    return Plan.objects.filter(case=case, state__in=("completed", "terminated"), ended_at__isnull=False)


def _review_rows(case: Case, _person: Staff) -> Any:
    return Review.objects.filter(case=case).select_related("author")


def _approved(plan: Plan) -> Event:
    title = _("Plan version %(version)s approved") % {"version": plan.version}
    who = plan.decided_by.display_name if plan.decided_by else ""
    return Event(title, who, url=reverse("plans:version", args=[plan.pk]), act=_("Open"))


def _ended(plan: Plan) -> Event:
    title = f"{_('Plan')}: {plan.get_state_display()}"  # type: ignore[attr-defined]
    return Event(title, plan.get_outcome_display() if plan.outcome else "", plan.result or "")  # type: ignore[attr-defined]


def _review(row: Review) -> Event:
    decision = row.get_decision_display()  # type: ignore[attr-defined]
    return Event(_("Plan reviewed"), f"{row.author.display_name} · {decision}", row.summary or "")
