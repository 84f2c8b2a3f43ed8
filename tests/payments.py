"""A payment in each state, reached by living it."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases.actions import Registration, register_victim
from cases.models import Case
from rehabilitation import payments
from rehabilitation.models import Payment

TODAY = baku_today()
ORDER = {"order_number": "17-R", "order_on": TODAY}


def confirmed_case(cast: SimpleNamespace, given_name: str = "Leyla") -> Case:
    """The worker's case of a confirmed victim."""
    said = Registration(
        victim={"given_name": given_name, "family_name": "Quliyeva", "birth_year": 1990},
        case={"district": "nasimi", "victim_status": "confirmed"},
        decision={"decided_by": "police", "document_number": "77/1"},
    )
    return register_victim(said, by=cast.worker)


def asked(case: Case, by: Any, **said: Any) -> Payment:
    """A request; the one-time allowance unless said otherwise."""
    what = {"kind": "one_time", "amount": None, "payee": "Leyla Quliyeva"} | said
    with acting_as(by.pk):
        made = payments.ask(case, **what, by=by)
        made.refresh_from_db()
    return made


def approved(case: Case, cast: SimpleNamespace, **said: Any) -> Payment:
    """The same, approved by the supervisor."""
    made = asked(case, cast.worker, **said)
    with acting_as(cast.supervisor.pk):
        payments.approve(made, **ORDER, by=cast.supervisor)
    made.refresh_from_db()
    return made


def paid(case: Case, cast: SimpleNamespace, **said: Any) -> Payment:
    """The same, paid."""
    made = approved(case, cast, **said)
    with acting_as(cast.accountant.pk):
        payments.pay(made, paid_on=TODAY, document_number="MO-5", by=cast.accountant)
    made.refresh_from_db()
    return made


MONTHLY = {"kind": "reintegration", "amount": Decimal("120.50")}
