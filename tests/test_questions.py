"""What a body asks and the centre answers; a further field leaves only when two people agree."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction

from aidcenter.context import acting_as
from cases.models import IdentityPaper
from referrals import questions
from referrals.models import BodyWord, Message
from tests.bodies import received, second_member, told
from tests.database import as_login
from tests.test_delivery import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]
WHY = "To write to the school"


@pytest.fixture
def row(cast, child_case):
    """A notification that its body has acknowledged."""
    return received(child_case, cast)


def asked(row, by, text=WHY, field=""):
    with acting_as(by.pk):
        return questions.ask(row, text=text, field=field, by=by)


def done(act, word, by, **said):
    with acting_as(by.pk):
        act(BodyWord.objects.select_related("case__victim").get(pk=word.pk), **said, by=by)


def page(row, *more):
    return "/".join(("", "referrals", str(row.pk), *map(str, more), ""))


def test_a_question_reaches_the_worker_and_its_answer_the_body(cast, row, sign_in):
    body = sign_in(cast.nasimi_guardianship)
    assert body.post(page(row, "ask"), {"text": "Does she go to school?"}).status_code == 302
    home = sign_in(cast.worker).get("/").content.decode()
    assert ("The body asks" in home, row.reference in home) == (True, True)
    with acting_as(cast.worker.pk):
        word = BodyWord.objects.get()
    answer = {"text": "She does, since Monday."}
    assert sign_in(cast.worker).post(page(row, "words", word.pk, "answer"), answer).status_code == 302
    assert answer["text"] in body.get(page(row)).content.decode()
    assert "The body asks" not in sign_in(cast.worker).get("/").content.decode()
    again = sign_in(cast.supervisor).post(page(row, "words", word.pk, "answer"), answer)
    assert "answered this already" in again.content.decode()
    with acting_as(cast.worker.pk):
        assert list(BodyWord.objects.values_list("kind", flat=True)) == ["question", "answer"]


def test_the_quartet_of_an_answer(cast, row, sign_in):
    word = asked(row, cast.nasimi_guardianship)
    address, said = page(row, "words", word.pk, "answer"), {"text": "yes"}
    answers = {who: sign_in(getattr(cast, who)).post(address, said).status_code
               for who in ("stranger", "director", "administrator", "nasimi_guardianship", "colleague")}  # fmt: skip
    assert answers == {"stranger": 404, "director": 403, "administrator": 403, "nasimi_guardianship": 403,
                       "colleague": 404}  # fmt: skip
    assert sign_in(cast.worker).post(address, said).status_code == 302


def test_a_question_of_another_body_is_absent(cast, row, child_case, sign_in):
    other = received(child_case, cast, "minors_commission")
    word = asked(other, cast.nasimi_minors_commission)
    client = sign_in(cast.worker)
    wrong = client.post(page(row, "words", word.pk, "answer"), {"text": "x"})
    absent = client.post(page(row, "words", uuid.uuid4(), "answer"), {"text": "x"})
    assert (wrong.status_code, wrong.content) == (404, absent.content)
    assert sign_in(cast.nasimi_guardianship).post(page(other, "ask"), {"text": "x"}).status_code == 404
    with acting_as(cast.nasimi_guardianship.pk):
        assert BodyWord.objects.count() == 0
    with acting_as(cast.nasimi_minors_commission.pk):
        assert BodyWord.objects.count() == 1


@pytest.mark.parametrize(
    "said", [{"text": ""}, {"text": " "}, {"text": "x", "field": "address"}, {"field": "phone"}]
)
def test_a_question_without_words_is_asked_again(cast, row, sign_in, said):
    shown = sign_in(cast.nasimi_guardianship).post(page(row, "ask"), said)
    assert (
        shown.status_code,
        "error-summary" in shown.content.decode() or "errors" in shown.content.decode(),
    ) == (
        200,
        True,
    )
    with acting_as(cast.nasimi_guardianship.pk):
        assert BodyWord.objects.count() == 0


def test_a_field_leaves_alone_after_two_people_agreed(cast, row, sign_in):
    word = asked(row, cast.nasimi_guardianship, field="school")
    propose, approve = page(row, "words", word.pk, "propose"), page(row, "words", word.pk, "approve")
    assert sign_in(cast.supervisor).post(approve).status_code == 200  # nothing is proposed
    assert sign_in(cast.worker).post(propose, {"text": "School 7, class 9"}).status_code == 302
    assert "School 7" not in sign_in(cast.nasimi_guardianship).get(page(row)).content.decode()
    assert sign_in(cast.worker).post(approve).status_code == 403
    assert sign_in(cast.other_supervisor).post(approve).status_code == 404
    shown = sign_in(cast.supervisor).get(page(row)).content.decode()
    assert ("Approve and send exactly this" in shown, "School 7, class 9" in shown) == (True, True)
    assert sign_in(cast.supervisor).post(approve).status_code == 302
    deliver()
    with acting_as(cast.worker.pk):
        letter = Message.objects.get(notification=row, number=2)
        assert (letter.kind, letter.extract) == ("addition", {
            "reference": row.reference, "message": 2, "kind": "addition", "field": "school",
            "text": "School 7, class 9",
        })  # fmt: skip
        assert Message.objects.exclude(notification=row).filter(number=2).count() == 0
    assert "School 7, class 9" in sign_in(cast.nasimi_guardianship).get(page(row)).content.decode()


def test_who_proposes_does_not_approve(cast, row):
    word = asked(row, cast.nasimi_guardianship, field="school")
    done(questions.propose, word, cast.supervisor, text="School 7")
    with pytest.raises(ValidationError, match="somebody else has proposed"):
        done(questions.approve, word, cast.supervisor)
    with pytest.raises(PermissionDenied):
        done(questions.approve, word, cast.worker)
    with pytest.raises(ValidationError, match="proposed something already"):
        done(questions.propose, word, cast.worker, text="School 8")
    with acting_as(cast.worker.pk):
        assert Message.objects.filter(word__isnull=False).count() == 0


def test_a_refusal_tells_the_body_why_and_ends_it(cast, row, sign_in):
    word = asked(row, cast.nasimi_guardianship, field="circumstances")
    done(questions.propose, word, cast.worker, text="Poor")
    refuse = page(row, "words", word.pk, "refuse")
    assert sign_in(cast.supervisor).post(refuse, {"text": ""}).status_code == 200
    assert sign_in(cast.supervisor).post(refuse, {"text": "Not needed for your decision"}).status_code == 302
    shown = sign_in(cast.nasimi_guardianship).get(page(row)).content.decode()
    assert ("Not needed for your decision" in shown, "Poor" in shown) == (True, False)
    with pytest.raises(ValidationError, match="answered this already"):
        done(questions.approve, word, cast.supervisor)


def test_the_minors_commission_never_asks_for_health(cast, child_case, sign_in):
    row = received(child_case, cast, "minors_commission")
    body = sign_in(cast.nasimi_minors_commission)
    assert 'value="health"' not in body.get(page(row)).content.decode()
    assert body.post(page(row, "ask"), {"text": WHY, "field": "health"}).status_code == 200
    with pytest.raises(ValidationError, match="not told of this"):
        asked(row, cast.nasimi_minors_commission, field="health")
    with acting_as(cast.nasimi_minors_commission.pk):
        assert BodyWord.objects.count() == 0


def test_a_proposal_begins_with_what_the_case_holds(cast, row, child_case, sign_in):
    with acting_as(cast.worker.pk):
        IdentityPaper.objects.create(
            case=child_case, victim=child_case.victim, kind="passport", number="C0123", author=cast.worker
        )
    asked(row, cast.nasimi_guardianship, field="identity_paper")
    assert "C0123" in sign_in(cast.worker).get(page(row)).content.decode()


def test_an_unacknowledged_letter_has_no_questions(cast, child_case, sign_in):
    row = told(child_case)
    assert "Ask the centre" not in sign_in(cast.nasimi_guardianship).get(page(row)).content.decode()


def refused(sql, who):
    with acting_as(who.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def insert(row, who, kind, about=None, field="", notification=None):
    about = f"'{about.pk}'" if about else "NULL"
    return (
        "INSERT INTO referrals_bodyword (id, notification_id, case_id, victim_id, kind, about_id, field, text, author_id)"
        f" VALUES (gen_random_uuid(), '{(notification or row).pk}', '{row.case_id}', '{row.victim_id}', '{kind}',"
        f" {about}, '{field}', '\\x00', {who.pk})"
    )


def test_raw_sql_goes_the_same_ways(cast, row, child_case):
    member, other = cast.nasimi_guardianship, told(child_case, "minors_commission")
    word = asked(row, member, field="school")
    for kind in ("answer", "proposal", "approval", "refusal"):
        refused(insert(row, member, kind, word, "school"), member)  # a body answers itself
    refused(insert(row, member, "question", notification=other), member)
    refused(insert(row, cast.worker, "question"), member)  # in another's name
    refused(insert(row, cast.worker, "question"), cast.worker)  # the centre asks itself
    refused(insert(row, cast.worker, "approval", word, "school"), cast.worker)
    refused(insert(row, cast.stranger, "answer", word), cast.stranger)
    done(questions.propose, word, cast.supervisor, text="School 7")
    refused(insert(row, cast.supervisor, "approval", word, "school"), cast.supervisor)
    for who in (member, cast.worker):
        refused("DELETE FROM referrals_bodyword", who)
        refused(f"UPDATE referrals_bodyword SET kind = 'answer' WHERE id = '{word.pk}'", who)
    with acting_as(cast.worker.pk), connection.cursor() as cursor:  # the control
        cursor.execute(insert(row, cast.worker, "refusal", word, "school"))
    with acting_as(member.pk):
        assert set(BodyWord.objects.values_list("kind", flat=True)) == {"request", "refusal"}


def test_the_relay_reads_proposals_alone(cast, row):
    word = asked(row, cast.nasimi_guardianship, field="school")
    done(questions.propose, word, cast.worker, text="School 7")
    with as_login("RELAY") as cursor:
        cursor.execute("SELECT kind FROM referrals_bodyword")
        assert cursor.fetchall() == [("proposal",)]


def test_a_colleague_of_the_body_reads_the_questions_once_the_letter_is_open(cast, row, sign_in):
    asked(row, cast.nasimi_guardianship, text="Is she ill?")
    client = sign_in(second_member())
    assert "Is she ill?" not in client.get(page(row)).content.decode()
    client.post(page(row, "open"))
    assert "Is she ill?" in client.get(page(row)).content.decode()
