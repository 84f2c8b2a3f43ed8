"""The pages in a real browser: a child from registration to acknowledgement, and nothing for axe to find."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone
from PIL import Image

from aidcenter.context import acting_as
from cases import centre_acts, documents, exports, family, lists, records, safety, staffing
from cases.kinds import KINDS
from cases.listing import ListForm
from cases.models import Case, ConnectedPerson, PossibleMatch, SafetySheet
from referrals import authorities, drills, questions
from referrals.models import BodyWord, Notification
from rehabilitation import extensions, reports, rooms
from rehabilitation.actions import Facts, record_service
from rehabilitation.bookings import When, book
from rehabilitation.models import Room
from rehabilitation.periods import Period
from tests import payments
from tests.bodies import received
from tests.cast import ask_questions, write_consent_texts
from tests.houses import DECISION, a_bed, live_in, on_shift
from tests.pages.eyes import FULL, TURNS
from tests.partners import REPORT, a_partner, prepared, said, sent
from tests.payments import confirmed_case
from tests.silence import by_night, climb
from tests.test_assessments import kept as assessed
from tests.test_calls import called
from tests.test_consent import given
from tests.test_delivery import deliver
from tests.test_import import CHILD, OLD, checked, done
from tests.test_incidents import reported
from tests.test_orders import decided, entered
from tests.test_providers import offer_services, provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_child_from_registration_to_acknowledgement(enter, page):
    enter("worker", path="/cases/new/")
    page.fill("[name=given_name]", "Nuray")
    page.fill("[name=estimated_age]", "14")
    page.locator("[name=estimated_age]").press("Tab")
    page.locator("text=Register and notify").first.wait_for()  # said before saving, by htmx
    assert Case.objects.count() == 0
    page.locator("#register-button button").click()
    page.wait_for_url("**/cases/*-*/")
    deliver()
    enter("nasimi-guardianship", path="/referrals/")
    page.locator("main a.btn").first.click()
    assert "Nuray" not in page.inner_text("main")
    page.locator("text=We have received this").click()
    page.locator("text=Nuray").wait_for()
    notification = Notification.objects.get(body="guardianship")
    assert (notification.state, notification.acknowledged_by.username) == (
        "acknowledged",
        "nasimi-guardianship",
    )
    assert enter.said == []


def test_without_javascript_the_child_is_announced_by_the_form_itself(
    enter, chromium, live_server, settings, cast
):
    settings.DEMO = True
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("button[name=person][value='worker']").click()
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    page.goto(f"{live_server.url}/cases/new/")
    page.fill("[name=birth_date]", "about 15")
    page.locator("#register-button button").click()
    assert Case.objects.count() == 0
    page.locator("#register-button button", has_text="Register and notify").click()
    page.wait_for_url("**/cases/*-*/")
    context.close()
    assert Case.objects.get().notifications.count() == 2


def live_in_a_house(cast, case):
    """The person of `case` lives in a house with a duty officer on shift, and is missing; the incident."""
    said = dict.fromkeys(SafetySheet.FACTS, "an uncle who works in the district asks for her")
    safety.write(case, said, replaces="", by=cast.worker)
    stay = live_in(a_bed(), case, cast.worker, **DECISION)
    on_shift(cast, stay.house)
    return reported(case, cast.worker, kind="missing")


def know_somebody(cast, case):
    """An uncle of whom something was changed once; the record."""
    known = ConnectedPerson(case=case, victim=case.victim, name="Uncle", dangerous=True)
    records.add(KINDS["people"], known, by=cast.worker)
    before = records.said(KINDS["people"], known)
    known.relation = "relative"
    records.change(KINDS["people"], known, before=before, by=cast.worker)
    ask_questions(cast.administrator)
    for score in (3, 1):
        assessed(case, cast.worker, score)
    dots = io.BytesIO()
    Image.new("RGB", (200, 80), "white").save(dots, "PNG")
    documents.add(case, documents.Upload("letter", dots.getvalue(), "Contract"), by=cast.worker)
    return known


def long_export(cast, settings):
    """A list that waits for a second person, and one saved under a name."""
    settings.EXPORT_ALONE = 0
    everything = ListForm.asked(QueryDict("state=all"))
    lists.save("All that I ever had", everything, by=cast.worker)
    return exports.ask(everything, with_names=True, by=cast.worker)


def known_twice(cast, case, opened):
    """A person registered twice, the sister of the person of `case`; the possible match."""
    said = {"given_name": "Leyla", "family_name": "Quliyeva", "birth_year": 1990}
    one, two = opened(said), opened(said)
    family.link(case, one, relation="sibling", by=cast.worker)
    with acting_as(cast.supervisor.pk):
        return PossibleMatch.objects.get(case=two, other=one)


def served(cast, case):
    """A service that was delivered, and one that is booked; their ids by name."""
    given_one = record_service(case, service_type="legal", delivered_on=case.opened_on, by=cast.worker)
    with acting_as(cast.supervisor.pk):
        rooms.keep([{"name": "Room 1", "active": True}], by=cast.supervisor)
    facts = Facts(given_by=cast.worker, room=Room.objects.get())
    (booked,) = book(case, When(timezone.now()), service_type="social", by=cast.worker, facts=facts)
    return {"served": given_one.pk, "booked": booked.pk}


def wait_for_an_order(cast, opened):
    """Another case to which access is to be stopped, and one to which it is; the order that waits."""
    waits, stopped = (entered(opened(), cast.worker, cast.supervisor) for _ in range(2))
    decided(stopped, cast.director)
    return waits


def money(cast):
    """A confirmed victim's case with a payment to decide, one for the director, and one to be paid."""
    case = confirmed_case(cast)
    return {
        "confirmed": case.pk,
        "paid": payments.paid(case, cast, **payments.MONTHLY).pk,
        "asked": payments.asked(case, cast.worker, **payments.MONTHLY).pk,
        "large": payments.asked(case, cast.worker, kind="reintegration", amount=Decimal(5000)).pk,
        "to_pay": payments.approved(case, cast).pk,
    }


def report_sent(cast):
    """The ministry's report of the last year."""
    with acting_as(cast.director.pk):
        return reports.send(Period.year_before(timezone.localdate()), sent_to="Ministry", exact_why="",
                            by=cast.director)  # fmt: skip


def referred(cast, case, opened):
    """Referrals: one to be sent, one with a question, one declined, one completed; their ids by name."""
    clinic, by = a_partner(cast, cast.partner, name="Clinic 7"), cast.worker
    asks = sent(prepared(case, clinic, by), by)
    said(asks, "received", cast.partner)
    said(asks, "question", cast.partner, text="Which language?")
    away = sent(prepared(opened(), clinic, by), by)
    said(away, "declined", cast.partner, text="No doctor is free")
    done = sent(prepared(opened(), clinic, by), by)
    for kind, told in (("accepted", {}), ("report", REPORT)):
        said(done, kind, cast.partner, **told)
    fresh = sent(prepared(opened(), clinic, by), by)
    return {
        "to_send": prepared(opened(), clinic, by).pk, "asks": asks.referral_id, "declined": away.referral_id,
        "completed": done.referral_id, "sheet": asks.pk, "fresh": fresh.pk,
    }  # fmt: skip


def drilled(cast):
    """A state body with a name to come and a member, and its test; their ids by name."""
    member = cast.nasimi_guardianship.membership
    body = member.commission
    told = dict.fromkeys(authorities.NAMING, f"{body.name} 2")
    since = timezone.localdate() + timedelta(days=9)
    authorities.rename(body, told | {"since": since}, by=cast.administrator)
    run = drills.start(by=cast.director)
    with acting_as(cast.director.pk):
        return {"body": body.pk, "member": member.pk, "test": run.calls.get(commission=body).pk}


def staffed(cast):
    """The lawyer, of whom a change is in force and another waits; their ids by name. A setting was changed."""
    said = {
        "role": "specialist",
        "team": None,
        "reason": "order 4",
        "successor": None,
        "email": "l@x.example",
    }
    staffing.change(cast.lawyer, said | {"profession": "lawyer"}, by=cast.administrator)
    waits = staffing.change(cast.lawyer, said | {"profession": "doctor"}, by=cast.administrator)
    day, value = timezone.localdate() + timedelta(days=5), Decimal(3)
    centre_acts.put("LADDER_WARN_HOURS", value=value, since=day, reason="order 9", by=cast.administrator)
    return {"change": waits.pk, "changed": cast.lawyer.pk}


def silent(case):
    """By night nobody answers: the first rung is taken, and somebody has telephoned the other body."""
    by_night()
    climb()
    called(Notification.objects.get(case=case, body="minors_commission"), case.owner, note="Promised to look")


def talked_about(cast, case):
    """The commission's notification, with a question and a field that waits for a supervisor; its id."""
    row = received(case, cast, "minors_commission")
    member = cast.nasimi_minors_commission
    with acting_as(member.pk):
        questions.ask(row, text="Does she go to school?", field="", by=member)
        asked = questions.ask(row, text="To write to it", field="school", by=member)
    with acting_as(cast.worker.pk):
        questions.propose(BodyWord.objects.get(pk=asked.pk), text="School 7", by=cast.worker)
    return row.pk


PAGES = {
    "worker": ("/", "/me/", "/me/record/", "/me/notices/", "/help/", "/help/glossary/", "/help/keys/", "/help/tour/", "/help/tour/?step=99", "/cases/", "/cases/?risk=low&whose=mine", "/cases/export/", "/cases/exports/{export}/", "/cases/new/", "/cases/new/several/", "/cases/{case}/", "/cases/{case}/age/", "/cases/{case}/district/", "/cases/{case}/details/",
               "/cases/{case}/access/", "/cases/urgent/", "/cases/opened/", "/cases/absence/", "/cases/enquiries/", "/me/hooks/", "/me/hooks/new/", "/me/keys/", "/me/api/?of=cases",
               "/cases/{case}/notes/new/", "/cases/{case}/call/", "/cases/{case}/papers/", "/cases/{case}/safety/", "/house/case/{case}/",
               "/cases/{case}/record/", "/cases/{case}/consent/", "/cases/{case}/consent/paper/?language=rus", "/cases/{case}/consent/{consent}/withdraw/", "/cases/{case}/record/exploitation/new/",
               "/cases/{case}/record/people/{known}/", "/cases/{case}/documents/", "/cases/{case}/assessments/", "/cases/{case}/assessments/new/", "/cases/{case}/status/", "/cases/{case}/close/", "/cases/{case}/order/", "/cases/{case}/family/", "/cases/{case}/family/new/",
               "/cases/{case}/incidents/new/", "/cases/incidents/{incident}/",
               "/services/case/{case}/", "/services/case/{case}/book/", "/services/of/{case}/", "/services/done/{case}/", "/services/figures/", "/services/figures/list/?by=type&code=legal", "/services/{served}/", "/services/{booked}/", "/services/group/", "/services/group/book/", "/calendar/?span=day", "/calendar/", "/calendar/?span=month", "/calendar/own/", "/cases/providers/",
               "/referrals/", "/referrals/{notification}/", "/referrals/{notification}/call/", "/referrals/{talked}/", "/referrals/{notification}/paper/", "/referrals/case/{case}/letter/", "/cases/{case}/record/work/new/",
               "/services/payments/case/{case}/", "/services/payments/case/{confirmed}/", "/services/payments/{to_pay}/",
               "/referrals/partners/", "/referrals/partners/case/{case}/", "/referrals/partners/{to_send}/send/", "/referrals/partners/{asks}/", "/referrals/partners/{declined}/", "/referrals/partners/{completed}/"),
    "partner": ("/", "/referrals/partners/portal/{sheet}/", "/referrals/partners/portal/{fresh}/"),
    "nasimi-guardianship": ("/", "/referrals/", "/referrals/{notification}/", "/referrals/authorities/mine/", "/me/hooks/new/"),
    "nasimi-minors_commission": ("/referrals/?state=acknowledged", "/referrals/{talked}/"),
    "director": (
        "/",
        "/cases/exports/{export}/decide/",
        "/staff/changes/{change}/",
        "/staff/settings/",
        "/staff/settings/STAY_DAYS_ADULT/",
        "/statistics/",
        "/services/figures/",
        "/reports/",
        "/reports/{report}/",
        "/house/occupancy/",
        "/cases/incidents/{incident}/",
        "/cases/orders/{order}/",
        "/services/payments/",
        "/services/payments/review/",
        "/services/payments/{large}/",
        "/referrals/authorities/{body}/",
        "/referrals/authorities/drills/",
        "/referrals/authorities/drills/{test}/repair/",
    ),
    "supervisor": ("/calendar/?of=all", "/calendar/?of=rooms&span=month", "/calendar/?of=team&span=day", "/calendar/rooms/", "/house/roster/", "/house/beds/", "/house/beds/{house}/", "/house/occupancy/", "/house/extensions/{longer}/", "/cases/?waiting=any", "/cases/matches/{match}/", "/cases/import/",
                   "/cases/import/{checked}/", "/cases/import/{done}/", "/referrals/held/", "/referrals/{talked}/", "/reports/people/?part=all&count=new",
                   "/services/payments/review/", "/services/payments/{asked}/", "/services/payments/{paid}/", "/", "/referrals/authorities/?show=missing"),
    "accountant": ("/", "/services/payments/", "/services/payments/{to_pay}/pay/"),
    "house": ("/", "/house/", "/house/stays/{stay}/longer/", "/referrals/{notification}/call/"),
    "auditor": ("/audit/", "/me/notices/"),
    "administrator": ("/cases/questions/", "/cases/consent-texts/", "/cases/consent-texts/rus/", "/cases/consent-texts/ara/", "/staff/", "/staff/{worker}/leave/", "/staff/new/", "/staff/{changed}/", "/staff/{worker}/change/", "/staff/teams/", "/staff/teams/new/", "/staff/roles/", "/staff/settings/", "/staff/settings/LADDER_WARN_HOURS/", "/staff/settings/codes/?q=hot", "/staff/settings/codes/referral_source/", "/staff/settings/codes/referral_source/new/", "/staff/settings/codes/paper_text/attendance/", "/staff/settings/languages/",
                      "/services/catalogue/", "/referrals/partners/members/", "/referrals/partners/members/new/", "/cases/providers/", "/cases/providers/new/", "/cases/providers/{provider}/",
                      "/referrals/authorities/", "/referrals/authorities/new/", "/referrals/authorities/rename/", "/referrals/authorities/{body}/", "/referrals/authorities/{body}/change/", "/referrals/authorities/{body}/system/",
                      "/referrals/authorities/{body}/rename/", "/referrals/authorities/{body}/end/", "/referrals/authorities/{body}/members/new/", "/referrals/authorities/{body}/programs/new/",
                      "/referrals/authorities/members/{member}/codes/", "/referrals/authorities/members/{member}/away/", "/referrals/authorities/drills/"),
}  # fmt: skip


def fill(cast, child_case, open_case, settings):
    """Something of everything that a page may show; the ids by name."""
    deliver()
    silent(child_case)
    ids = {
        "incident": live_in_a_house(cast, child_case).pk,
        "known": know_somebody(cast, child_case).pk,
        "export": long_export(cast, settings).pk,
        "order": wait_for_an_order(cast, open_case).pk,
        "match": known_twice(cast, child_case, open_case).pk,
        "checked": checked(cast, OLD, CHILD).pk,
        "done": done(cast, CHILD).pk,
        "notification": Notification.objects.get(case=child_case, body="guardianship").pk,
    }
    asked = {"asked_for_by": "person", "days": 9, "reason": "school"}
    ids["longer"] = extensions.ask(child_case.stays.get(), asked, by=cast.worker).pk
    ids["house"], ids["stay"] = child_case.stays.get().house_id, child_case.stays.get().pk
    write_consent_texts(cast.administrator)
    offer_services(cast.administrator)
    (consent,) = given(child_case, cast.worker, "services", giver="person_guardian")
    ids |= {"provider": provider(cast).pk, **served(cast, child_case)}
    ids |= money(cast)
    ids["report"] = report_sent(cast).pk
    ids["talked"] = talked_about(cast, child_case)
    ids |= referred(cast, child_case, open_case)
    ids |= drilled(cast)
    ids |= staffed(cast)
    ids |= {"case": child_case.pk, "worker": child_case.owner_id, "consent": consent.pk}
    return ids


@pytest.mark.looks
@pytest.mark.parametrize("turn", TURNS)
def test_nothing_is_wrong_with_any_page(eyes, cast, child_case, open_case, settings, turn):
    ids = fill(cast, child_case, open_case, settings)
    for who, paths in PAGES.items():
        eyes.look(who, [path.format(**ids) for path in paths[turn :: len(TURNS)]], turn)
    assert eyes.found == []


@pytest.mark.looks
@pytest.mark.parametrize("turn", TURNS if FULL else TURNS[:1])
def test_nothing_is_wrong_where_there_is_nothing_yet(eyes, cast, turn):
    for who in PAGES if FULL else ("worker", "nasimi-guardianship"):
        bare = [path for path in PAGES[who] if "{" not in path]
        eyes.look(who, bare[turn :: len(TURNS) if FULL else 4], turn, looks=2)
    assert eyes.found == []


def walk(page):
    """Open everything the menu offers; its words in order, and those that did not open."""
    links = [(link.inner_text().strip(), link.get_attribute("href")) for link in page.locator("nav a").all()]
    broken = [
        word for word, path in links if page.goto(page.evaluate("location.origin") + path).status != 200
    ]
    return [word for word, _ in links], broken


MENUS = {
    "worker": [
        "Today",
        "Cases",
        "Enquiries",
        "Absence",
        "Urgent access",
        "Services in figures",
        "Calendar",
        "Notifications",
        "Referrals",
    ],
    "specialist": ["Today", "Cases", "Urgent access", "Services in figures", "Calendar"],
    "supervisor": [
        "Today",
        "Statistics",
        "Cases",
        "Settings",
        "Providers",
        "Enquiries",
        "Old cases",
        "Absence",
        "Urgent access",
        "Plans to review",
        "Plans of the team",
        "Goals to start from",
        "Payments to decide",
        "Services in figures",
        "Reports to the ministry",
        "Calendar",
        "Rooms",
        "Roster",
        "Occupancy",
        "Houses and beds",
        "Notifications",
        "Referrals",
        "State bodies",
    ],
    "director": [
        "Today",
        "Statistics",
        "Settings",
        "Plans to review",
        "Payments to decide",
        "Payments",
        "Services in figures",
        "Reports to the ministry",
        "Occupancy",
        "State bodies",
        "Test of the bodies",
    ],
    "statistician": ["Today", "Statistics", "Services in figures", "Reports to the ministry"],
    "auditor": ["Today", "Who looked"],
    "administrator": [
        "Today",
        "People",
        "Settings",
        "Questionnaire",
        "Consent texts",
        "Providers",
        "Goals to start from",
        "Catalogue of services",
        "Rooms",
        "Houses and beds",
        "People of partners",
        "State bodies",
        "Test of the bodies",
    ],
    "house": ["Today", "Urgent access", "House"],
    "accountant": ["Today", "Payments"],
    "partner": ["Today"],
    "ganja-minors_commission": ["Today", "Notifications to us"],
}


@pytest.mark.parametrize("who", MENUS)
def test_each_role_walks_its_menu(enter, page, child_case, who):
    enter(who)
    assert (*walk(page), enter.said) == (MENUS[who], [], [])


def test_a_supervisor_completes_a_child_and_tells_the_home_district(enter, page, open_case):
    case = open_case({"given_name": "Nuray", "estimated_age": 14}, home_district="ganja")
    enter("supervisor", path=f"/cases/{case.pk}/")
    page.locator("text=Telling the home district is safe").click()
    page.locator("text=the two bodies of the home district are being notified").wait_for()
    assert Notification.objects.filter(district="ganja").count() == 2
    page.locator("select#to").select_option("assessment")
    page.locator("button", has_text="Move").click()
    page.locator("main .tag", has_text="Assessment").wait_for()
    assert enter.said == []


def test_a_duty_officer_telephones_by_night_and_the_clock_runs(enter, page, cast, child_case):
    by_night()
    climb()
    on_shift(cast, a_bed().house)
    page.clock.install()
    enter("house")
    assert (page.locator(".alarm").count(), page.locator(".clock").first.inner_text()) == (
        2,
        "owed for 0 h 00 min",
    )
    page.clock.fast_forward(61 * 60 * 1000)
    page.clock.run_for(6000)
    assert page.locator(".clock").first.inner_text() == "owed for 1 h 01 min"
    page.locator(".alarm a").first.click()
    page.fill("[name=spoken_with]", "Rauf Rzayev")
    page.fill("[name=number]", "012 555 01 03")
    page.locator("button", has_text="Record a call").click()
    page.locator("text=The call is recorded").wait_for()
    assert (page.locator(".alarm").count(), enter.said) == (1, [])


def test_a_director_reads_the_figures_of_a_year(enter, page, open_case):
    open_case()
    enter("director", path="/statistics/")
    assert "1" in page.locator("table").first.inner_text()
    assert enter.said == []
