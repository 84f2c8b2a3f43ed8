"""The plan: versions, goals, what the database holds to, and who may decide it."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, IntegrityError, transaction

from aidcenter.context import acting_as
from aidcenter.duties import at_start_of
from aidcenter.management.seed import as_administrator
from aidcenter.roles import Role
from cases import absence, care_team, records
from cases.actions import register_victim
from cases.kinds import KINDS
from cases.models import CaseUserGrant
from rehabilitation import goals, plan_decisions, plans, reviews
from rehabilitation.models import Goal, GoalAction, Plan
from rehabilitation.plan_content import content
from tests.cast import make_staff, say
from tests.plans import SAID, STEP, TODAY, approved, drafted, goal_of, goal_said, submitted
from tests.test_assessments import kept as assessed
from tests.test_closing import closed
from tests.test_consent import given
from tests.test_orders import decided, entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@contextmanager
def refused(name):
    """What the database refuses, by the constraint that says so."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    assert refusal.value.__cause__.diag.constraint_name == name


def state(plan):
    plan.refresh_from_db()
    return plan.state


# --- the way of a plan ----------------------------------------------------------------------


def test_a_plan_from_draft_to_approval(cast, adult_case):
    adult_case.state = "planning"
    adult_case.save(update_fields=["state"])
    plan = approved(adult_case, cast)
    assert (plan.version, plan.number, plan.state) == (1, adult_case.number, "active")
    assert (plan.decided_by, plan.approved_hash) == (cast.supervisor, content(plan).mark)
    assert plan.review_due == SAID["next_review_on"]
    adult_case.refresh_from_db()
    assert (adult_case.state, adult_case.next_due) == ("implementation", plan.review_due)


def test_a_new_version_supersedes_the_one_before_when_it_is_approved(cast, adult_case):
    first = approved(adult_case, cast)
    second = submitted(adult_case, cast)
    assert (second.version, state(first)) == (2, "under_review")
    assert goal_of(second).same_as == goal_of(first).same_as
    with acting_as(cast.supervisor.pk):
        plan_decisions.approve(second, seen=second.submitted_hash, by=cast.supervisor)
    assert (state(first), state(second)) == ("superseded", "active")
    assert plans.in_force(adult_case) == second


def test_a_discarded_version_leaves_the_one_before_in_force(cast, adult_case):
    first, second = approved(adult_case, cast), drafted(adult_case, cast)
    plans.discard(second, by=cast.worker)
    assert (state(first), state(second)) == ("active", "terminated")


def test_one_version_is_written_at_a_time(cast, adult_case):
    drafted(adult_case, cast)
    with pytest.raises(ValidationError, match="being written already"):
        plans.draft(adult_case, by=cast.worker)
    with refused("plan_one_open"):
        Plan.objects.create(case=adult_case, victim=adult_case.victim, author=cast.worker,
                            starts_on=TODAY, ends_on=TODAY, next_review_on=TODAY)  # fmt: skip


def test_a_plan_is_handed_in_with_goals_and_the_person(cast, adult_case):
    plan = plans.draft(adult_case, by=cast.worker)
    with pytest.raises(ValidationError) as refusal:
        plan_decisions.submit(plan, seen=content(plan).mark, by=cast.worker)
    assert len(refusal.value.messages) == 2
    with refused("plan_ready"):
        Plan.objects.filter(pk=plan.pk).update(state="submitted", submitted_hash="0" * 64)


def test_what_was_changed_since_it_was_seen_is_not_handed_in(cast, adult_case):
    plan = drafted(adult_case, cast)
    seen = content(plan).mark
    goals.change(goal_of(plan), goal_said(cast, text="Get a passport"), [], by=cast.worker)
    with pytest.raises(ValidationError, match="changed since"):
        plan_decisions.submit(plan, seen=seen, by=cast.worker)


def test_returned_it_says_why_and_is_handed_in_again(cast, adult_case):
    plan = submitted(adult_case, cast)
    same_as = str(goal_of(plan).same_as)
    with acting_as(cast.supervisor.pk):
        with pytest.raises(ValidationError, match="what should change"):
            plan_decisions.give_back(plan, why="", comments={}, by=cast.supervisor)
        plan_decisions.give_back(plan, why="no home yet", comments={same_as: "when?"}, by=cast.supervisor)
    assert state(plan) == "returned"
    assert [(row.text, row.about is None) for row in plans.comments_of(plan)] == [
        ("no home yet", True),
        ("when?", False),
    ]
    goals.change(goal_of(plan), goal_said(cast, text="Passport by May"), [STEP], by=cast.worker)
    plan_decisions.submit(plan, seen=content(plan).mark, by=cast.worker)
    assert (state(plan), plan.decided_by, plan.decided_at) == ("submitted", None, None)


def test_the_author_takes_it_back_and_nobody_else(cast, adult_case):
    plan = submitted(adult_case, cast)
    with acting_as(cast.supervisor.pk), pytest.raises(PermissionDenied):
        plan_decisions.take_back(plan, by=cast.supervisor)
    plan_decisions.take_back(plan, by=cast.worker)
    assert (state(plan), plan.decided_by) == ("returned", None)


def test_a_plan_ends_with_its_outcome(cast, adult_case):
    plan = approved(adult_case, cast)
    with pytest.raises(ValidationError):
        plans.end(plan, to="completed", outcome="", result="", by=cast.worker)
    plans.end(plan, to="completed", outcome="achieved", result="works, lives alone", by=cast.worker)
    assert (state(plan), plan.outcome, plan.review_due) == ("completed", "achieved", None)


@pytest.mark.parametrize(
    ("make", "ends"), [(drafted, "terminated"), (submitted, "terminated"), (approved, "completed")]
)
def test_a_closed_case_has_no_plan_that_binds_or_waits(cast, adult_case, make, ends):
    plan = make(adult_case, cast)
    closed(adult_case, cast)  # because the goals are met
    assert (state(plan), plan.outcome) == (ends, "not_achieved" if ends == "completed" else "")


def test_the_outcome_at_closing_is_that_of_the_goals(cast, adult_case):
    plan = approved(adult_case, cast)
    reviews.note_progress(goal_of(plan), reviews.Stand("achieved", "she has it"), by=cast.worker)
    closed(adult_case, cast)
    assert (state(plan), plan.outcome) == ("completed", "achieved")


def test_while_the_supervisor_is_away_the_deputy_decides(cast, adult_case):
    plan = submitted(adult_case, cast)
    assert not Plan.objects.to_decide(cast.other_supervisor).exists()
    with acting_as(cast.supervisor.pk):
        absence.plan(
            cast.supervisor, deputy=cast.other_supervisor, first_day=TODAY, last_day=TODAY, by=cast.supervisor
        )
    with acting_as(cast.other_supervisor.pk):
        assert list(Plan.objects.to_decide(cast.other_supervisor)) == [plan]
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=cast.other_supervisor)
    assert state(plan) == "active"


def test_with_the_approval_the_care_team_stays_until_the_plan_ends(cast, adult_case):
    care_team.choose(adult_case, {"psychologist": cast.specialist}, by=cast.worker)
    plan = approved(adult_case, cast)
    ends = {row.expires_at for row in CaseUserGrant.objects.filter(source="care_team")}
    assert ends == {at_start_of(plan.ends_on + timedelta(days=1))}
    care_team.choose(adult_case, {"psychologist": cast.specialist, "lawyer": cast.lawyer}, by=cast.worker)
    joined = CaseUserGrant.objects.filter(source="care_team", user=cast.lawyer)
    assert {row.expires_at for row in joined} == ends  # whoever joins later stays as long


def test_the_first_draft_begins_with_what_the_assessment_found(cast, adult_case):
    assessed(adult_case, cast.worker, 3)
    plan = plans.draft(adult_case, by=cast.worker)
    assert plan.needs.splitlines()[0] == "Safety: 3 – great need"


def test_the_version_says_which_consents_it_relies_on(cast, adult_case, sign_in):
    (consent,) = given(adult_case, cast.worker, "services")
    plan = drafted(adult_case, cast)
    plans.write(plan, SAID | {"consents": [consent.pk]}, by=cast.worker)
    assert (
        "Consents that the plan relies on" in sign_in(cast.worker).get(f"/plans/{plan.pk}/").content.decode()
    )
    with pytest.raises(ValidationError, match="of this case"):
        plans.write(plan, SAID | {"consents": [plan.pk]}, by=cast.worker)


# --- a child --------------------------------------------------------------------------------


def test_a_childs_plan_needs_somebody_who_stands_for_it(cast, child_case):
    plan = drafted(child_case, cast)
    assert plan_decisions.missing(content(plan)) == []  # the guardianship body is being told
    with acting_as(cast.supervisor.pk):
        child_case.notifications.filter(body="guardianship").update(state="cancelled")
    assert [("guardian" in text) for text in plan_decisions.missing(content(plan))] == [True]
    record = KINDS["guardian"].model(case=child_case, victim=child_case.victim, kind="guardian", name="aunt")
    records.add(KINDS["guardian"], record, by=cast.worker)
    assert plan_decisions.missing(content(plan)) == []


# --- what stands ----------------------------------------------------------------------------


@pytest.mark.parametrize("make", [submitted, approved])
def test_what_was_handed_in_does_not_change_by_any_way(cast, adult_case, make):
    plan = make(adult_case, cast)
    goal, step = goal_of(plan), GoalAction.objects.get()
    for rows, said in (
        (Plan.objects.filter(pk=plan.pk), {"ends_on": TODAY + timedelta(days=999)}),
        (Plan.objects.filter(pk=plan.pk), {"participation": "none"}),
        (Goal.objects.filter(pk=goal.pk), {"due_on": TODAY}),
        (Goal.objects.filter(pk=goal.pk), {"state": "achieved"}),
        (GoalAction.objects.filter(pk=step.pk), {"service_type": "legal"}),
        (GoalAction.objects.filter(pk=step.pk), {"state": "achieved"}),
    ):
        with refused("plan_stands"):
            rows.update(**said)
    for row in (step, goal):
        with refused("plan_stands"):
            row.delete()
    with refused("plan_stands"):
        Goal(plan=plan, case=adult_case, victim=adult_case.victim, domain="legal", text="sue").save()
    with pytest.raises(ValidationError, match="stands"):
        goals.add(plan, goal_said(cast), [], by=cast.worker)
    with pytest.raises(Error), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).delete()


def test_the_same_changes_go_through_in_a_draft(cast, adult_case):  # else the test above proves nothing
    plan = drafted(adult_case, cast)
    Plan.objects.filter(pk=plan.pk).update(participation="partly", ends_on=TODAY + timedelta(days=200))
    Goal.objects.filter(pk=goal_of(plan).pk).update(due_on=TODAY)
    GoalAction.objects.update(service_type="legal")
    goals.drop(goal_of(plan), by=cast.worker)
    assert not Goal.objects.exists()


def test_progress_is_not_written_by_hand(cast, adult_case):
    plan = drafted(adult_case, cast)
    Goal(
        plan=plan, case=adult_case, victim=adult_case.victim, domain="legal", text="x", state="achieved"
    ).save()
    assert set(Goal.objects.values_list("state", flat=True)) == {"planned"}


# --- who decides ----------------------------------------------------------------------------


def by_sql(plan, by, **said):
    approving = {"state": "active", "decided_by": by, "approved_hash": plan.submitted_hash}
    with acting_as(by.pk), transaction.atomic():
        return Plan.objects.filter(pk=plan.pk).update(**approving | said)


def test_nobody_approves_the_own_plan(cast, adult_case):
    plan = submitted(adult_case, cast, by=cast.supervisor)
    with acting_as(cast.supervisor.pk), pytest.raises(ValidationError, match="did not write it"):
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=cast.supervisor)
    with refused("plan_decided_by_another"):
        by_sql(plan, cast.supervisor)


def test_raw_sql_approves_nothing_for_who_may_not(cast, adult_case):
    plan = submitted(adult_case, cast)
    with refused("plan_decided_by_another"):
        by_sql(plan, cast.worker)
    with refused("plan_decided_by_another"):
        by_sql(plan, cast.worker, decided_by=cast.supervisor)
    for stranger in (cast.stranger, cast.other_supervisor, cast.director):
        assert by_sql(plan, stranger) == 0  # no such row
    with refused("plan_approved_as_submitted"):
        by_sql(plan, cast.supervisor, approved_hash="1" * 64)
    with refused("plan_decided_by_another"):
        by_sql(plan, cast.supervisor, approved_hash="1" * 64, submitted_hash="1" * 64)
    assert by_sql(plan, cast.supervisor) == 1  # who may, may by any way


def test_a_step_that_does_not_exist_is_refused_in_the_database(cast, adult_case):
    plan = drafted(adult_case, cast)
    for to in ("active", "completed", "returned", "superseded"):
        with refused("plan_step"):
            Plan.objects.filter(pk=plan.pk).update(state=to)


def test_two_supervisors_at_once_make_one_decision(cast, adult_case):
    plan = submitted(adult_case, cast)
    with as_administrator():
        cast.other_supervisor.groups.add(cast.supervisor.team.supervisors)
    with acting_as(cast.supervisor.pk):
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=cast.supervisor)
    with acting_as(cast.other_supervisor.pk), pytest.raises(ValidationError, match="Supervisor"):
        plan_decisions.give_back(plan, why="late", comments={}, by=cast.other_supervisor)
    assert (state(plan), plan.decided_by) == ("active", cast.supervisor)


def test_approving_what_one_has_not_seen_is_refused(cast, adult_case):
    plan = submitted(adult_case, cast)
    seen = plan.submitted_hash
    plan_decisions.take_back(plan, by=cast.worker)
    goals.change(goal_of(plan), goal_said(cast, text="a car"), [], by=cast.worker)
    plan_decisions.submit(plan, seen=content(plan).mark, by=cast.worker)
    with acting_as(cast.supervisor.pk), pytest.raises(ValidationError, match="changed since"):
        plan_decisions.approve(plan, seen=seen, by=cast.supervisor)


def test_where_the_author_is_the_only_supervisor_the_director_gets_that_plan(cast, adult_case):
    plan = submitted(adult_case, cast, by=cast.supervisor)
    other = submitted_by_worker(cast)
    assert (plan.for_director, other.for_director) == (True, False)
    with acting_as(cast.director.pk):
        seen = Plan.objects.to_decide(cast.director)
        assert [(row.pk, row.wishes) for row in seen] == [(plan.pk, SAID["wishes"])]
        assert [goal.text for goal in Goal.objects.all()] == ["Apply for a passport"]
        plan_decisions.approve(plan, seen=plan.submitted_hash, by=cast.director)
    with acting_as(cast.director.pk):
        assert (Plan.objects.count(), Goal.objects.count(), GoalAction.objects.count()) == (1, 1, 1)
    assert (state(plan), plan.decided_by) == ("active", cast.director)


def test_access_stopped_by_order_is_stopped_for_the_director_too(cast, adult_case):
    plan = submitted(adult_case, cast, by=cast.supervisor)
    decided(entered(adult_case, cast.worker, cast.supervisor), cast.director)
    with acting_as(cast.director.pk):
        assert (Plan.objects.filter(pk=plan.pk).exists(), Goal.objects.exists()) == (False, False)


def submitted_by_worker(cast):

    return submitted(register_victim(say(), by=cast.worker), cast)


@pytest.mark.parametrize("away", [False, True])
def test_a_supervisor_who_is_away_is_no_reason_to_wait(cast, adult_case, away):
    second = make_staff("second", Role.SUPERVISOR, cast.worker.team)
    if away:
        with acting_as(second.pk):
            absence.plan(second, deputy=cast.supervisor, first_day=TODAY, last_day=TODAY, by=second)
    assert submitted(adult_case, cast, by=cast.supervisor).for_director == away
