"""Referrals to partners inside the centre: consent, the minimal sheet, states, and what ends them."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdfium2 import PdfDocument

from aidcenter import papers, workflow
from aidcenter.context import acting_as
from cases import closing, providers
from cases.models import Consent
from referrals import partner_sheet, partner_shell, partners
from referrals.models import PartnerSheet, PartnerWord, Referral
from tests.partners import ASKED, REPORT, SAID, SHEET, TODAY, a_partner, prepared, said, sent
from tests.test_consent import given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LIST = "/referrals/partners/"
CANARIES = {"family_name": "Qızılquşova", "father_name": "Bəhmənyar", "phone": "+994507654321"}


def page(referral, act=""):
    return f"{LIST}{referral.pk}/{act}"


@pytest.fixture
def clinic(cast):
    """A partner with a member who signs in."""
    return a_partner(cast, cast.partner)


@pytest.fixture
def case(open_case):
    """A case with canaries in everything that must not leave."""
    return open_case({**CANARIES, "given_name": "Zərnişan", "name_to_use": "Lale", "birth_year": 1990})


@pytest.fixture
def due(cast, case, clinic):
    """A referral that is not sent."""
    return prepared(case, clinic, cast.worker)


def posted(**changed):
    return {key: value for key, value in (SAID | {"wished_on": f"{TODAY}"} | changed).items() if value != ""}


def form(**changed):
    """The sheet as a browser sends it."""
    ticked = {"real_name", "with_phone"}
    said = SHEET | {"checked": "on"} | changed
    return {
        key: "on" if value is True else value for key, value in said.items() if key not in ticked or value
    }


# --- who ------------------------------------------------------------------------------------------


def test_the_quartet(cast, case, clinic, sign_in):
    found = {}
    for who in ("stranger", "director", "worker"):
        client = sign_in(getattr(cast, who))
        found[who] = client.post(f"{LIST}case/{case.pk}/", posted(provider=clinic.pk)).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    row = Referral.objects.get()
    assert (row.state, row.author, row.asked, row.consent) == ("due", cast.worker, ASKED, None)
    read = {who: sign_in(getattr(cast, who)).get(page(row)).status_code
            for who in ("stranger", "director", "partner", "administrator", "worker", "supervisor")}  # fmt: skip
    assert read == {"stranger": 404, "director": 403, "partner": 403, "administrator": 403, "worker": 200,
                    "supervisor": 200}  # fmt: skip
    for act in ("send", "again", "withdraw", "answer", "enter"):
        assert sign_in(cast.stranger).post(page(row, f"{act}/")).status_code == 404
        assert sign_in(cast.director).post(page(row, f"{act}/")).status_code == 403


# --- consent --------------------------------------------------------------------------------------


def test_without_consent_a_reason_is_asked_and_kept(cast, case, clinic, sign_in):
    client = sign_in(cast.worker)
    answer = client.post(f"{LIST}case/{case.pk}/", posted(provider=clinic.pk, provider_why=""))
    assert "has not agreed to this provider" in answer.content.decode()
    assert Referral.objects.count() == 0
    client.post(f"{LIST}case/{case.pk}/", posted(provider=clinic.pk))
    assert Referral.objects.get().why_alone == SAID["provider_why"]


def test_consent_is_relied_on_and_its_withdrawal_cancels_what_is_not_sent(cast, case, clinic):
    (consent,) = given(case, cast.worker, ("share_provider", clinic.name))
    due = prepared(case, clinic, cast.worker, provider_why="")
    assert (due.consent, due.why_alone) == (consent, None)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_on=TODAY)
    due.refresh_from_db()
    assert (due.state, due.words.get().reason) == ("cancelled", "consent")


def test_of_what_is_sent_the_author_is_told(cast, case, clinic, sign_in):
    (consent,) = given(case, cast.worker, ("share_provider", clinic.name))
    due = prepared(case, clinic, cast.worker, provider_why="")
    sent(due, cast.worker)
    assert "Consent withdrawn" not in sign_in(cast.worker).get("/").content.decode()
    Consent.objects.filter(pk=consent.pk).update(withdrawn_on=TODAY)
    due.refresh_from_db()
    assert due.state == "sent"
    assert "Consent withdrawn" in sign_in(cast.worker).get("/").content.decode()


@pytest.mark.parametrize("setting", [{"withdrawn_on": TODAY}, {"struck_at": "2026-11-26T00:00Z"}])
def test_the_database_takes_no_consent_that_does_not_hold(cast, case, clinic, setting):
    (consent,) = given(case, cast.worker, ("share_provider", clinic.name))
    if "struck_at" in setting:
        setting = setting | {"struck_by": cast.worker}
    Consent.objects.filter(pk=consent.pk).update(**setting)
    row = Referral(case=case, victim=case.victim, provider=clinic, author=cast.worker, consent=consent,
                   service_type="medical", asked="x", urgency="low")  # fmt: skip
    with pytest.raises(Error, match="consent does not hold"), transaction.atomic():
        row.save(force_insert=True)
    row.consent, row.why_alone = None, "by phone"
    row.save(force_insert=True)  # the control


# --- what leaves ----------------------------------------------------------------------------------


def test_it_is_read_before_it_leaves_and_stands(cast, due, sign_in):
    client = sign_in(cast.worker)
    assert client.get(page(due, "send/")).status_code == 200
    shown = client.post(page(due, "send/"), form()).content.decode()
    assert "This and nothing else leaves" in shown
    assert "Send to the portal" in shown
    assert PartnerSheet.objects.count() == 0
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert client.post(page(due, "send/"), form(seen="0" * 64)).status_code == 200
    assert client.post(page(due, "send/"), form(seen=seen, must_know="more")).status_code == 200
    assert PartnerSheet.objects.count() == 0
    assert client.post(page(due, "send/"), form(seen=seen)).status_code == 302
    sheet = PartnerSheet.objects.get()
    assert (sheet.said["name"], sheet.said["age_group"], sheet.way) == ("Lale", "30-44", "portal")
    assert client.post(page(due, "send/"), form(seen=seen)).status_code == 302  # nothing more to send
    assert PartnerSheet.objects.count() == 1


def test_it_holds_no_more_than_the_schema_and_no_canary(cast, case, due):
    made = sent(due, cast.worker)
    assert set(made.said) == set(partner_sheet.Sheet.__annotations__)
    words = (
        *CANARIES.values(),
        "Zərnişan",
        "507654321",
        case.number,
        "forced",
        "not seen a doctor",
        "rafficking",
        "alveri",
        "торговл",
    )
    assert [word for word in words if word in str(made.said)] == []
    for language in ("az", "ru", "en"):
        paper = papers.pdf("referral", partner_sheet.paper_of(made.said, language), language)
        text = "".join(sheet.get_textpage().get_text_range() for sheet in PdfDocument(paper))
        assert [word for word in words if word in text] == []
        assert (made.reference in text, ASKED in text) == (True, True)


@pytest.mark.parametrize(
    ("where", "text"),
    [("must_know", "Call Zərnişan"), ("safe_contact", "ring 050 765 43 21"), ("must_know", "QIZILQUŞOVA"),
     ("must_know", "of Bəhmənyar"), ("safe_contact", "Zernisan")],
)  # fmt: skip
def test_words_that_give_the_person_away_do_not_leave(cast, due, sign_in, where, text):
    with pytest.raises(ValidationError, match="Take this out"):
        sent(due, cast.worker, **{where: text})
    shown = sign_in(cast.worker).post(page(due, "send/"), form(**{where: text})).content.decode()
    assert "Take this out of the text" in shown
    assert PartnerSheet.objects.count() == 0


def test_neither_question_nor_answer_gives_the_person_away(cast, case, clinic, due):
    other = a_partner(cast, name="Clinic 9")
    with acting_as(cast.worker.pk):
        with pytest.raises(ValidationError, match="the real name"):
            partners.prepare(case, SAID | {"provider": other, "asked": "for Zərnişan"}, by=cast.worker)
        with pytest.raises(ValidationError, match="the number of the case"):
            partners.answer(due, text=f"See {case.number}", by=cast.worker)
    with pytest.raises(ValidationError, match="the real name"):
        sent(due, cast.worker, name="Qızılquşova")


def test_real_name_and_phone_only_when_ticked_and_with_a_reason(cast, due):
    with pytest.raises(ValidationError, match="real name"):
        sent(due, cast.worker, real_name=True)
    made = sent(due, cast.worker, real_name=True, why_real="The clinic needs it", with_phone=True)
    assert (made.said["name"], made.said["phone"]) == ("Zərnişan Qızılquşova", "+994507654321")
    assert len(partner_sheet.withheld(made.said)) == 6
    assert made.words.get(kind="sent").text == "The clinic needs it"


def test_on_paper_it_says_who_took_it(cast, due, sign_in):
    with pytest.raises(ValidationError, match="who took the paper"):
        sent(due, cast.worker, way="paper")
    sent(due, cast.worker, way="paper", told_to="Dr. Məmmədova", told_how="in person")
    word = PartnerWord.objects.get(kind="sent")
    assert (word.said_by, word.text, word.said_on) == ("Dr. Məmmədova", "in person", TODAY)
    client = sign_in(cast.worker)
    made = client.get(page(due, "paper/ru/"))
    assert (made.status_code, made["Content-Type"], made.content[:4]) == (200, "application/pdf", b"%PDF")
    assert client.get(page(due, "paper/de/")).status_code == 404
    assert sign_in(cast.stranger).get(page(due, "paper/ru/")).status_code == 404
    with acting_as(cast.partner.pk):
        assert PartnerSheet.objects.count() == 0


# --- states ---------------------------------------------------------------------------------------


def entered(referral, by, kind, **told):
    with acting_as(by.pk):
        partners.enter(referral, kind, {"said_by": "Dr. Məmmədova", "said_on": TODAY} | told, by=by)
    referral.refresh_from_db()
    return referral.state


def test_the_centre_enters_what_a_partner_without_account_says(cast, due, sign_in):
    sent(due, cast.worker, way="paper", told_to="Dr. Məmmədova")
    for wrong in ({"said_by": ""}, {"said_on": None}, {"said_on": TODAY + timedelta(days=1)}):
        with pytest.raises(ValidationError):
            entered(due, cast.worker, "received", **wrong)
    assert [entered(due, cast.worker, kind, **told) for kind, told in
            (("received", {}), ("accepted", {}), ("report", REPORT))] == ["delivered", "accepted", "completed"]  # fmt: skip
    shown = sign_in(cast.worker).get(f"/cases/{due.case_id}/").content.decode()
    assert f"/services/case/{due.case_id}/?type=medical" in shown
    assert "Dr. Məmmədova" in shown


def test_a_declined_one_is_asked_of_another_and_what_was_sent_stands(cast, case, due, sign_in):
    first = sent(due, cast.worker)
    with pytest.raises(ValidationError, match="Say why"):
        said(first, "declined", cast.partner)
    said(first, "declined", cast.partner, text="No doctor is free")
    assert "The partner declined: choose another" in sign_in(cast.worker).get("/").content.decode()
    other = a_partner(cast, cast.other_partner, name="Clinic 9")
    client = sign_in(cast.worker)
    answer = client.post(page(due, "again/"), {"provider": other.pk, "provider_why": "by phone"})
    assert answer.status_code == 302
    due.refresh_from_db()
    assert (due.state, due.provider) == ("due", other)
    second = sent(due, cast.worker)
    assert [(row.number, row.state) for row in due.sheets.order_by("number")] == [
        (1, "declined"),
        (2, "sent"),
    ]
    with acting_as(cast.partner.pk):
        assert list(PartnerSheet.objects.all()) == [first]
    with acting_as(cast.other_partner.pk):
        assert list(PartnerSheet.objects.all()) == [second]


def test_every_step_that_does_not_exist_is_refused_by_the_database(cast, due):
    """Each word in each state: only those of the table move it."""
    states = {"due": [], "sent": [], "delivered": ["received"], "accepted": ["accepted"],
              "declined": ["declined"], "completed": ["accepted", "report"]}  # fmt: skip
    for state, way in states.items():
        for kind, to in partners.STEPS.items():
            with transaction.atomic():
                if state != "due":
                    sent(due, cast.worker, way="paper", told_to="a")
                for step in way:
                    entered(due, cast.worker, step, **REPORT if step == "report" else {"text": "no"})
                word = PartnerWord(referral=due, case=due.case, victim=due.victim, kind=kind, author=cast.worker,
                                   said_by="a", said_on=TODAY, text="x", outcome="helped", starts_on=TODAY)  # fmt: skip
                refused = False
                try:
                    with transaction.atomic():
                        word.save(force_insert=True)
                except Error:
                    refused = True
                assert refused is not workflow.REFERRAL.allows(state, to), (state, kind)
                transaction.set_rollback(True)


def test_what_was_sent_stands_for_raw_sql_too(cast, due):
    made = sent(due, cast.worker)
    for sql in (
        "UPDATE referrals_partnersheet SET said = '\\x00'",
        "DELETE FROM referrals_partnersheet",
        "UPDATE referrals_partnerword SET kind = 'accepted'",
        "DELETE FROM referrals_partnerword",
        "DELETE FROM referrals_referral",
        "UPDATE referrals_referral SET state = 'completed'",
        "UPDATE referrals_referral SET asked = '\\x00'",
        f"UPDATE referrals_referral SET author_id = {cast.colleague.pk}",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    made.refresh_from_db()
    assert made.state == "sent"


# --- what ends it ---------------------------------------------------------------------------------


def closed(cast, case):
    with acting_as(cast.worker.pk):
        asked = closing.ask(case, {"to": "closed", "reason": "goals_met", "summary": "x"}, by=cast.worker)
    with acting_as(cast.supervisor.pk):
        closing.decide(asked, approved=True, answer="", by=cast.supervisor)


def test_closing_withdraws_what_nobody_has_agreed_to_and_keeps_what_goes_on(cast, case, clinic, due):
    goes = prepared(case, a_partner(cast, name="Clinic 9"), cast.worker)
    sent(goes, cast.worker, way="paper", told_to="a")
    entered(goes, cast.worker, "accepted")
    left = prepared(case, a_partner(cast, cast.other_partner, name="Clinic 8"), cast.worker)
    sheet = sent(left, cast.worker)
    closed(cast, case)
    found = {row.pk: row.state for row in Referral.objects.all()}
    assert found == {due.pk: "cancelled", left.pk: "cancelled", goes.pk: "accepted"}
    sheet.refresh_from_db()
    assert sheet.state == "cancelled"
    with acting_as(cast.worker.pk), pytest.raises(ValidationError, match="closed"):
        case.refresh_from_db()
        partners.prepare(case, SAID | {"provider": clinic}, by=cast.worker)


def test_a_partner_that_ended_is_not_asked(cast, case, clinic, due, sign_in):
    facts = {name: getattr(clinic, name) for name in providers.FIELDS}
    with acting_as(cast.supervisor.pk):
        providers.keep(clinic, facts | {"active_until": TODAY - timedelta(days=1)}, by=cast.supervisor)
    with pytest.raises(ValidationError, match="does not give this service"):
        sent(due, cast.worker)
    answer = sign_in(cast.worker).post(f"{LIST}case/{case.pk}/", posted(provider=clinic.pk))
    assert answer.status_code == 200
    assert Referral.objects.count() == 1
    with pytest.raises(Error, match="Not a partner"), transaction.atomic():
        Referral(case=case, victim=case.victim, provider=clinic, author=cast.worker, why_alone="x",
                 service_type="medical", asked="x", urgency="low").save(force_insert=True)  # fmt: skip


def test_withdrawn_with_a_reason(cast, due, sign_in):
    client = sign_in(cast.worker)
    assert client.post(page(due, "withdraw/"), {"why": ""}).status_code == 200
    assert client.post(page(due, "withdraw/"), {"why": "She found another doctor"}).status_code == 302
    due.refresh_from_db()
    assert due.state == "cancelled"
    again = client.post(page(due, "withdraw/"), {"why": "twice"})
    assert "cannot become" in again.content.decode()


def test_the_same_is_not_asked_twice_and_not_for_a_day_that_is_past(cast, case, clinic, due):
    with acting_as(cast.worker.pk):
        with pytest.raises(ValidationError, match="already"):
            partners.prepare(case, SAID | {"provider": clinic}, by=cast.worker)
        other = a_partner(cast, name="Clinic 9")
        past = SAID | {"provider": other, "wished_on": TODAY - timedelta(days=1)}
        with pytest.raises(ValidationError, match="past"):
            partners.prepare(case, past, by=cast.worker)


# --- who is reminded ------------------------------------------------------------------------------


def test_duties_of_the_author(cast, due, sign_in, settings):
    home = lambda: sign_in(cast.worker).get("/").content.decode()  # noqa: E731
    assert "A referral waits to be sent" in home()
    sheet = sent(due, cast.worker)
    settings.PARTNER_ANSWER_DAYS = 0
    assert "Sent today, no answer yet" in home()
    said(sheet, "question", cast.partner, text="Which language?")
    assert "A partner asks something" in home()
    with acting_as(cast.worker.pk):
        partners.answer(due, text="Azerbaijani", by=cast.worker)
        with pytest.raises(ValidationError, match="No question"):
            partners.answer(due, text="Azerbaijani", by=cast.worker)
    said(sheet, "accepted", cast.partner)
    assert "Record what came of it" in home()
    said(sheet, "report", cast.partner, **REPORT)
    assert due.reference not in home()


# --- pages ----------------------------------------------------------------------------------------


def test_equal_queries_for_one_and_for_three(cast, open_case, clinic, sign_in):
    client, counts = sign_in(cast.worker), []
    for wanted in (1, 3):
        while Referral.objects.count() < wanted:
            sent(prepared(open_case(), clinic, cast.worker), cast.worker)
        for path in (LIST, "/"):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_the_list_by_state(cast, due, sign_in):
    client = sign_in(cast.worker)
    shown = {state: due.reference in client.get(f"{LIST}?state={state}").content.decode()
             for state in ("", "due", "sent", "all", "nonsense")}  # fmt: skip
    assert shown == {"": True, "due": True, "sent": False, "all": True, "nonsense": True}
    assert due.reference not in sign_in(cast.stranger).get(f"{LIST}?state=all").content.decode()


def test_the_panel_asks_once(cast, due, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(partner_shell.panel(due.case, cast.worker)["referrals"]) == 1


def test_an_absent_referral_is_the_404_of_the_hidden(cast, due, sign_in):
    client = sign_in(cast.stranger)
    hidden, absent = client.get(page(due)), client.get(f"{LIST}{uuid.uuid4()}/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_a_case_with_a_referral_is_read_with_20_queries(cast, due, sign_in):
    said(sent(due, cast.worker), "accepted", cast.partner)
    client, path = sign_in(cast.worker), f"/cases/{due.case_id}/"
    assert "Referral sent" in client.get(path).content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) <= 20
