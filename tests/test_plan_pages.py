"""The pages of a plan: who may, what they do, and what they refuse."""

import io
import re
from datetime import timedelta

import pypdfium2
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, IntegrityError, transaction

from aidcenter.context import acting_as
from aidcenter.models import Staff
from cases.models import Document
from rehabilitation import goal_templates, goals, plan_decisions, plans
from rehabilitation.actions import record_service
from rehabilitation.models import (
    Comment,
    Goal,
    GoalAction,
    GoalTemplate,
    Plan,
    Progress,
    Review,
    Service,
    Signature,
    TemplateEdition,
)
from rehabilitation.plan_content import content
from rehabilitation.tasks import remind_of_reviews
from tests.conftest import as_login as running_as
from tests.plans import SAID, TODAY, approved, drafted, goal_of, goal_said, submitted
from tests.test_documents import picture
from tests.test_staffing import twice

pytestmark = pytest.mark.django_db

WRITE = SAID | {"needs": "a passport", "participation": "full"}
STEPS = {
    "step-TOTAL_FORMS": "1",
    "step-INITIAL_FORMS": "0",
    "step-0-service_type": "legal",
    "step-0-text": "file it",
}
GOAL = {
    "domain": "legal",
    "text": "Sue for wages",
    "priority": "high",
    "due_on": f"{TODAY + timedelta(days=9)}",
} | STEPS


def status(sign_in, cast, path, who=("stranger", "accountant", "worker"), post=None):
    """What each gets at `path`."""
    found = {}
    for name in who:
        client = sign_in(getattr(cast, name))
        found[name] = (client.get(path) if post is None else client.post(path, post)).status_code
    return found


def seen(client, path):
    """The mark that the form at `path` carries."""
    return re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(path).content.decode())[1]


def test_a_plan_is_begun_written_and_handed_in(cast, adult_case, sign_in):
    path = f"/plans/case/{adult_case.pk}/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    begin = status(sign_in, cast, f"{path}draft/", post={}, who=("stranger", "specialist", "worker"))
    assert begin == {"stranger": 404, "specialist": 403, "worker": 302}
    plan, client = Plan.objects.get(), sign_in(cast.worker)
    write, goal = f"/plans/{plan.pk}/write/", f"/plans/{plan.pk}/goals/new/"
    assert status(sign_in, cast, write) == {"stranger": 404, "accountant": 403, "worker": 200}
    assert client.post(write, WRITE | {"seen": seen(client, write)}).status_code == 302
    assert status(sign_in, cast, goal) == {"stranger": 404, "accountant": 403, "worker": 200}
    assert client.post(goal, GOAL).status_code == 302
    page = f"/plans/{plan.pk}/"
    shown = client.get(page).content.decode()
    assert ("Sue for wages" in shown, "a passport" in shown) == (True, True)
    assert client.post(f"{page}submit/", {"seen": seen(client, page)}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.submitted_hash) == ("submitted", content(plan).mark)
    assert "Take it back" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ends_on": f"{TODAY - timedelta(days=1)}"}, "before the start"),
        ({"next_review_on": f"{TODAY + timedelta(days=120)}"}, "at the latest"),
        ({"wishes": "w" * 5001}, "at most 5000"),
        ({"consents": "11111111-1111-4111-8111-111111111111"}, ""),
        ({"starts_on": "1390-13-40"}, "valid date"),
    ],
)
def test_what_cannot_be_meant_is_asked_again(cast, adult_case, sign_in, said, told):
    plan, client = drafted(adult_case, cast), sign_in(cast.worker)
    path = f"/plans/{plan.pk}/write/"
    answer = client.post(path, WRITE | {"seen": seen(client, path)} | said)
    if told:
        assert answer.status_code == 200
        assert told in answer.content.decode()
    plan.refresh_from_db()
    assert plan.consents == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"due_on": f"{TODAY - timedelta(days=1)}"}, "before the plan starts"),
        ({"due_on": f"{TODAY + timedelta(days=999)}"}, "set its end later"),
        ({"text": "x" * 50_000}, "at most 5000"),
        ({"text": ""}, "required"),
        (
            {"step-0-starts_on": f"{TODAY}", "step-0-due_on": f"{TODAY - timedelta(days=2)}"},
            "before the beginning",
        ),
        ({"step-0-service_type": ""}, "Choose the service"),
        ({"responsible": "999999"}, "valid choice"),
        ({"domain": "magic"}, "valid choice"),
    ],
)
def test_a_goal_that_cannot_be_meant_is_asked_again(cast, adult_case, sign_in, said, told):
    plan = drafted(adult_case, cast)
    answer = sign_in(cast.worker).post(f"/plans/{plan.pk}/goals/new/", GOAL | said)
    assert (answer.status_code, told in answer.content.decode()) == (200, True)
    assert Goal.objects.count() == 1


def test_a_plan_has_no_three_hundred_goals(cast, adult_case, sign_in, monkeypatch):
    monkeypatch.setattr("rehabilitation.goals.MOST_GOALS", 1)
    plan = drafted(adult_case, cast)
    answer = sign_in(cast.worker).post(f"/plans/{plan.pk}/goals/new/", GOAL)
    assert "at most" in answer.content.decode()


def test_a_goal_is_changed_with_its_actions(cast, adult_case, sign_in):
    plan, client = drafted(adult_case, cast), sign_in(cast.worker)
    path, step = f"/plans/goals/{goal_of(plan).pk}/", GoalAction.objects.get()
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    mark = seen(client, path)
    said = GOAL | {"seen": mark, "step-0-id": f"{step.pk}"}
    assert client.post(path, said).status_code == 302
    step.refresh_from_db()
    assert (Goal.objects.get().text, step.text, GoalAction.objects.count()) == ("Sue for wages", "file it", 1)
    again = client.post(path, said | {"text": "Something else"})  # with the mark of before
    assert "Somebody changed this" in again.content.decode()
    assert Goal.objects.get().text == "Sue for wages"
    drop = status(sign_in, cast, f"{path}drop/", post={})
    assert drop == {"stranger": 404, "accountant": 403, "worker": 302}
    assert not Goal.objects.exists()


def test_a_goal_starts_from_one_that_the_centre_offers(cast, adult_case, sign_in):
    offered = GoalTemplate.objects.filter(domain="documents").first()
    plan, client = drafted(adult_case, cast), sign_in(cast.worker)
    shown = client.get(f"/plans/{plan.pk}/goals/new/?from={offered.pk}").content.decode()
    assert f">\n{offered.text_en}</textarea>" in shown
    assert client.get(f"/plans/{plan.pk}/goals/new/?from=x").status_code == 200


def test_the_goals_on_offer_are_edited(cast, sign_in):
    path = "/plans/templates/"
    assert status(sign_in, cast, path, who=("worker", "supervisor", "administrator")) == {
        "worker": 403, "supervisor": 200, "administrator": 200}  # fmt: skip
    kept = GoalTemplate.objects.first()
    said = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "1", "form-0-id": f"{kept.pk}", "form-0-domain": "legal",
            "form-0-text_az": "A", "form-1-domain": "health", "form-1-text_az": "B"}  # fmt: skip
    client = sign_in(cast.administrator)
    shown = client.post(path, said).content.decode()
    assert ("This is what happens" in shown, GoalTemplate.objects.filter(text_az="B").exists()) == (
        True,
        False,
    )
    assert twice(client, path, said).status_code == 302
    rows = GoalTemplate.objects.filter(active=True).order_by("pk")
    assert [(row.pk == kept.pk, row.domain, row.text_az) for row in rows] == [
        (True, "legal", "A"),
        (False, "health", "B"),
    ]
    refused = sign_in(cast.administrator).post(path, said | {"form-1-text_az": ""})
    assert "a text in Azerbaijani" in refused.content.decode()
    (newest, first) = client.get(path).context["past"]
    assert (newest.edition.made_by, first.edition.made_by, first.facts) == (cast.administrator, None, [])
    again = client.get(path, {"again": first.edition.number}).context["formset"]
    assert again[0]["text_az"].value() == first.edition.said[0]["text_az"] != "A"
    back = {bound.html_name: bound.value() or "" for form in again for bound in form}
    back |= {"form-TOTAL_FORMS": str(again.total_form_count()), "form-INITIAL_FORMS": "0"}
    twice(client, path, back)
    assert [each.text_az for each in goal_templates.offered()] == [
        row["text_az"] for row in first.edition.said
    ]


def test_editions_of_goals_are_only_added(cast, sign_in):
    said = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-domain": "legal",
        "form-0-text_az": "A",
    }
    twice(sign_in(cast.supervisor), "/plans/templates/", said)
    for who, change in ((cast.supervisor, lambda: TemplateEdition.objects.update(said=[])),
                        (cast.worker, lambda: TemplateEdition.objects.create(said=[], made_by=cast.worker)),
                        (cast.supervisor, lambda: TemplateEdition.objects.create(said=[], made_by=cast.worker)),
                        (cast.supervisor, lambda: TemplateEdition.objects.create(said=[]))):  # fmt: skip
        with acting_as(who.pk), pytest.raises(Error), transaction.atomic():
            change()
    with acting_as(cast.worker.pk):
        assert TemplateEdition.objects.count() == 2


# --- deciding -------------------------------------------------------------------------------


def test_the_supervisor_finds_it_reads_it_and_approves(cast, adult_case, sign_in):
    plan, client = submitted(adult_case, cast), sign_in(cast.supervisor)
    assert "A plan waits for your decision" in client.get("/").content.decode()
    path = f"/plans/{plan.pk}/decide/"
    assert path in client.get("/plans/review/").content.decode()
    who = ("worker", "other_supervisor", "director", "supervisor")
    assert status(sign_in, cast, path, who=who) == {
        "worker": 403, "other_supervisor": 404, "director": 404, "supervisor": 200}  # fmt: skip
    stale = client.post(path, {"verdict": "approve", "seen": "0" * 64, "why": "typed already"})
    plan.refresh_from_db()
    assert plan.state == "submitted"  # not what was read
    shown = stale.content.decode()
    assert ("changed since you opened it" in shown, "typed already" in shown) == (True, True)
    assert client.post(path, {"verdict": "", "seen": seen(client, path)}).status_code == 200
    answer = client.post(path, {"verdict": "approve", "seen": seen(client, path)})
    plan.refresh_from_db()
    assert (answer.url, plan.state) == ("/plans/review/", "active")
    assert "approved by Supervisor" in client.get(f"/plans/case/{adult_case.pk}/").content.decode()
    late = client.post(path, {"verdict": "return", "why": "who helps her?"}).content.decode()
    assert ("does not wait any more: Supervisor" in late, "who helps her?" in late) == (True, True)
    assert "does not wait any more" in client.get(path, follow=True).content.decode()


def test_approve_and_next_leads_to_the_most_urgent(cast, open_case, sign_in):
    first, second, third = (submitted(open_case(), cast) for _ in range(3))
    third.case.risk_level = "high"
    third.case.save(update_fields=["risk_level"])
    client = sign_in(cast.supervisor)
    listed = re.findall(
        r'class="what" href="/plans/([0-9a-f-]+)/decide/"', client.get("/plans/review/").content.decode()
    )
    assert listed == [str(third.pk), str(first.pk), str(second.pk)]
    path = f"/plans/{third.pk}/decide/"
    answer = client.post(path, {"verdict": "approve", "seen": seen(client, path)})
    assert answer.url == f"/plans/{first.pk}/decide/"


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_asks_as_much_for_three_as_for_one(
    cast, open_case, sign_in, number, django_assert_num_queries
):
    for _ in range(number):
        submitted(open_case(), cast)
    client = sign_in(cast.supervisor)
    client.get("/plans/review/")
    with django_assert_num_queries(11):
        client.get("/plans/review/")


def test_what_changed_is_shown_word_by_word(cast, adult_case, sign_in):
    approved(adult_case, cast)
    plan = plans.draft(adult_case, by=cast.worker)
    plans.write(plan, SAID, by=cast.worker)
    goals.change(goal_of(plan), goal_said(cast, text="Apply for a passport with escort"), [], by=cast.worker)
    goals.add(plan, goal_said(cast, domain="family", text="Visit the aunt"), [], by=cast.worker)
    plan_decisions.submit(plan, seen=content(plan).mark, by=cast.worker)
    shown = sign_in(cast.supervisor).get(f"/plans/{plan.pk}/decide/").content.decode()
    assert "<ins> with escort</ins>" in shown
    assert re.search(r"<del>[^<]*ASAN centre[^<]*</del>", shown)
    assert "goals added: 1, changed: 1, taken out: 0, unchanged: 0" in shown
    assert "No goal for" not in shown  # nothing was assessed
    assert "The person has not been assessed" in shown


def test_returned_it_is_a_duty_of_its_author(cast, adult_case, sign_in):
    plan = submitted(adult_case, cast)
    path, same_as = f"/plans/{plan.pk}/decide/", goal_of(plan).same_as
    sign_in(cast.supervisor).post(
        path, {"verdict": "return", "why": "no home yet", f"about-{same_as}": "by when?"}
    )
    assert Comment.objects.filter(plan=plan).count() == 2
    client = sign_in(cast.worker)
    assert "A plan came back" in client.get("/").content.decode()
    shown = client.get(f"/plans/{plan.pk}/").content.decode()
    assert ("no home yet" in shown, "by when?" in shown) == (True, True)


def test_the_director_decides_what_nobody_else_can(cast, adult_case, sign_in):
    plan, client = submitted(adult_case, cast, by=cast.supervisor), sign_in(cast.director)
    path = f"/plans/{plan.pk}/decide/"
    assert "A plan waits for your decision" in client.get("/").content.decode()
    shown = client.get(path).content.decode()
    assert ("Apply for a passport" in shown, "Quliyeva" in shown) == (True, False)
    assert status(sign_in, cast, f"/plans/{plan.pk}/", who=("director",)) == {"director": 403}
    author = sign_in(cast.supervisor)
    assert "somebody else decides it" in author.get(path).content.decode()
    refused = author.post(path, {"verdict": "approve", "seen": plan.submitted_hash}, follow=True)
    assert "did not write it" in refused.content.decode()
    answer = client.post(path, {"verdict": "approve", "seen": seen(client, path)})
    plan.refresh_from_db()
    assert (answer.status_code, plan.state, client.get(path).status_code) == (302, "active", 404)


# --- life of a plan -------------------------------------------------------------------------


def test_a_review_on_track_is_one_press(cast, adult_case, sign_in):
    plan, client = approved(adult_case, cast), sign_in(cast.worker)
    path = f"/plans/{plan.pk}/reviews/new/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    said = {
        "reviewed_on": f"{TODAY}",
        "decision": "continue",
        "next_review_on": f"{TODAY + timedelta(days=90)}",
    }
    assert client.post(path, said).status_code == 302
    plan.refresh_from_db()
    adult_case.refresh_from_db()
    assert (plan.review_due, Review.objects.get().decision) == (TODAY + timedelta(days=90), "continue")
    assert Progress.objects.count() == 0
    assert "Plan reviewed" in client.get(f"/cases/{adult_case.pk}/").content.decode()


def test_a_review_moves_goals_by_what_was_delivered(cast, adult_case, sign_in):
    plan = approved(adult_case, cast)
    goal = goal_of(plan)
    served = record_service(adult_case, service_type="documents", delivered_on=TODAY, by=cast.worker)
    client, path = sign_in(cast.worker), f"/plans/{plan.pk}/reviews/new/"
    assert str(served.pk) in client.get(path).content.decode()
    said = {"reviewed_on": f"{TODAY}", "decision": "continue", "next_review_on": f"{TODAY + timedelta(days=30)}",
            f"state-{goal.pk}": "in_progress", f"note-{goal.pk}": "applied", f"services-{goal.pk}": f"{served.pk}"}  # fmt: skip
    assert client.post(path, said).status_code == 302
    goal.refresh_from_db()
    row = Progress.objects.get()
    assert (goal.state, row.services, row.note) == ("in_progress", [served.pk], "applied")


@pytest.mark.parametrize(
    "said",
    [
        {"next_review_on": f"{TODAY + timedelta(days=91)}"},
        {"next_review_on": f"{TODAY}"},
        {"next_review_on": ""},
        {"reviewed_on": f"{TODAY + timedelta(days=1)}"},
        {"decision": "whatever"},
    ],
)
def test_a_review_that_cannot_be_meant_is_asked_again(cast, adult_case, sign_in, said):
    plan = approved(adult_case, cast)
    good = {
        "reviewed_on": f"{TODAY}",
        "decision": "continue",
        "next_review_on": f"{TODAY + timedelta(days=90)}",
    }
    answer = sign_in(cast.worker).post(f"/plans/{plan.pk}/reviews/new/", good | said)
    assert (answer.status_code, Review.objects.count()) == (200, 0)


def test_progress_is_kept_and_carried_into_the_next_version(cast, adult_case, sign_in):
    plan = approved(adult_case, cast)
    path = f"/plans/goals/{goal_of(plan).pk}/progress/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    client = sign_in(cast.worker)
    assert "Say why" in client.post(path, {"state": "dropped", "note": ""}).content.decode()
    assert client.post(path, {"state": "in_progress", "note": "applied on Monday"}).status_code == 302
    assert goal_of(drafted(adult_case, cast)).state == "in_progress"
    assert "applied on Monday" in client.get(path).content.decode()


def test_a_draft_has_no_progress(cast, adult_case, sign_in):
    plan = drafted(adult_case, cast)
    answer = sign_in(cast.worker).post(
        f"/plans/goals/{goal_of(plan).pk}/progress/", {"state": "achieved", "note": "x"}
    )
    assert "Only a plan in force" in answer.content.decode()


def test_who_signed_is_kept_with_what_it_said(cast, adult_case, sign_in):
    plan, client = drafted(adult_case, cast), sign_in(cast.worker)
    path = f"/plans/{plan.pk}/sign/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    said = {"signer": "person", "name": "Leyla Quliyeva", "signed_on": f"{TODAY}"}
    assert "Draw the signature" in client.post(path, said).content.decode()
    assert client.post(path, said | {"file": SimpleUploadedFile("s.jpg", picture())}).status_code == 302
    row = Signature.objects.get()
    assert (row.plan_hash, row.document.kind) == (content(plan).mark, "signature")
    plans.write(plan, SAID | {"wishes": "another word"}, by=cast.worker)
    assert "of an earlier wording" in client.get(f"/plans/{plan.pk}/").content.decode()


def test_a_drawn_signature_is_a_picture_or_nothing(cast, adult_case, sign_in):
    plan, client = drafted(adult_case, cast), sign_in(cast.worker)
    said = {"signer": "person", "name": "L", "signed_on": f"{TODAY}"}
    for drawn in ("data:image/png;base64,!!", "data:image/png;base64,aGVsbG8=", "javascript:alert(1)"):
        assert client.post(f"/plans/{plan.pk}/sign/", said | {"drawn": drawn}).status_code == 200
    assert Document.objects.count() == 0


def test_the_paper_is_the_plan_in_each_language(cast, adult_case, sign_in):
    plan = approved(adult_case, cast)
    assert status(sign_in, cast, f"/plans/{plan.pk}/paper/az/") == {
        "stranger": 404,
        "accountant": 403,
        "worker": 200,
    }
    for language, title in (
        ("az", "Fərdi sosial reabilitasiya planı"),
        ("ru", "план"),
        ("en", "Individual social"),
    ):
        answer = sign_in(cast.worker).get(f"/plans/{plan.pk}/paper/{language}/")
        document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        assert title in text
        assert ("Quliyeva" in text, plan.approved_hash[:40] in text.replace("\r\n", "")) == (True, True)
        known = " ".join(document.get_metadata_dict().values())
        assert ("Quliyeva" in known, "Quliyeva" in answer["Content-Disposition"]) == (False, False)
    assert sign_in(cast.worker).get(f"/plans/{plan.pk}/paper/xx/").status_code == 404


def test_a_plan_is_ended_with_what_was_reached(cast, adult_case, sign_in):
    plan, client = approved(adult_case, cast), sign_in(cast.worker)
    path = f"/plans/{plan.pk}/end/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    assert client.post(path, {"to": "completed", "outcome": "partly", "result": "works"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.outcome) == ("completed", "partly")


def test_overdue_reviews_are_shown_to_worker_and_supervisor(cast, adult_case, sign_in):
    plan = approved(adult_case, cast)
    review = Review(plan=plan, case=adult_case, victim=adult_case.victim, author=cast.worker, decision="continue",
                    reviewed_on=TODAY - timedelta(days=99), next_review_on=TODAY - timedelta(days=9))  # fmt: skip
    review.save()
    for who in (cast.worker, cast.supervisor):
        assert "Review the plan" in sign_in(who).get("/").content.decode()
    assert "Review the plan" not in sign_in(cast.colleague).get("/").content.decode()
    shown = sign_in(cast.supervisor).get("/plans/figures/").content.decode()
    assert re.search(r"<b>1</b>\s+without the review", shown)
    assert status(sign_in, cast, "/plans/figures/", who=("worker", "supervisor")) == {
        "worker": 403,
        "supervisor": 200,
    }


def test_a_goal_of_another_case_serves_no_service(cast, open_case, adult_case):
    goal = goal_of(drafted(open_case(), cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.create(
            case=adult_case, type="legal", delivered_on=TODAY, recorded_by=cast.worker, goal=goal
        )


def test_the_author_who_lost_the_case_hands_nothing_in(cast, adult_case, sign_in):
    plan = drafted(adult_case, cast)
    mark = content(plan).mark
    with acting_as(cast.supervisor.pk):
        adult_case.owner = cast.colleague
        adult_case.save(update_fields=["owner"])
    assert sign_in(cast.worker).post(f"/plans/{plan.pk}/submit/", {"seen": mark}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("left", "mails"), [(7, 1), (3, 0), (0, 1), (-7, 1), (-8, 0)])
def test_the_mail_about_a_review_goes_once_a_day_and_names_nobody(cast, adult_case, left, mails):
    plan = approved(adult_case, cast)
    Staff.objects.filter(pk=cast.worker.pk).update(email="someone@centre.example")
    review = Review(plan=plan, case=adult_case, victim=adult_case.victim, author=cast.worker, decision="continue",
                    reviewed_on=TODAY - timedelta(days=99), next_review_on=TODAY + timedelta(days=left))  # fmt: skip
    review.save()
    with running_as("DATABASE_WORKER_URL"):
        remind_of_reviews()
        remind_of_reviews()
    assert len(mail.outbox) == mails
    for letter in mail.outbox:
        said = letter.subject + letter.body
        assert (adult_case.number in said, "Quliyeva" in said, "passport" in said) == (True, False, False)


def test_the_case_says_which_version_waits_and_leads_who_decides_there(cast, adult_case, sign_in):
    plan = submitted(adult_case, cast)
    for path in (f"/cases/{adult_case.pk}/", f"/plans/case/{adult_case.pk}/"):
        for who, decides in ((cast.worker, False), (cast.supervisor, True)):
            shown = sign_in(who).get(path).content.decode()
            assert (f"/plans/{plan.pk}/decide/" in shown, "No plan is in force yet" in shown) == (
                decides,
                False,
            )
    assert "A plan waits for a supervisor" in sign_in(cast.worker).get("/").content.decode()
