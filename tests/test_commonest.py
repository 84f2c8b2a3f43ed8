"""The commonest acts of every role, from the home page: at most three clicks and half a minute each.

Time is that of the keystroke-level model (Card, Moran and Newell, 1980), not of the machine: a click
is 1.2 s to point and press, a key 0.28 s, and each of them is thought of for 1.35 s before.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone
from playwright.sync_api import expect

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import care_team, records
from cases.kinds import KINDS
from cases.models import Absence, Case, Document, Incident, Note, Proceeding
from referrals.models import Member
from rehabilitation.actions import Facts
from rehabilitation.bookings import When, book
from rehabilitation.models import LogEntry, Plan, Service, StayExtension
from tests.bodies import told
from tests.houses import DECISION, a_bed, live_in, on_shift
from tests.payments import asked, confirmed_case
from tests.plans import drafted, submitted
from tests.silence import ages, by_night, climb
from tests.test_digest import look
from tests.test_incidents import reported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLICK, KEY, THOUGHT = 1.2, 0.28, 1.35
MOST_CLICKS, MOST_SECONDS = 3, 30


class Hand:
    """Does what a person does, counted."""

    def __init__(self, page) -> None:
        self.page, self.clicks, self.seconds = page, 0, 0.0

    def _click(self, found) -> None:
        self.clicks += 1
        self.seconds += THOUGHT + CLICK
        found.locator("visible=true").first.click()
        self.page.wait_for_load_state()

    def click(self, words: str) -> None:
        """Press the button or follow the link that begins so."""
        begins = re.compile(rf"^\s*{re.escape(words)}\b")
        self._click(self.page.locator("main :is(button, a, summary)", has_text=begins))

    def follow(self, begins: str) -> None:
        """Follow the first link whose address begins so."""
        self._click(self.page.locator(f"main a[href^='{begins}']"))

    def menu(self, words: str) -> None:
        """Go there by the menu."""
        self._click(self.page.locator("nav a", has_text=words))

    def tick(self, selector: str) -> None:
        """Tick a box."""
        self._click(self.page.locator(f"main {selector}"))

    def arrow(self, name: str, value: str) -> None:
        """Go to radio buttons by Tab, and to one of them by the arrow keys."""
        self.seconds += THOUGHT
        self.page.locator(f"main [name={name}]").first.focus()
        wanted = self.page.locator(f"main [name={name}][value={value}]")
        while not wanted.is_checked():
            self.seconds += KEY
            self.page.keyboard.press("ArrowDown")

    def type(self, name: str, words: str) -> None:
        """Go to a field by Tab, and type."""
        self.seconds += THOUGHT + KEY * (len(words) + 1)
        self.page.fill(f"main [name={name}]", words)

    def choose(self, name: str, label: str) -> None:
        """Go to a list by Tab, and type the beginning of what it offers."""
        self.seconds += THOUGHT + KEY * 4
        self.page.select_option(f"main [name={name}]", label=label)

    def reads(self, words: str) -> None:
        """See that it is there."""
        self.seconds += THOUGHT
        expect(self.page.locator("main")).to_contain_text(words)


@pytest.fixture
def acts(enter, page, live_server) -> Callable[[str], Callable]:
    """Sign in; then each act begins on the home page and is counted."""

    def signed_in(who: str) -> Callable:
        enter(who)

        @contextmanager
        def one() -> Iterator[Hand]:
            page.goto(f"{live_server.url}/")
            hand = Hand(page)
            yield hand
            assert hand.clicks <= MOST_CLICKS, hand.clicks
            assert hand.seconds <= MOST_SECONDS, hand.seconds

        return one

    return signed_in


def booked(case, cast, giver, minutes=0, **said):
    """A session of today that `giver` gives; it begins in so many minutes, or has just begun."""
    with acting_as(cast.worker.pk):
        when = When(timezone.now() + timedelta(minutes=minutes or 1))
        made = book(case, when, by=cast.worker, facts=Facts(given_by=giver), **said)[0]
        if not minutes:
            Service.objects.filter(pk=made.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
        return made


def note(hand, words):
    hand.click("Note")
    hand.type("text", words)
    hand.click("Save")
    hand.reads("The note is saved.")


def test_the_caseworker(acts, cast, adult_case):
    """A note, a service, a safe call, the plan, the next step."""
    look(adult_case, cast.worker)
    session = booked(adult_case, cast, cast.worker, service_type="social")
    drafted(adult_case, cast)
    one = acts("worker")
    with one() as hand:
        note(hand, "She has a job interview on Monday.")
    with one() as hand:
        hand.click("Delivered")
        hand.reads("Social assistance: Delivered.")
    with one() as hand:
        hand.click("Telephone")
        hand.reads("Never say")
        hand.click("Reached")
        hand.reads("The call is in the notes")
    with one() as hand:
        hand.click("Finish")
        hand.click("Hand in for approval")
        hand.reads("Handed in; a supervisor decides.")
    with one() as hand:
        hand.click(adult_case.number)
        hand.choose("to", "Assessment")
        hand.click("Move")
        hand.reads("Assessment")
    with acting_as(cast.worker.pk):
        session.refresh_from_db()
        found = (session.state, Plan.objects.get().state, Case.objects.get(pk=adult_case.pk).state)
        assert found == ("delivered", "submitted", "assessment")
        assert {row.kind for row in Note.objects.filter(case=adult_case)} == {"note", "call"}


def test_the_psychologist(acts, cast, adult_case):
    """My sessions, came or not, a note, how it helped, one line to the caseworker."""
    care_team.choose(adult_case, {"psychologist": cast.specialist}, why="needed", by=cast.worker)
    look(adult_case, cast.specialist)
    first = booked(adult_case, cast, cast.specialist, service_type="psychological")
    second = booked(adult_case, cast, cast.specialist, minutes=90, service_type="psychological")
    one = acts("specialist")
    with one() as hand:
        hand.menu("Calendar")
        hand.reads(adult_case.number)
    with one() as hand:
        hand.click("Did not come")
        hand.reads("Missed.")
    with one() as hand:
        hand.click("Record")
        hand.choose("deliver-outcome", "It helped")
        hand.click("Delivered")
        hand.reads("Delivered.")
    with one() as hand:
        note(hand, "Sleeps better; we go on with the breathing.")
    with one() as hand:
        hand.click("Note")
        hand.type("text", "Nightmares again.")
        hand.type("line", "Please no early appointments.")
        hand.click("Save")
        hand.reads("The note is saved.")
    with acting_as(cast.worker.pk):
        states = {row.pk: (row.state, row.outcome) for row in Service.objects.all()}
        assert states == {first.pk: ("missed", ""), second.pk: ("delivered", "helped")}
        assert (
            Note.objects.get(case=adult_case, line_of__isnull=False).text == "Please no early appointments."
        )


def test_the_lawyer(acts, cast, adult_case, tmp_path):
    """The hearings, a document, a letter, a note."""
    care_team.choose(adult_case, {"lawyer": cast.lawyer}, why="court", by=cast.worker)
    hearing = Proceeding(case=adult_case, victim=adult_case.victim, kind="criminal", role="victim",
                         next_hearing=timezone.now() + timedelta(days=3))  # fmt: skip
    records.add(KINDS["proceeding"], hearing, by=cast.worker)
    look(adult_case, cast.lawyer)
    paper = tmp_path / "claim.pdf"
    one = acts("lawyer")
    with one() as hand:
        hand.click(adult_case.number)
        hand.click("Record")
        hand.reads("Next hearing")
    with one() as hand:
        hand.click(adult_case.number)
        hand.click("Write a paper")
        hand.type("cover-to", "Nəsimi court")
        hand.page.locator("section", has_text="Cover letter").get_by_role("button").click()
        hand.clicks += 1
        hand.reads("The paper is made and filed.")
        with hand.page.expect_download() as download:
            hand.page.locator("main a", has_text="Download").click()  # it is the next act's document
        download.value.save_as(paper)
    with one() as hand:
        hand.click(adult_case.number)
        hand.click("Documents")
        hand.page.set_input_files("[name=file]", paper)
        hand.choose("kind", "Court or police paper")
        hand.click("Add")
        hand.reads("The document is kept.")
    with one() as hand:
        note(hand, "The hearing is moved to Friday.")
    with acting_as(cast.lawyer.pk):
        assert {row.kind for row in Document.objects.filter(case=adult_case)} == {"letter", "court"}


def test_the_house(acts, cast, child_case):
    """Who is in, who goes out, the handover, an incident, who stays longer."""
    stay = live_in(a_bed(), child_case, cast.worker, **DECISION)
    on_shift(cast, stay.house)
    one = acts("house")
    with one() as hand:
        hand.menu("House")
        hand.reads("2/1")
    with one() as hand:
        hand.menu("House")
        hand.click("Went out")
        hand.reads("out")
    with one() as hand:
        hand.menu("House")
        hand.type("text", "The boiler is repaired. Breakfast at eight.")
        hand.click("Write down")
        hand.reads("The boiler is repaired.")
    with one() as hand:
        hand.menu("House")
        hand.click("Report incident")
        hand.arrow("kind", "threat")
        hand.type("text", "A man asked for her at the gate.")
        hand.click("Report incident")
        hand.reads("The incident is reported.")
    with one() as hand:
        hand.menu("House")
        hand.click("Stays longer")
        hand.arrow("asked_for_by", "person")
        hand.type("days", "7")
        hand.type("reason", "School is not found yet.")
        hand.click("Ask for it")
        hand.reads("Asked for; somebody else decides.")
    with acting_as(cast.supervisor.pk):
        assert StayExtension.objects.get().days == 7
        assert Incident.objects.get().kind == "threat"
        assert LogEntry.objects.count() == 1


def test_the_supervisor(acts, cast, child_case, adult_case):
    """The child's clock, a plan, who gets a case, what is overdue, who stands in."""
    by_night()
    told(child_case)
    climb()
    submitted(adult_case, cast)
    one = acts("supervisor")
    with one() as hand:
        hand.reads("Telephone now")
    with one() as hand:
        hand.click("Review")
        hand.click("Approve and next")
        hand.reads("approved, it binds from today")
    with one() as hand:
        hand.menu("Cases")
        hand.tick(f"[value='{adult_case.pk}']")
        hand.choose("to", "Colleague, caseworker")
        hand.click("Give")
        hand.reads("Colleague")
    with one() as hand:
        hand.menu("Plans of the team")
        hand.reads("overdue")
    with one() as hand:
        day = baku_today().isoformat()
        hand.menu("Absence")
        hand.choose("person", "Worker, caseworker")
        hand.type("first_day", day)
        hand.type("last_day", day)
        hand.choose("deputy", "Colleague, caseworker")
        hand.click("Save")
        hand.reads("Colleague stands in for Worker.")
    with acting_as(cast.supervisor.pk):
        assert Case.objects.get(pk=adult_case.pk).owner == cast.colleague
        assert Absence.objects.count() == 1


def test_the_director(acts, cast, child_case, adult_case):
    """The child's clock, an incident, a signature, the occupancy, the report."""
    ages(told(child_case), 50)  # past every step, by day and by night
    climb()
    reported(adult_case, cast.worker)
    asked(confirmed_case(cast), cast.worker, kind="reintegration", amount=5000)
    one = acts("director")
    with one() as hand:
        hand.reads("Telephone now")
    with one() as hand:
        hand.click("Open")
        hand.reads(adult_case.number)
    with one() as hand:
        hand.click("Decide")
        hand.type("order_number", "17-R")
        hand.type("order_on", baku_today().isoformat())
        hand.click("Approve")
        hand.reads("Approved: the accountant pays.")
    with one() as hand:
        hand.menu("Occupancy")
        hand.reads("Occupancy")
    with one() as hand:
        hand.menu("Reports to the ministry")
        hand.reads("Send the report of")


def test_the_body(acts, cast, child_case):
    """To read, to acknowledge, to ask, to decide."""
    told(child_case)
    one = acts("nasimi-guardianship")
    with one() as hand:
        hand.click("Read and confirm")
        hand.reads("Reference")
    with one() as hand:
        hand.click("Read and confirm")
        hand.click("We have received this")
        hand.reads("The centre sees that you have received this.")
    with one() as hand:
        hand.click("Decide")
        hand.click("Ask the centre")
        hand.type("text", "Does she go to school?")
        hand.page.locator("main button", has_text="Ask the centre").click()
        hand.clicks += 1
        hand.reads("The centre has not answered yet.")
    with one() as hand:
        hand.click("Decide")
        hand.choose("decision", "Temporary guardian appointed")
        hand.type("decision_number", "7/1")
        hand.type("decided_on", f"{baku_today():%d.%m.%Y}")
        hand.click("Record the decision")
        hand.reads("The decision is recorded.")


def test_the_administrator(acts, cast, child_case):
    """A new person, one who leaves, new codes for a factor, a state body, a word of a code list."""
    (member,) = Member.objects.filter(commission__district="nasimi", commission__body="guardianship")
    kept = RecoveryCodes.activate(member.staff)
    kept.instance.data["used_mask"] = 0b11111111  # eight of ten
    kept.instance.save()
    one = acts("administrator")
    with one() as hand:
        hand.click("New person")
        hand.type("display_name", "Aysel Məmmədova")
        hand.type("username", "aysel")
        hand.choose("role", "caseworker")
        hand.choose("team", cast.worker.team.name)
        hand.type("reason", "Order 7")
        hand.click("Show what happens")
        hand.click("Do it")
        hand.reads("For a sealed envelope")
    with one() as hand:
        hand.click("Somebody leaves or changes")
        hand.follow(f"/staff/{cast.stranger.pk}/leave/")
        hand.click("End all access")
        hand.reads("has no access any more")
    with one() as hand:
        hand.click("New codes")
        hand.click("Make ten new codes")
        hand.reads("They are shown only now")
    with one() as hand:
        hand.click("New state body")
        hand.choose("body", codelists.label_in("mandatory_recipient", "guardianship", "en"))
        hand.choose("district", "Lerik")
        hand.type("duty_phone", "012 555 01 03")
        hand.click("Show what happens")
        hand.click("Do it")
        hand.reads("The body is there")
    with one() as hand:
        hand.type("q", "Hotline")
        hand.page.keyboard.press("Enter")
        hand.page.wait_for_load_state()
        hand.follow("/staff/settings/codes/referral_source/hotline/")
        hand.type("en", "Trust line")
        hand.type("reason", "Order 8")
        hand.click("Show what happens")
        hand.click("Do it")
        hand.reads("It is said so from now on")
