"""The demo centre: its people, the 93 of 2016, and a small open caseload of this year.

Everything goes through the actions that a click calls. Names are invented (aidcenter/data). The
shape of 2016 follows published figures of a real centre: 63 confirmed and 30 potential victims;
services in the proportions of its report. The three potential children are synthetic: the official
number of children in 2016 is none.
"""

import csv
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management import (
    seed_bodies,
    seed_care,
    seed_letters,
    seed_money,
    seed_partners,
    seed_plans,
)
from aidcenter.models import Staff, Team
from aidcenter.roles import Role
from cases import closing
from cases.actions import Registration, move_case, register_victim
from cases.models import Case
from referrals.actions import Decision, acknowledge, decide
from referrals.models import Commission, Member, Notification
from rehabilitation.actions import record_service

Say = Callable[[str], object]

YEAR = 2016
PERSONS, CONFIRMED, CHILDREN, WOMEN = 93, 63, 3, 86
SERVICES = {"legal": 49, "psychological": 49, "medical": 39, "employment": 18, "shelter": 14, "vocational": 7}
COUNTRIES = ["TR"] * 55 + ["AE"] * 12 + ["RU"] * 5 + ["AZ"] * 21
REASON = "Demo centre: entered from the records of the year"
STAFF = {  # username: role, team
    "caseworker-1": (Role.CASEWORKER, 1),
    "caseworker-2": (Role.CASEWORKER, 1),
    "caseworker-3": (Role.CASEWORKER, 2),
    "psychologist-1": (Role.SPECIALIST, None),
    "lawyer-1": (Role.SPECIALIST, None),
    "doctor-1": (Role.SPECIALIST, None),
    "supervisor-1": (Role.SUPERVISOR, 1),
    "supervisor-2": (Role.SUPERVISOR, 2),
    "duty-officer": (Role.HOUSE, None),
    "director": (Role.DIRECTOR, None),
    "statistician": (Role.STATISTICIAN, None),
    "auditor": (Role.AUDITOR, None),
    "accountant": (Role.ACCOUNTANT, None),
    "administrator": (Role.ADMINISTRATOR, None),  # the last: from then on two people let somebody in
}
PLANNED = range(6)  # numbers this year


@dataclass
class Names:
    """Invented people, the same at every start."""

    dice: random.Random
    rows: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with (codelists.DATA / "az_names.csv").open(encoding="utf-8") as lines:
            self.rows = list(csv.DictReader(lines))

    def pick(self, kind: str, *sexes: str) -> str:
        """A given name or surname."""
        return self.dice.choice(
            [row["az"] for row in self.rows if row["kind"] == kind and row["sex"] in sexes]
        )

    def person(self, sex: str) -> dict[str, str]:
        """The names of a victim of `sex` (female or male)."""
        letter = "F" if sex == "female" else "M"
        return {
            "given_name": self.pick("given", letter),
            "family_name": self.pick("surname", letter, "U"),
            "father_name": self.pick("given", "M"),
            "sex": sex,
        }


def people(say: Say) -> None:
    """Teams, staff, state bodies and their members."""
    names = Names(random.Random(7))  # noqa: S311 - a demo
    teams = {number: _team(f"{number}") for number in (1, 2)}
    for username, (role, number) in STAFF.items():
        person = _staff(username, role, names, teams.get(number or 0))
        if person.team and role == Role.SUPERVISOR:
            with as_administrator():
                person.groups.add(person.team.supervisors)
    seed_care.furnish()
    seed_care.open_rooms()
    with as_administrator():
        seed_bodies.furnish()
    for username, (district, body) in seed_bodies.MEMBERS.items():
        member = _staff(username, Role.COMMISSION_MEMBER, names, None)
        with as_administrator():
            Member.objects.create(
                staff=member, commission=Commission.objects.get(district=district, body=body)
            )
    seed_bodies.drill()
    for username in seed_partners.MEMBERS:
        _staff(username, Role.PARTNER, names, None)
    say(f"{Staff.objects.count()} people and {Commission.objects.count()} state bodies are there.")


def as_administrator() -> AbstractContextManager[None]:
    """An administrator asks, once there is one: staff and teams are theirs to change."""
    who = Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True).first()
    return acting_as(who.pk) if who else nullcontext()


def _team(number: str) -> Team:
    return Team.objects.create(
        name=number, supervisors=Group.objects.create(name=f"supervisors of team {number}")
    )


def _staff(username: str, role: Role, names: Names, team: Team | None) -> Staff:
    sex = names.dice.choice("FFM")
    display_name = f"{names.pick('given', sex)} {names.pick('surname', sex, 'U')}"
    person = Staff(username=username, display_name=display_name, role=role, team=team)
    if role == Role.SPECIALIST:
        person.profession = username.partition("-")[0]
    person.set_unusable_password()
    with as_administrator():
        person.save()
    return person


def year_2016(say: Say) -> None:
    """The 93 of 2016, their services, and the children's notifications owed by the database."""
    dice = random.Random(YEAR)  # noqa: S311 - a demo
    names, workers = Names(dice), list(Staff.objects.filter(role=Role.CASEWORKER).order_by("username"))
    countries = dice.sample(COUNTRIES, PERSONS)
    cases = []
    for number in range(PERSONS):
        by = workers[number % len(workers)]
        said = _person_of_2016(number, countries[number], names)
        opened = date(YEAR, 1, 4) + timedelta(days=number * 350 // PERSONS)
        with acting_as(by.pk):
            cases.append((register_victim(said, by=by, opened_on=opened, reason=REASON), by))
        if number % 31 == 30:
            say(f"{number + 1} of {PERSONS} people of {YEAR} are registered.")
    for service, count in SERVICES.items():
        for case, by in dice.sample(cases, count):
            with acting_as(by.pk):
                record_service(
                    case,
                    service_type=service,
                    delivered_on=case.opened_on + timedelta(days=dice.randrange(90)),
                    by=by,
                )
    say(f"{sum(SERVICES.values())} services are recorded.")


def _person_of_2016(number: int, country: str, names: Names) -> Registration:
    sex = "female" if number % PERSONS < WOMEN else "male"
    potential, child = number % 3 == 2 and number < 90, number in (11, 41, 71)
    age = names.dice.randrange(13, 17) if child else names.dice.randrange(21, 45)
    born = date(YEAR - age - 1, names.dice.randrange(1, 13), names.dice.randrange(1, 28))
    status = "potential" if potential else "confirmed"
    decision = {} if potential else {"decided_by": "police", "document_number": f"{YEAR}/{number + 1:03d}"}
    return Registration(
        victim={
            **names.person(sex),
            "birth_date": born,
            "age_basis": "document",
            "citizenship": ["AZ"],
            "languages": ["aze"],
        },
        case={
            "district": "ganja" if number == 41 else "nasimi",
            "victim_status": status,
            "exploitation_country": country,
            "referral_source": "ngo" if potential else "police",
        },
        decision=decision,
    )


def answers_of_2016() -> None:
    """The bodies acknowledge and decide what was sent for the children of 2016, as members do."""
    for member in Staff.objects.filter(role=Role.COMMISSION_MEMBER):
        with acting_as(member.pk):
            for row in Notification.objects.addressed_to(member).filter(state="sent"):
                _answer(row, member)


def _answer(row: Notification, member: Staff) -> None:
    """Acknowledge, and decide three days after the child was found."""
    letter = row.messages.get(number=1).extract
    found_on = date.fromisoformat(letter["found_on"])
    if found_on.year != YEAR:
        return
    acknowledge(row, by=member)
    decision = "guardian_appointed" if row.body == "guardianship" else "visit"
    number = f"{row.reference[-4:]}/{YEAR}"
    decide(row, Decision(decision, number, found_on + timedelta(days=3)), by=member)


def is_owed() -> bool:
    """Whether a notification of some caseworker's case is not sent yet."""
    for worker in Staff.objects.filter(role=Role.CASEWORKER):
        with acting_as(worker.pk):
            if Notification.objects.filter(state="owed").exists():
                return True
    return False


def close_2016() -> None:
    """The work of 2016 is done."""
    for worker in Staff.objects.filter(role=Role.CASEWORKER):
        with acting_as(worker.pk):
            for case in (
                Case.objects.worklist_of(worker).filter(opened_on__year=YEAR).select_related("victim")
            ):
                closing.ask(case, {"to": "closed", "reason": "goals_met", "summary": "2016"}, by=worker)
    for supervisor in Staff.objects.filter(role=Role.SUPERVISOR):
        with acting_as(supervisor.pk):
            for asked in closing.to_decide(supervisor).select_related("case__victim"):
                closing.decide(asked, approved=True, answer="", by=supervisor)


def this_year(say: Say) -> None:
    """A small open caseload for the people of the demo, two children among them."""
    dice, today = random.Random(26), baku_today()  # noqa: S311 - a demo
    names = Names(dice)
    workers = list(Staff.objects.filter(role=Role.CASEWORKER).order_by("username"))
    seed_care.directory()
    seed_partners.join()
    for number in range(18):
        by = workers[(0, 0, 1, 2)[number % 4]]
        opened = max(today - timedelta(days=40 - 2 * number), date(today.year, 1, 1))
        with acting_as(by.pk):
            case = register_victim(_person_of_today(number, names), by=by, opened_on=opened, reason=REASON)
            for state in ("assessment", "planning", "implementation")[: (3 - number // 5)]:
                move_case(case, to=state, by=by, on=opened + timedelta(days=5))
            if number < 10:
                service = dice.choice(("legal", "psychological", "medical", "documents"))
                record_service(
                    case, service_type=service, delivered_on=opened + timedelta(days=dice.randrange(3)), by=by
                )
            if number in seed_care.HOUSED:
                seed_care.care_for(case, by)
                seed_care.know(case, by)
                seed_care.serve(case, by, list(seed_care.HOUSED).index(number))
            seed_care.live_in_house(case, number, by)
            _help(case, number, by)
    seed_care.roster()
    seed_care.meet(workers[0])
    say("The open cases of this year are there.")


def _help(case: Case, number: int, by: Staff) -> None:
    """What the person with that number this year was given: a plan, a payment, a referral, a job."""
    if number in PLANNED:
        seed_plans.plan_for(case, number, by, _supervisor_of(by))
    if number in seed_money.STATES:
        seed_money.pay_for(case, number, by, _supervisor_of(by))
    if number in seed_partners.REFERRED:
        seed_partners.refer(case, number, by)
    if case.is_child:
        seed_letters.tell(case, by)
    if number == seed_money.EMPLOYED:
        seed_money.employ(case, by)


def _supervisor_of(worker: Staff) -> Staff:
    return Staff.objects.filter(role=Role.SUPERVISOR, groups=worker.team.supervisors).earliest("pk")  # type: ignore[union-attr]


def _person_of_today(number: int, names: Names) -> Registration:
    victim: dict[str, Any] = {**names.person("male" if number % 6 == 5 else "female"), "languages": ["aze"]}
    if number in (9, 15):
        victim |= {"estimated_age": 15, "age_basis": "declared"}
    elif number % 4 == 3:
        victim |= {"birth_year": 1985 + number, "age_basis": "declared"}
    else:
        victim |= {"birth_date": date(1986 + number % 14, 5, 3 + number), "age_basis": "document"}
    if number % 3 == 0:
        victim |= {"phone": f"+99450555{number:02d}12", "safe_contact": "18:00-dan sonra zəng edin"}
    confirmed = number % 2 == 0
    return Registration(
        victim={**victim, "citizenship": ["UZ"] if number == 7 else ["AZ"]},
        case={
            "district": "ganja" if number == 15 else "nasimi",
            "victim_status": "confirmed" if confirmed else "potential",
            "referral_source": "police" if confirmed else "ngo",
            "exploitation_country": names.dice.choice(COUNTRIES),
            "risk_level": "high" if number in (9, 15) else names.dice.choice(("low", "medium", "medium")),
        },
        decision={"decided_by": "police", "document_number": f"2026/{number}"} if confirmed else {},
    )


def listing() -> Iterator[str]:
    """One line per person who can sign in, as the demo prints them."""
    for person in Staff.objects.filter(is_active=True).select_related("team").order_by("pk"):
        team = f", team {person.team.name}" if person.team else ""
        yield f"  {person.username:<22} {person.display_name} ({person.role.replace('_', ' ')}{team})"
