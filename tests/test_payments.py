"""Payments: asked by one, approved by another, paid once; who is entitled, and once."""

import io
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aidcenter.context import acting_as
from cases.closing import reopen
from cases.models import Case, CaseLink
from rehabilitation import payments
from rehabilitation.models import Payment
from tests.payments import MONTHLY, ORDER, TODAY, approved, asked, confirmed_case, paid
from tests.test_closing import closed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ASK = {"kind": "one_time", "amount": "", "payee": "Leyla Quliyeva"}
APPROVE = {"verdict": "approve", "order_number": "17-R", "order_on": f"{TODAY}"}
PAY = {"paid_on": f"{TODAY}", "document_number": "MO-5"}


@pytest.fixture
def case(cast):
    return confirmed_case(cast)


def answers(sign_in, cast, path, post, *who):
    return {name: sign_in(getattr(cast, name)).post(path, post).status_code for name in who}


def text(client, path):
    return client.get(path).content.decode()


# --- the way of a payment --------------------------------------------------------------------


def test_one_asks_another_approves_the_accountant_pays(cast, case, sign_in):
    ask = f"/services/payments/case/{case.pk}/"
    assert answers(sign_in, cast, ask, ASK, "stranger", "accountant", "worker") == {
        "stranger": 404, "accountant": 403, "worker": 302,
    }  # fmt: skip
    row = Payment.objects.get()
    assert (row.amount, row.state, row.number, row.for_director) == (700, "requested", case.number, False)
    page = f"/services/payments/{row.pk}/"
    assert "A payment waits for your decision" in text(sign_in(cast.supervisor), "/")
    assert answers(sign_in, cast, f"{page}decide/", APPROVE, "other_supervisor", "director", "worker", "supervisor") == {
        "other_supervisor": 404, "director": 404, "worker": 403, "supervisor": 302,
    }  # fmt: skip
    accountant = sign_in(cast.accountant)
    assert "A payment waits to be paid" in text(accountant, "/")
    assert "Leyla Quliyeva" in text(accountant, f"{page}pay/")
    assert answers(sign_in, cast, f"{page}pay/", PAY, "supervisor", "accountant") == {
        "supervisor": 403, "accountant": 302,
    }  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.paid_on, row.document_number, row.settled_by) == (
        "paid",
        TODAY,
        "MO-5",
        cast.accountant,
    )
    timeline = text(sign_in(cast.worker), f"/cases/{case.pk}/")
    assert ("One-time allowance: Approved" in timeline, "One-time allowance: Paid" in timeline) == (
        True,
        True,
    )


def test_returned_with_a_reason_it_is_asked_for_again(cast, case, sign_in):
    row, client = asked(case, cast.worker), sign_in(cast.supervisor)
    decide = f"/services/payments/{row.pk}/decide/"
    assert "Say why." in client.post(decide, {"verdict": "return", "why": ""}).content.decode()
    assert client.post(decide, {"verdict": "return", "why": "the paper is missing"}).status_code == 302
    worker = sign_in(cast.worker)
    assert "the paper is missing" in text(worker, f"/services/payments/{row.pk}/")
    assert "A payment came back" in text(worker, "/")
    assert asked(case, cast.worker).state == "requested"
    assert "A payment came back" not in text(worker, "/")


def test_who_decides_too_late_is_told_and_keeps_the_words(cast, case, sign_in):
    row = approved(case, cast)
    late = sign_in(cast.supervisor).post(
        f"/services/payments/{row.pk}/decide/", {"verdict": "return", "why": "the paper is missing"}
    )
    page = late.content.decode()
    assert ("cannot become" in page, "the paper is missing" in page) == (True, True)


def test_cancelled_with_a_reason_by_who_works_on_the_case(cast, case, sign_in):
    row = approved(case, cast)
    path = f"/services/payments/{row.pk}/cancel/"
    assert answers(sign_in, cast, path, {"why": "left"}, "stranger", "accountant", "worker") == {
        "stranger": 404, "accountant": 403, "worker": 302,
    }  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.why, row.settled_by) == ("cancelled", "left", cast.worker)
    assert sign_in(cast.accountant).get(f"/services/payments/{row.pk}/pay/").status_code == 404


def test_without_a_reason_nothing_is_cancelled(cast, case, sign_in):
    row = approved(case, cast)
    sign_in(cast.worker).post(f"/services/payments/{row.pk}/cancel/", {"why": " "})
    row.refresh_from_db()
    assert row.state == "approved"


def test_who_asked_does_not_approve(cast, case, sign_in):
    row = asked(case, cast.supervisor)
    assert row.for_director  # the only supervisor asked
    with acting_as(cast.supervisor.pk), pytest.raises(ValidationError):
        payments.approve(row, **ORDER, by=cast.supervisor)
    assert sign_in(cast.director).post(f"/services/payments/{row.pk}/decide/", APPROVE).status_code == 302


def test_a_large_amount_is_decided_by_the_director_who_reads_no_name(cast, case, sign_in):
    row = asked(case, cast.worker, kind="reintegration", amount=Decimal("1500"))
    page, director = f"/services/payments/{row.pk}/", sign_in(cast.director)
    assert sign_in(cast.supervisor).post(f"{page}decide/", APPROVE).status_code == 200
    shown = text(director, page)
    assert (case.number in shown, "Quliyeva" in shown) == (True, False)
    assert director.post(f"{page}decide/", {"verdict": "return", "why": "too much"}).status_code == 302
    assert (director.get(page).status_code, director.get(f"/cases/{case.pk}/").status_code) == (404, 403)
    row.refresh_from_db()
    assert (row.state, row.why) == ("returned", "too much")


# --- who is entitled, and once ---------------------------------------------------------------


def test_a_potential_victim_is_refused_with_what_now(cast, open_case, sign_in, settings):
    case = open_case()
    path, client = f"/services/payments/case/{case.pk}/", sign_in(cast.worker)
    assert "Record a decision on the status" in text(client, path)
    client.post(path, ASK)
    assert Payment.objects.count() == 0
    settings.PAYMENT_STATUSES = ["confirmed", "potential"]
    assert client.post(path, ASK).status_code == 302


def test_no_second_allowance_in_this_case_or_a_later_one(cast, case):
    paid(case, cast)
    with pytest.raises(ValidationError, match="already"):
        asked(case, cast.worker)
    reopen(closed(case, cast), why="asks for help", by=cast.worker)
    with pytest.raises(ValidationError, match="already"):
        asked(case, cast.worker)
    later = Case(victim=case.victim, owner=cast.worker, team=cast.worker.team, child_status="adult",
                 district="nasimi", victim_status="confirmed")  # fmt: skip
    later.save(force_insert=True)
    with pytest.raises(ValidationError, match="already"):
        asked(later, cast.worker)
    assert asked(later, cast.worker, **MONTHLY).state == "requested"


@pytest.mark.parametrize("linked", [True, False])
def test_no_second_allowance_for_who_is_kept_as_two(cast, case, linked):
    paid(case, cast)
    twin = confirmed_case(cast)
    if linked:
        CaseLink.objects.create(case=case, other=twin, relation="same_person", made_by=cast.worker)
        with pytest.raises(ValidationError, match="already"):
            asked(twin, cast.worker)
    else:
        assert asked(twin, cast.worker).state == "requested"


def test_a_closed_case_has_no_payments(cast, case):
    with pytest.raises(ValidationError, match="closed"):
        asked(closed(case, cast), cast.worker)


def test_who_turns_out_not_to_be_a_victim_is_paid_nothing(cast, case):
    row = approved(case, cast)
    Case.objects.filter(pk=case.pk).update(victim_status="not_victim")
    with acting_as(cast.accountant.pk), pytest.raises(ValidationError, match="not to be a victim"):
        payments.pay(row, paid_on=TODAY, document_number="1", by=cast.accountant)
    payments.cancel(row, why="not a victim", by=cast.worker)


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["0", "-1", "1e9", "NaN", "abc", "10.005", "10000.01", "", "9" * 400])
def test_an_amount_that_cannot_be_meant_is_asked_again(cast, case, sign_in, amount):
    path = f"/services/payments/case/{case.pk}/"
    answer = sign_in(cast.worker).post(path, ASK | {"kind": "reintegration", "amount": amount})
    assert (answer.status_code, Payment.objects.count()) == (200, 0)


def test_a_form_sent_twice_asks_once(cast, case, sign_in):
    path, client = f"/services/payments/case/{case.pk}/", sign_in(cast.worker)
    said = ASK | {"kind": "reintegration", "amount": "120"}
    assert [client.post(path, said).status_code for _time in range(2)] == [302, 200]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(("typed", "kept"), [("120,50", "120.50"), ("1 000", "1000.00"), ("0.01", "0.01")])
def test_an_amount_as_people_type_it(cast, case, sign_in, typed, kept):
    sign_in(cast.worker).post(
        f"/services/payments/case/{case.pk}/", ASK | {"kind": "reintegration", "amount": typed}
    )
    assert str(Payment.objects.get().amount) == kept


def test_the_allowance_has_one_amount(cast, case):
    with pytest.raises(ValidationError, match=r"700\.00"):
        asked(case, cast.worker, amount=Decimal(400))


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=1)])
def test_nothing_is_paid_before_its_order_or_in_the_future(cast, case, sign_in, day):
    row = approved(case, cast)
    answer = sign_in(cast.accountant).post(f"/services/payments/{row.pk}/pay/", PAY | {"paid_on": f"{day}"})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_payment_is_paid_once(cast, case, sign_in):
    row = paid(case, cast)
    assert sign_in(cast.accountant).post(f"/services/payments/{row.pk}/pay/", PAY).status_code == 302
    with acting_as(cast.accountant.pk), pytest.raises(ValidationError, match="cannot become"):
        payments.pay(row, paid_on=TODAY, document_number="again", by=cast.accountant)


def test_an_order_is_needed_to_approve(cast, case, sign_in):
    row = asked(case, cast.worker)
    path = f"/services/payments/{row.pk}/decide/"
    for said in ({"order_number": ""}, {"order_on": ""}, {"order_on": f"{TODAY + timedelta(days=1)}"}):
        assert sign_in(cast.supervisor).post(path, APPROVE | said).status_code == 200
    row.refresh_from_db()
    assert row.state == "requested"


# --- on paper --------------------------------------------------------------------------------


def test_the_order_on_paper(cast, case, sign_in):
    row = approved(case, cast)
    path = f"/services/payments/{row.pk}/order/"
    found = {name: sign_in(getattr(cast, name)).get(path).status_code
             for name in ("stranger", "director", "administrator", "accountant", "worker")}  # fmt: skip
    assert found == {"stranger": 404, "director": 403, "administrator": 403, "accountant": 200, "worker": 200}
    made = sign_in(cast.accountant).get(path)
    page = pypdfium2.PdfDocument(io.BytesIO(made.content))[0].get_textpage().get_text_range()
    assert ("Leyla Quliyeva" in page, "700,00 AZN" in page, "17-R" in page) == (True, True, True)
    assert "Quliyeva" not in made["Content-Disposition"]


def test_there_is_no_order_before_the_approval_and_none_for_the_accountant_after(cast, case, sign_in):
    row = asked(case, cast.worker)
    assert sign_in(cast.worker).get(f"/services/payments/{row.pk}/order/").status_code == 302
    done = paid(case, cast, **MONTHLY)
    assert sign_in(cast.accountant).get(f"/services/payments/{done.pk}/order/").status_code == 404


def test_the_case_page_shows_payments_to_who_reads_it(cast, case, sign_in):
    with pytest.raises(PermissionDenied):
        payments.ask(case, kind="one_time", amount=None, payee="x", by=cast.specialist)
    approved(case, cast)
    page = text(sign_in(cast.worker), f"/cases/{case.pk}/")
    assert ("Ask for a payment" in page, "One-time allowance, 700.00 AZN" in page) == (True, True)
