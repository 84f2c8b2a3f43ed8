"""What PostgreSQL refuses of payments, and what the accountant and the director see of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from aidcenter.context import acting_as
from cases.models import Case, DataKey
from rehabilitation import payment_year
from rehabilitation.models import Payment
from tests.payments import MONTHLY, TODAY, approved, asked, confirmed_case, paid
from tests.test_orders import decided, entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
APPROVE = {"verdict": "approve", "order_number": "17-R", "order_on": f"{TODAY}"}
PAY = {"paid_on": f"{TODAY}", "document_number": "MO-5"}


@pytest.fixture
def case(cast):
    return confirmed_case(cast)


def text(client, path):
    return client.get(path).content.decode()


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


@pytest.mark.parametrize("stopped", [True, False])
def test_an_order_that_stops_access_holds_for_accountant_and_director(cast, case, sign_in, stopped):
    approved(case, cast)
    large = asked(case, cast.worker, kind="reintegration", amount=Decimal(5000))
    if stopped:
        decided(entered(case, cast.worker, cast.supervisor), cast.director)
    seen = 0 if stopped else 1
    for who in (cast.accountant, cast.director):
        with acting_as(who.pk):
            assert (Payment.objects.count(), DataKey.objects.count()) == (seen, seen)
    decide = sign_in(cast.director).post(f"/services/payments/{large.pk}/decide/", APPROVE)
    assert decide.status_code == (404 if stopped else 302)


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
    assert [(each.payments, each.azn) for _column, each in year.whole] == [
        (1, Decimal(700)), (2, Decimal("300.30")), (3, Decimal("1000.30")),
    ]  # fmt: skip
    assert [row for _month, row in year.months] == [year.whole]
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
