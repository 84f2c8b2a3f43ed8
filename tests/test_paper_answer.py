"""The decision with its paper, and answers on paper that the centre records."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from aidcenter.context import acting_as
from cases.models import Document, DocumentPart
from referrals import actions, paper_answer
from referrals.models import Notification
from tests.bodies import TODAY, decided, picture, received, scan, told
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
FORBIDDEN = {"svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "text": b"hello", "zip": b"PK\x03\x04",
             "nothing": b"", "html": b"<html></html>"}  # fmt: skip


def page(row, *more):
    return "/".join(("", "referrals", str(row.pk), *map(str, more), ""))


def decision(**changed):
    return {"decision": "placement", "decision_number": "7/1", "decided_on": TODAY.isoformat(), **changed}


def letter(**changed):
    return {"number": "G-12", "on": TODAY.isoformat(), "file": scan(), **changed}


def test_a_decision_comes_with_its_paper_and_both_sides_read_it(cast, child_case, sign_in):
    row, body = received(child_case, cast), sign_in(cast.nasimi_guardianship)
    assert body.get(page(row, "document")).status_code == 404
    assert body.post(page(row, "decide"), decision(file=scan())).status_code == 302
    for client in (body, sign_in(cast.worker), sign_in(cast.supervisor)):
        answer = client.get(page(row, "document"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Content-Disposition"] == f'attachment; filename="{row.reference}.png"'
        assert "sandbox" in answer["Content-Security-Policy"]
    others = (cast.nasimi_minors_commission, cast.ganja_guardianship, cast.stranger)
    assert [sign_in(who).get(page(row, "document")).status_code for who in others] == [404] * 3
    shown = sign_in(cast.worker).get(f"/cases/{child_case.pk}/documents/").content.decode()
    assert "Decision of a state body" in shown


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_is_no_pdf_and_no_picture_is_refused_and_nothing_is_decided(cast, child_case, sign_in, kind):
    row, body = received(child_case, cast), sign_in(cast.nasimi_guardianship)
    said = decision(file=scan(FORBIDDEN[kind], "decision.pdf"))
    assert body.post(page(row, "decide"), said).status_code == (302 if kind == "nothing" else 200)
    row.refresh_from_db()
    with acting_as(cast.worker.pk):
        assert (row.state, Document.objects.count()) == (
            "decided" if kind == "nothing" else "acknowledged",
            0,
        )


@pytest.mark.parametrize(
    "changed",
    [{"decided_on": "2999-01-01"}, {"decided_on": "2001-01-01"}, {"decision_number": ""}, {"decision": "marriage"},
     {"decision_number": "x" * 51}, {"decided_on": ""}],
)  # fmt: skip
def test_a_decision_of_an_impossible_day_or_without_number_is_refused(cast, child_case, sign_in, changed):
    row = received(child_case, cast)
    shown = sign_in(cast.nasimi_guardianship).post(page(row, "decide"), decision(**changed))
    row.refresh_from_db()
    assert (shown.status_code, row.state) == (200, "acknowledged")


def test_a_number_is_one_line_whatever_is_sent(cast, child_case, sign_in):
    row, body = received(child_case, cast), sign_in(cast.nasimi_guardianship)
    body.post(page(row, "decide"), decision(decision_number="7/1\r\nBcc: all@example.com", file=scan()))
    row.refresh_from_db()
    assert len(row.decision_number.splitlines()) == 1
    assert "Bcc" not in body.get(page(row, "document")).headers


def test_of_two_members_at_once_one_decides(cast, child_case):
    row, member = received(child_case, cast), cast.nasimi_guardianship
    decided(row, member, "visit")
    with acting_as(member.pk), pytest.raises(ValidationError, match="recorded a decision already"):
        actions.decide(row, actions.Decision("placement", "8", TODAY), by=member)
    row.refresh_from_db()
    assert (row.decision, row.decision_number) == ("visit", "7/1")


@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_a_receipt_on_paper_counts_with_its_scan(cast, child_case, sign_in, who):
    row, person = told(child_case), getattr(cast, who)
    assert sign_in(person).post(page(row, "paper"), letter()).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.paper_number, row.paper_on, row.acknowledged_by) == (
        "acknowledged", "G-12", TODAY, person,
    )  # fmt: skip
    assert row.receipt_scan.kind == "letter"
    shown = sign_in(cast.nasimi_guardianship).get(page(row)).content.decode()
    assert "Nuray" in shown  # the body has the letter: all of it reads the extract
    assert (
        f"G-12 of {TODAY:%d.%m.%Y}" in sign_in(cast.worker).get(f"/cases/{child_case.pk}/").content.decode()
    )


def test_a_decision_on_paper_says_the_receipt_too(cast, child_case, sign_in):
    row = told(child_case)
    assert sign_in(cast.worker).post(page(row, "paper"), letter(decision="placement")).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decision, row.decision_number, row.decided_on, row.decided_by) == (
        "decided", "placement", "G-12", TODAY, cast.worker,
    )  # fmt: skip
    answer = sign_in(cast.nasimi_guardianship).get(page(row, "document"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


def test_before_anything_was_delivered_a_paper_answer_counts_and_the_letter_still_goes(
    cast, child_case, sign_in
):
    row = Notification.objects.get(body="guardianship")
    assert sign_in(cast.worker).post(page(row, "paper"), letter()).status_code == 302
    assert deliver() == 4
    row.refresh_from_db()
    assert (row.state, row.sent_at is not None) == ("acknowledged", True)


def test_after_the_receipt_a_paper_says_a_decision(cast, child_case, sign_in):
    row = received(child_case, cast)
    client = sign_in(cast.worker)
    assert client.post(page(row, "paper"), letter()).status_code == 200  # which decision?
    assert client.post(page(row, "paper"), letter(decision="refused", file=scan())).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decision, row.acknowledged_by) == ("decided", "refused", cast.nasimi_guardianship)
    again = client.post(page(row, "paper"), letter(decision="placement", file=scan()))
    assert "it stands" in again.content.decode()


@pytest.mark.parametrize(
    "changed",
    [{"on": "2999-01-01"}, {"on": "2001-01-01"}, {"number": ""}, {"file": ""}, {"on": ""}, {"decision": "marriage"},
     {"file": "svg"}, {"file": "nothing"}],
)  # fmt: skip
def test_a_paper_answer_that_cannot_be_is_refused(cast, child_case, sign_in, changed):
    row = told(child_case)
    if changed.get("file") in FORBIDDEN:
        changed = {"file": scan(FORBIDDEN[changed["file"]])}
    assert sign_in(cast.worker).post(page(row, "paper"), letter(**changed)).status_code == 200
    row.refresh_from_db()
    with acting_as(cast.worker.pk):
        assert (row.state, row.paper_on, Document.objects.count(), DocumentPart.objects.count()) == (
            "sent", None, 0, 0,
        )  # fmt: skip


def test_the_quartet_of_a_paper_answer(cast, child_case, sign_in):
    row = told(child_case)
    answers = {who: sign_in(getattr(cast, who)).post(page(row, "paper"), letter(file=scan())).status_code
               for who in ("stranger", "other_supervisor", "director", "administrator", "nasimi_guardianship")}  # fmt: skip
    assert answers == {"stranger": 404, "other_supervisor": 404, "director": 403, "administrator": 403,
                       "nasimi_guardianship": 403}  # fmt: skip


def refused(sql, who):
    with acting_as(who.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


ACK = "UPDATE referrals_notification SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by_id = app_uid()"
DECIDE = (
    "UPDATE referrals_notification SET state = 'decided', decision = 'visit', decision_number = '1',"
    " decided_on = (now() AT TIME ZONE 'Asia/Baku')::date, decided_by_id = app_uid()"
)


def test_raw_sql_of_the_centre_answers_for_no_body(cast, child_case):
    told(child_case)
    with acting_as(cast.worker.pk):
        paper = paper_answer.documents.add(
            child_case, paper_answer.documents.Upload("letter", picture()), by=cast.worker
        )
    refused(ACK, cast.worker)
    refused(
        f"{ACK}, paper_number = '1', paper_on = (now() AT TIME ZONE 'Asia/Baku')::date", cast.worker
    )  # without its scan
    refused(
        f"{ACK}, paper_number = '1', paper_on = '2001-01-01', receipt_scan_id = '{paper.pk}'", cast.worker
    )
    refused(f"{DECIDE}, decision_scan_id = '{paper.pk}'", cast.worker)  # before any receipt
    with acting_as(cast.worker.pk), connection.cursor() as cursor:  # the controls
        on_paper = f"paper_number = '1', paper_on = (now() AT TIME ZONE 'Asia/Baku')::date, receipt_scan_id = '{paper.pk}'"
        cursor.execute(f"{ACK}, {on_paper}")
    refused(DECIDE, cast.worker)  # without its scan
    with acting_as(cast.worker.pk), connection.cursor() as cursor:
        cursor.execute(f"{DECIDE}, decision_scan_id = '{paper.pk}'")
    refused("UPDATE referrals_notification SET decision = 'refused'", cast.worker)
    refused("UPDATE referrals_notification SET decided_on = decided_on - 1", cast.supervisor)


def test_raw_sql_of_a_body_changes_receipt_and_decision_alone(cast, child_case):
    row, member = told(child_case), cast.nasimi_guardianship
    refused(
        "UPDATE referrals_notification SET paper_number = '1', paper_on = (now() AT TIME ZONE 'Asia/Baku')::date",
        member,
    )
    refused("UPDATE referrals_notification SET urgency = 'low'", member)
    refused(f"UPDATE referrals_notification SET commission_id = '{told(child_case, 'minors_commission').commission_id}'",
            member)  # fmt: skip
    refused(f"{ACK.replace('app_uid()', str(cast.worker.pk))}", member)
    with acting_as(member.pk), connection.cursor() as cursor:  # the control
        cursor.execute(f"{ACK}, acknowledged_number = 1")
    refused(DECIDE.replace("(now() AT TIME ZONE 'Asia/Baku')::date", "'2999-01-01'"), member)
    refused(DECIDE.replace("(now() AT TIME ZONE 'Asia/Baku')::date", "'2001-01-01'"), member)
    refused("UPDATE referrals_notification SET acknowledged_number = 0", member)
    with acting_as(member.pk), connection.cursor() as cursor:
        cursor.execute(DECIDE)
    row.refresh_from_db()
    assert row.state == "decided"


def test_a_body_adds_no_document_but_the_paper_of_its_decision(cast, child_case):
    row, member = told(child_case), cast.nasimi_guardianship
    one = (
        "INSERT INTO cases_document (id, case_id, victim_id, kind, type, size, section, author_id) VALUES"
        f" (gen_random_uuid(), '{row.case_id}', '{row.victim_id}', '{{}}', '', 0, '{{}}', {member.pk})"
    )
    refused(one.format("decision", ""), member)  # before the receipt
    with acting_as(member.pk):
        actions.acknowledge(row, by=member)
    refused(one.format("letter", ""), member)
    refused(one.format("decision", "medical"), member)
    refused(one.format("decision", ""), cast.ganja_guardianship)
    with acting_as(member.pk), connection.cursor() as cursor:  # the control
        cursor.execute(one.format("decision", ""))
        assert Document.objects.count() == 1
    with acting_as(cast.nasimi_minors_commission.pk):
        assert Document.objects.count() == 0
