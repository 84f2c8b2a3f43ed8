"""Payments through the API: asked for, decided by another, paid; and what each of them is shown."""

import uuid
from decimal import Decimal

import pytest

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from aidcenter.roles import Verb
from rehabilitation.models import Payment
from tests.counted import counted
from tests.payments import MONTHLY, TODAY, approved, asked, confirmed_case, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ASK = {"kind": "one_time", "payee": "Leyla Quliyeva"}
APPROVE = {"verdict": "approve", "order_number": "17-R", "order_on": f"{TODAY}"}
RETURN = {"verdict": "return", "why": "the paper is missing"}
PAY = {"paid_on": f"{TODAY}", "document_number": "MO-5"}


@pytest.fixture
def case(cast):
    return confirmed_case(cast)


def codes(cast, program, path, body, *who):
    return {name: program(getattr(cast, name)).post(path, body).status_code for name in who}


def test_one_asks_another_approves_the_accountant_pays(cast, program, case):
    ask = f"cases/{case.pk}/payments/"
    assert codes(cast, program, ask, ASK, "stranger", "accountant", "specialist") == {
        "stranger": 404, "accountant": 403, "specialist": 403,
    }  # fmt: skip
    made = program(cast.worker).post(ask, ASK)
    assert (made.status_code, made.json()["amount"], made.json()["payee"]) == (
        201,
        "700.00",
        "Leyla Quliyeva",
    )
    path = f"payments/{made.json()['id']}/"
    assert program(cast.supervisor).get("payments/").json()["results"] == [made.json()]
    assert codes(cast, program, f"{path}decide/", APPROVE, "other_supervisor", "director", "worker", "supervisor") == {
        "other_supervisor": 404, "director": 404, "worker": 403, "supervisor": 200,
    }  # fmt: skip
    accountant = program(cast.accountant)
    (waits,) = accountant.get("payments/").json()["results"]
    assert (waits["payee"], waits["case"], waits["state"]) == ("Leyla Quliyeva", None, "approved")
    assert codes(cast, program, f"{path}pay/", PAY, "supervisor", "director") == {
        "supervisor": 403, "director": 403,
    }  # fmt: skip
    done = accountant.post(f"{path}pay/", PAY)
    assert (done.status_code, done.json()["state"], done.json()["payee"]) == (200, "paid", None), done.content
    assert accountant.post(f"{path}pay/", PAY).status_code == 422
    assert accountant.get("payments/paid/").json()["results"] == [done.json()]
    assert accountant.get("payments/").json()["results"] == []
    assert program(cast.worker).get(path).json()["settled_by"] == cast.accountant.pk


def test_the_quartet_of_reading(cast, program, case):
    row = asked(case, cast.worker)
    for path, director in ((f"payments/{row.pk}/", 404), (f"cases/{case.pk}/payments/", 403)):
        found = {who: program(getattr(cast, who)).get(path).status_code
                 for who in ("worker", "supervisor", "stranger", "director", "administrator")}  # fmt: skip
        assert found == {"worker": 200, "supervisor": 200, "stranger": 404, "director": director,
                         "administrator": 403}  # fmt: skip
    assert program(cast.accountant).get(f"payments/{row.pk}/").status_code == 404  # nobody has approved it
    assert program(cast.worker).get(f"payments/{uuid.uuid4()}/").status_code == 404
    found = {who: program(getattr(cast, who)).get(path).status_code
             for path in ("payments/paid/", "payments/") for who in ("worker", "stranger")}  # fmt: skip
    assert found == {"worker": 403, "stranger": 403}
    with acting_as(cast.supervisor.pk):
        looks = AuditEvent.objects.filter(ids__contains=[row.pk], action__in=["payment.view", "payment.list"])
        assert looks.count() == 4


def test_one_key_asks_once(cast, program, case):
    worker, key, path = program(cast.worker), {"Idempotency-Key": "k"}, f"cases/{case.pk}/payments/"
    first, again = (worker.post(path, ASK, **key) for _time in range(2))
    assert (again.status_code, again.json(), Payment.objects.count()) == (201, first.json(), 1)


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [({"amount": "12"}, 422, "/amount"), ({"amount": 12}, 400, "/amount"), ({"payee": ""}, 400, "/payee"),
     ({"kind": "reintegration"}, 422, "/amount"), ({"case": "x"}, 400, "/case")],
)  # fmt: skip
def test_what_cannot_be_asked(cast, program, case, said, code, pointer):
    refused = program(cast.worker).post(f"cases/{case.pk}/payments/", ASK | said)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (code, pointer)
    assert Payment.objects.count() == 0


def test_returned_with_a_reason(cast, program, case):
    path, supervisor = f"payments/{asked(case, cast.worker).pk}/decide/", program(cast.supervisor)
    without = supervisor.post(path, RETURN | {"why": ""})
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/why")
    unordered = supervisor.post(path, APPROVE | {"order_number": ""})
    assert (unordered.status_code, unordered.json()["errors"][0]["pointer"]) == (422, "/order_number")
    done = supervisor.post(path, RETURN)
    assert (done.status_code, done.json()["state"], done.json()["why"]) == (200, "returned", RETURN["why"])
    assert supervisor.post(path, APPROVE).status_code == 422


def test_a_large_amount_is_decided_by_the_director_who_reads_no_name(cast, program, case):
    row = asked(case, cast.worker, kind="reintegration", amount=Decimal(1500))
    path, director = f"payments/{row.pk}/", program(cast.director)
    assert program(cast.supervisor).post(f"{path}decide/", APPROVE).status_code == 422
    shown = director.get(path).json()
    assert director.get("payments/").json()["results"] == [shown]
    assert (shown["number"], shown["case"], shown["payee"]) == (case.number, None, None)
    done = director.post(f"{path}decide/", RETURN)
    assert (done.status_code, done.json()["state"], done.json()["why"]) == (200, "returned", None), (
        done.content
    )
    assert director.get(path).status_code == 404
    assert program(cast.worker).get(path).json()["why"] == RETURN["why"]


def test_cancelled_by_who_works_on_the_case(cast, program, case):
    path = f"payments/{approved(case, cast).pk}/cancel/"
    assert codes(cast, program, path, {"why": "left"}, "stranger", "accountant", "director") == {
        "stranger": 404, "accountant": 403, "director": 403,
    }  # fmt: skip
    done = program(cast.worker).post(path, {"why": "left"})
    assert (done.status_code, done.json()["state"], done.json()["why"]) == (200, "cancelled", "left")
    assert program(cast.worker).post(path, {"why": "left"}).status_code == 422


def test_a_key_that_is_not_for_reading_learns_no_name(cast, program, case):
    narrow = program(cast.worker, Verb.ASK_PAYMENT)
    made = narrow.post(f"cases/{case.pk}/payments/", ASK)
    assert (made.status_code, made.json()["payee"], made.json()["case"]) == (201, None, None)
    assert narrow.get(f"payments/{made.json()['id']}/").status_code == 403


def test_the_order_on_paper(cast, program, case):
    waits, made = asked(case, cast.worker, **MONTHLY), approved(case, cast)
    assert program(cast.worker).get(f"payments/{waits.pk}/order/").status_code == 404
    path = f"payments/{made.pk}/order/"
    found = {who: program(getattr(cast, who)).get(path).status_code
             for who in ("worker", "accountant", "stranger", "director")}  # fmt: skip
    assert found == {"worker": 200, "accountant": 200, "stranger": 404, "director": 403}
    assert program(cast.worker).get(path).content.startswith(b"%PDF")
    with acting_as(cast.supervisor.pk):
        assert AuditEvent.objects.filter(action="payment.paper").count() == 3


def test_lists_ask_as_much_for_three_as_for_one(cast, program):
    counts, first = [], None
    for number in range(3):
        case = confirmed_case(cast)
        first = first or case
        approved(case, cast)
        paid(case, cast, **MONTHLY)
        asked(case, cast.worker, **MONTHLY)
        if number:
            asked(first, cast.worker, kind="reintegration", amount=Decimal(number))
        if number != 1:
            counts += [counted(program(who), path) for who, path in (
                (cast.supervisor, "payments/"), (cast.accountant, "payments/"),
                (cast.accountant, f"payments/paid/?year={TODAY.year}"), (cast.worker, f"cases/{first.pk}/payments/"),
            )]  # fmt: skip
    assert [rows for rows, _n in counts] == [1, 1, 1, 3, 5, 3, 3, 5]
    assert [n for _rows, n in counts[:4]] == [n for _rows, n in counts[4:]]


def test_the_sums_of_a_year(cast, program, case):
    paid(case, cast)
    month = {"month": TODAY.month, "kind": "one_time", "payments": 1, "azn": "700.00"}
    sums = program(cast.accountant).get("payments/sums/").json()
    assert sums == {"year": TODAY.year, "sums": [month | {"month": 0}, month]}
    assert program(cast.director).get(f"payments/sums/?year={TODAY.year}").json() == sums
    assert program(cast.director).get("payments/sums/?year=2020").json()["sums"] == []
    assert program(cast.worker).get("payments/sums/").status_code == 403
