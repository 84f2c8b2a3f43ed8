"""The plan in a real browser: from the draft to its end, returned once, decided by one of two."""

import pytest

from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from rehabilitation import plan_decisions
from rehabilitation.models import Plan
from tests.cast import ask_questions
from tests.pages.eyes import TURNS
from tests.plans import TODAY, approved, drafted, goal_of, offer_goals, submitted
from tests.test_assessments import kept as assessed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, words):
    page.locator("main button, main a.btn", has_text=words).first.click()
    page.wait_for_load_state()


def test_a_plan_from_draft_to_completion_returned_once(enter, page, cast, adult_case):
    offer_goals(cast.administrator)
    enter("worker", path=f"/plans/case/{adult_case.pk}/")
    press(page, "Draw up a plan")
    page.fill("[name=wishes]", "a passport, then work")
    page.check("[name=participation][value=full]")
    press(page, "Save")
    press(page, "Add a goal")
    page.locator("a", has_text="The identity card is restored").click()
    assert page.input_value("[name=text]") == "The identity card is restored"
    page.fill("[name=due_on]", f"{TODAY}")
    page.select_option("[name='step-0-service_type']", "documents")
    press(page, "Save")
    press(page, "Hand in for approval")
    enter("supervisor", path="/plans/review/")
    press(page, "Review")
    page.fill("[name=why]", "who goes with her?")
    press(page, "Return to Worker")
    page.locator("text=version 1: returned to Worker").wait_for()
    enter("worker", path="/")
    page.locator("a.what", has_text="A plan came back").click()
    page.locator("text=who goes with her?").wait_for()
    page.locator("a", has_text="Change").first.click()
    page.select_option("[name=responsible]", label="Worker")
    press(page, "Save")
    press(page, "Hand in for approval")
    enter("supervisor", path="/plans/review/")
    press(page, "Review")
    page.fill("[name=why]", "and her sister?")
    press(page, "Approve and next")
    page.locator("text=return the plan, or clear it and approve").first.wait_for()
    page.fill("[name=why]", "")
    press(page, "Approve and next")
    page.locator("text=approved, it binds from today").wait_for()
    enter("worker", path=f"/plans/case/{adult_case.pk}/")
    press(page, "Review the plan")
    page.select_option("main select", "achieved")
    page.check("[name=decision][value=complete]")
    press(page, "Save the review")
    page.check("[name=outcome][value=achieved]")
    page.fill("[name=result]", "she has her card")
    press(page, "End the plan")
    page.locator("text=The plan has ended").wait_for()
    plan = Plan.objects.get()
    assert (plan.state, plan.outcome, goal_of(plan).state) == ("completed", "achieved", "achieved")
    assert enter.said == []


def test_two_supervisors_at_once_the_second_is_told(enter, page, cast, adult_case):
    plan = submitted(adult_case, cast)
    with as_administrator():
        cast.other_supervisor.groups.add(cast.supervisor.team.supervisors)
    enter("supervisor", path=f"/plans/{plan.pk}/decide/")
    other = page.context.browser.new_context()
    first = page.context.storage_state()
    enter("other-supervisor", path=f"/plans/{plan.pk}/decide/")
    before = other.new_page()
    other.add_cookies(first["cookies"])
    before.goto(page.url)
    before.locator("button", has_text="Approve and next").click()
    before.wait_for_load_state()
    page.fill("[name=why]", "not yet")
    press(page, "Return to Worker")
    page.locator("text=does not wait any more: Supervisor").wait_for()
    other.close()
    plan.refresh_from_db()
    assert (plan.state, plan.decided_by) == ("active", cast.supervisor)


def test_a_signature_is_drawn_on_the_page(enter, page, cast, adult_case):
    plan = drafted(adult_case, cast)
    enter("worker", path=f"/plans/{plan.pk}/sign/")
    page.select_option("[name=signer]", "person")
    page.fill("[name=name]", "Leyla")
    box = page.locator("canvas.sign").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.up()
    press(page, "Save")
    page.locator("text=The signature is kept").wait_for()
    assert plan.signatures.get().signer == "person"
    assert enter.said == []


def test_without_javascript_a_plan_is_written_and_decided(
    enter, page, chromium, live_server, cast, adult_case
):
    plan = drafted(adult_case, cast)
    enter("worker")
    bare = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = bare.new_page()
    plain.goto(f"{live_server.url}/plans/{plan.pk}/")
    plain.locator("button", has_text="Hand in for approval").click()
    enter("supervisor")
    bare.clear_cookies()
    bare.add_cookies(page.context.cookies())
    plain.goto(f"{live_server.url}/plans/{plan.pk}/decide/")
    plain.locator("button", has_text="Approve and next").click()
    bare.close()
    plan.refresh_from_db()
    assert plan.state == "active"


@pytest.mark.looks
@pytest.mark.parametrize("turn", TURNS)
def test_nothing_is_wrong_with_the_pages_of_a_plan(eyes, cast, child_case, turn):
    ask_questions(cast.administrator)
    assessed(child_case, cast.worker, 3)
    offer_goals(cast.administrator)
    first = approved(child_case, cast)
    second = submitted(child_case, cast)
    pages = {
        "worker": [f"/plans/case/{child_case.pk}/", f"/plans/{first.pk}/", f"/plans/{first.pk}/reviews/new/",
                   f"/plans/{first.pk}/end/", f"/plans/{first.pk}/sign/", f"/plans/goals/{goal_of(first).pk}/progress/"],
        "supervisor": [f"/plans/{second.pk}/decide/", "/plans/review/", f"/plans/{second.pk}/decide/?whole",
                       "/plans/figures/"],
        "administrator": ["/plans/templates/"],
    }  # fmt: skip
    for who, paths in pages.items():
        eyes.look(who, paths[turn :: len(TURNS)], turn)
    with acting_as(cast.worker.pk):
        plan_decisions.take_back(second, by=cast.worker)
    written = [f"/plans/{second.pk}/", f"/plans/{second.pk}/write/", f"/plans/{second.pk}/goals/new/",
               f"/plans/goals/{goal_of(second).pk}/"]  # fmt: skip
    eyes.look("worker", written[turn :: len(TURNS)], turn)
    assert eyes.found == []
