"""Money and work of the demo: a payment in each state, a job kept for a month, and the report of 2016."""

from datetime import date, timedelta
from decimal import Decimal

from aidcenter.clock import baku_today, months_after
from aidcenter.context import acting_as
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases import records
from cases.kinds import KINDS
from cases.models import Case
from rehabilitation import payments, reports
from rehabilitation.models import Goal, Payment, Work
from rehabilitation.periods import Period

STATES = {0: "paid", 2: "requested", 4: "approved", 6: "returned", 8: "cancelled"}  # by number this year
MONTHLY = Decimal("120.00")
EMPLOYED = 0


def pay_for(case: Case, number: int, by: Staff, supervisor: Staff) -> None:
    """The payment of one of the first confirmed victims of the year."""
    state = STATES[number]
    kind, amount = ("reintegration", MONTHLY) if state == "cancelled" else ("one_time", None)
    made = payments.ask(case, kind=kind, amount=amount, payee=case.victim.full_name, by=by)
    if state == "requested":
        return
    with acting_as(supervisor.pk):
        if state == "returned":
            payments.give_back(made, why="Şəxsiyyət vəsiqəsinin surəti yoxdur.", by=supervisor)
            return
        payments.approve(made, order_number=f"{number + 11}-S", order_on=baku_today(), by=supervisor)
    if state == "cancelled":
        payments.cancel(made, why="İş tapıb, ödənişdən imtina edir.", by=by)
    elif state == "paid":
        _pay(made)


def _pay(payment: Payment) -> None:
    accountant = Staff.objects.filter(role=Role.ACCOUNTANT).earliest("pk")
    with acting_as(accountant.pk):
        payments.pay(payment, paid_on=baku_today(), document_number="MO-0042", by=accountant)


def employ(case: Case, by: Staff) -> None:
    """A job found for the goal of work, kept for a month."""
    began = months_after(baku_today(), -1) - timedelta(days=5)
    goal = Goal.objects.filter(case=case, domain="employment", plan__state="active").first()
    said = {"kind": "job", "place": "“Gənclik” tikiş sexi", "occupation": "dərzi köməkçisi", "hours": 40}
    days = {"found_on": began - timedelta(days=4), "started_on": began, "kept_1": True}
    job = Work(case=case, victim=case.victim, goal=goal, pay=Decimal(550), **said, **days)
    records.add(KINDS["work"], job, by=by)


def report_2016() -> None:
    """The ministry had its report of 2016."""
    director = Staff.objects.filter(role=Role.DIRECTOR).first()
    if director:
        with acting_as(director.pk):
            year = Period(date(2016, 1, 1), date(2016, 12, 31))
            reports.send(
                year, sent_to="Əmək və Əhalinin Sosial Müdafiəsi Nazirliyi", exact_why="", by=director
            )
