"""Payments: asked by one, approved by another, paid once; what the accountant sees, and what PostgreSQL refuses."""

import io
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from aidcenter import codelists
from aidcenter.context import acting_as
from cases.closing import reopen
from cases.models import Case, CaseLink, DataKey
from rehabilitation import payment_triggers, payment_year, payments
from rehabilitation.models import Payment
from tests.payments import MONTHLY, ORDER, TODAY, approved, asked, confirmed_case, paid
from tests.test_closing import closed

pytestmark = pytest.mark.django_db
ASK = {"kind": "one_time", "amount": "", "payee": "Leyla Quliyeva"}
APPROVE = {"verdict": "approve", "order_number": "17-R", "order_on": f"{TODAY}"}
PAY = {"paid_on": f"{TODAY}", "document_number": "MO-5"}


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


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
    assert "the paper is missing" in text(sign_in(cast.worker), f"/services/payments/{row.pk}/")
    assert asked(case, cast.worker).state == "requested"


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


def test_the_steps_in_sql_are_those_of_the_code_list():
    table = {old: ways for old, ways in codelists.transitions("payment_state").items() if ways}
    assert {old: frozenset(ways) for old, ways in payment_triggers.STEPS.items()} == table


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


# --- what PostgreSQL refuses -----------------------------------------------------------------

DECIDED = {"state": "approved", "decided_at": Now(), "order_number": "1", "order_on": TODAY}
SETTLED = {"state": "paid", "settled_at": Now(), "paid_on": TODAY, "document_number": "1"}


def changes(person, row, **said):
    """How many rows SQL in the name of `person` changes; "refused" when PostgreSQL says no."""
    try:
        with acting_as(person.pk), transaction.atomic():
            return Payment.objects.filter(pk=row.pk).update(**said)
    except Error:
        return "refused"


def test_raw_sql_decides_nothing_that_is_not_ones_own_to_decide(cast, case):
    row = asked(case, cast.supervisor)
    found = {
        "own request": changes(cast.supervisor, row, **DECIDED, decided_by=cast.supervisor),
        "as another": changes(cast.worker, row, **DECIDED, decided_by=cast.director),
        "no supervisor": changes(cast.worker, row, **DECIDED, decided_by=cast.worker),
        "a stranger": changes(cast.other_supervisor, row, **DECIDED, decided_by=cast.other_supervisor),
        "the accountant": changes(cast.accountant, row, **DECIDED, decided_by=cast.accountant),
        "with another amount": changes(cast.director, row, **DECIDED, decided_by=cast.director, amount=9),
        "without an order": changes(
            cast.director, row, **(DECIDED | {"order_number": ""}), decided_by=cast.director
        ),
        "straight to paid": changes(cast.accountant, row, **SETTLED, settled_by=cast.accountant),
    }
    assert found == dict.fromkeys(found, "refused") | {
        "a stranger": 0,
        "the accountant": 0,
        "straight to paid": 0,
    }
    assert changes(cast.director, row, **DECIDED, decided_by=cast.director) == 1  # the same, by who may


def test_raw_sql_changes_nothing_that_was_approved_and_pays_once(cast, case):
    row = approved(case, cast, **MONTHLY)
    found = {
        "amount": changes(cast.supervisor, row, amount=900),
        "payee": changes(cast.accountant, row, **SETTLED, settled_by=cast.accountant, number="X"),
        "by the supervisor": changes(cast.supervisor, row, **SETTLED, settled_by=cast.supervisor),
        "tomorrow": changes(
            cast.accountant,
            row,
            **(SETTLED | {"paid_on": TODAY + timedelta(days=1)}),
            settled_by=cast.accountant,
        ),
        "back": changes(cast.supervisor, row, state="requested"),
    }
    assert found == dict.fromkeys(found, "refused")
    assert changes(cast.accountant, row, **SETTLED, settled_by=cast.accountant) == 1
    assert changes(cast.accountant, row, **SETTLED, settled_by=cast.accountant) == "refused"
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rehabilitation_payment")


def test_raw_sql_asks_in_ones_own_name_and_within_reason(cast, case):
    row = asked(case, cast.worker, **MONTHLY)
    for said in ({"author": cast.supervisor}, {"amount": -5}, {"amount": 10**7}, {"state": "approved"},
                 {"payee": None}):  # fmt: skip
        twin = Payment(case=case, victim=case.victim, **{
            "kind": "reintegration", "amount": 5, "payee": "x", "author": cast.worker} | said)  # fmt: skip
        with pytest.raises(Error), transaction.atomic():
            twin.save(force_insert=True)
    assert Payment.objects.get() == row


# --- what the accountant sees ----------------------------------------------------------------


def test_the_accountant_reads_the_name_until_it_is_paid_and_nothing_else(cast, case, sign_in):
    other = confirmed_case(cast, "Sevda")
    waiting, requested = approved(case, cast), asked(other, cast.worker)
    with acting_as(cast.accountant.pk):
        assert [row.pk for row in Payment.objects.all()] == [waiting.pk]
        assert [key.victim_id for key in DataKey.objects.all()] == [case.victim_id]
        assert Case.objects.count() == 0
    client = sign_in(cast.accountant)
    paths = ("/cases/", f"/cases/{case.pk}/", f"/services/payments/{waiting.pk}/", f"/plans/case/{case.pk}/")
    assert [client.get(path).status_code for path in paths] == [403] * 4
    assert client.get(f"/services/payments/{requested.pk}/pay/").status_code == 404
    client.post(f"/services/payments/{waiting.pk}/pay/", PAY)
    with acting_as(cast.accountant.pk):
        assert DataKey.objects.count() == 0
    page = text(client, "/services/payments/")
    assert (case.number in page, "700.00 AZN" in page, "Quliyeva" in page) == (True, True, False)


def test_the_name_is_ciphertext_in_the_table(cast, case):
    approved(case, cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payee FROM rehabilitation_payment")
        assert b"Leyla" not in bytes(cursor.fetchone()[0])


def test_the_director_reads_sums_and_no_row(cast, case, sign_in):
    paid(case, cast)
    page = text(sign_in(cast.director), "/services/payments/")
    assert ("700.00 AZN" in page, case.number in page) == (True, False)
    with acting_as(cast.director.pk):
        assert Payment.objects.count() == 0
    found = {name: sign_in(getattr(cast, name)).get("/services/payments/").status_code
             for name in ("supervisor", "statistician", "accountant")}  # fmt: skip
    assert found == {"supervisor": 403, "statistician": 403, "accountant": 200}


def test_the_sums_add_up(cast, case):
    for amount in ("100.10", "200.20"):
        paid(case, cast, kind="reintegration", amount=Decimal(amount))
    paid(case, cast)
    with acting_as(cast.accountant.pk):
        year = payment_year.sums(TODAY.year)
    assert [(each.payments, each.azn) for each in year.whole] == [
        (1, Decimal(700)), (2, Decimal("300.30")), (3, Decimal("1000.30")),
    ]  # fmt: skip
    assert [[each for _column, each in row] for _month, row in year.months] == [year.whole]
    with acting_as(cast.worker.pk):
        assert payment_year.sums(TODAY.year).months == []


def test_the_statistics_count_persons_and_payments(cast, case, sign_in):
    for _time in range(2):
        paid(case, cast, **MONTHLY)
    found = {}
    for who in ("director", "statistician"):
        tables = sign_in(getattr(cast, who)).get("/statistics/").context["tables"]
        found[who] = [
            table["cells"][0][2]
            for table in tables
            if table["title"] in ("Persons who were paid", "Payments")
        ]
    assert found == {"director": ["1", "2"], "statistician": ["<11", "<11"]}


@pytest.mark.parametrize(
    ("who", "path"), [("accountant", "/services/payments/"), ("supervisor", "/services/payments/review/")]
)
def test_lists_ask_the_same_for_one_and_for_three(cast, sign_in, who, path):
    client, counts = sign_in(getattr(cast, who)), []
    for _round in range(3):
        case = confirmed_case(cast)
        approved(case, cast)
        paid(case, cast, **MONTHLY)
        asked(case, cast.worker, **MONTHLY)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked_now:
            client.get(path)
        counts.append(len(asked_now))
    assert counts[0] == counts[2]


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
