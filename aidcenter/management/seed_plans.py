"""Plans of the demo: one in force, one that waits, one that is changed, one that is being written."""

from datetime import timedelta
from typing import Any

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases.models import Case
from rehabilitation import goals, plan_decisions, plans, reviews
from rehabilitation.models import Plan
from rehabilitation.plan_content import content

SAID = {
    "wishes": "Öz pasportum olsun, sonra iş.",
    "participation": "full",
    "language": "aze",
    "needs": "Sənədləri alınıb; gecələr yata bilmir; yaşamağa yeri yoxdur.",
    "strengths": "Tikiş bilir, bacısı ilə əlaqəsi var.",
    "risks": "Onu axtaran qohumu var.",
    "safety": "Tək çıxmır; nömrə gizlidir; 102 və növbətçi yadda saxlanılıb.",
    "exit_plan": "Altı aydan sonra bacısının yanında, məşğulluq mərkəzinin köməyi ilə.",
}
GOALS: list[tuple[dict[str, Any], list[tuple[str, str, str, int]]]] = [
    (
        {
            "domain": "documents",
            "text": "Şəxsiyyət vəsiqəsi və qeydiyyat bərpa olunub",
            "measure": "Sənəd özündədir",
            "priority": "high",
        },
        [("documents", "ASAN xidmətə müraciət", "", 10), ("legal", "Vəkil müşayiəti", "", 20)],
    ),
    (
        {
            "domain": "psychological",
            "text": "Gecələr yatır, böhransız öhdəsindən gəlir",
            "measure": "3-dən 1-ə",
            "baseline": "3",
            "target": "1",
            "priority": "high",
        },
        [("psychological", "Səkkiz görüş, həftədə bir", "", 60)],
    ),
    (
        {
            "domain": "employment",
            "text": "Tikiş kursunu bitirib şəhadətnamə alır",
            "measure": "Şəhadətnamə",
            "priority": "medium",
        },
        [("vocational", "Kurs", "Peşə Tədris Mərkəzi", 90)],
    ),
    ({"domain": "housing", "text": "Müstəqil yaşayır", "measure": "İcarə müqaviləsi", "priority": "low"}, []),
]


def draw_up(case: Case, by: Staff) -> Plan:
    """A draft with its goals."""
    plan = plans.draft(case, by=by)
    today = baku_today()
    days = {"starts_on": today, "ends_on": today + timedelta(days=180)}
    first = {"next_review_on": today + timedelta(days=plans.review_days(case))}
    plans.write(plan, SAID | days | first, by=by)
    if not plan.goals.exists():
        for number, (said, steps) in enumerate(GOALS):
            until = {"due_on": today + timedelta(days=30 * (number + 1)), "responsible": by}
            goals.add(plan, said | until, [_step(*each) for each in steps], by=by)
    return plan


def _step(service: str, text: str, provider: str, days: int) -> dict[str, Any]:
    today = baku_today()
    until = {"starts_on": today, "due_on": today + timedelta(days=days)}
    return {"service_type": service, "text": text, "provider": provider, **until}


def hand_in(plan: Plan, by: Staff) -> None:
    """As its author does."""
    plan_decisions.submit(plan, seen=content(plan).mark, by=by)


def approve(plan: Plan, by: Staff) -> None:
    """As a supervisor does."""
    plan.refresh_from_db()
    with acting_as(by.pk):
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=by)
    plan.refresh_from_db()


def get_on(plan: Plan, by: Staff) -> None:
    """Two goals have moved."""
    first, second, *_rest = content(plan).goals
    reviews.note_progress(first, reviews.Stand("achieved", "Vəsiqəni aldı."), by=by)
    reviews.note_progress(second, reviews.Stand("in_progress", "Üçüncü görüş olub."), by=by)


def change(case: Case, by: Staff) -> Plan:
    """A second version: one goal in other words, one new."""
    plan = draw_up(case, by)
    goal = content(plan).goals[0]
    steps = [
        {
            "id": step.pk,
            "service_type": step.service_type,
            "text": f"{step.text} (müşayiətlə)",
            "provider": step.provider or "",
            "starts_on": step.starts_on,
            "due_on": step.due_on,
        }
        for step in goal.steps
    ]
    goals.change(goal, {"text": f"{goal.text}, psixoloqun köməyi ilə"}, steps, by=by)
    said = {
        "domain": "family",
        "text": "Gəncədəki xalası ilə görüş",
        "measure": "Risk qiymətləndirməsindən sonra",
        "priority": "medium",
        "due_on": plan.ends_on,
        "responsible": by,
    }
    goals.add(plan, said, [], by=by)
    return plan


def plan_for(case: Case, number: int, by: Staff, supervisor: Staff) -> None:
    """The plans of the first cases of the demo, each in another state."""
    plan = draw_up(case, by)
    if number in (3, 5):
        return
    hand_in(plan, by)
    if number in (1, 2):
        return
    approve(plan, supervisor)
    get_on(plan, by)
    if number == 4:
        hand_in(change(case, by), by)
