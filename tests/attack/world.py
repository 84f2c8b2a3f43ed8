"""What the attackers are after: a child's case and an adult's, with canaries in everything that is personal."""

import io
from collections.abc import Iterator
from functools import cached_property
from itertools import cycle
from types import SimpleNamespace

from django.db import connections
from django.http import QueryDict
from django.utils import timezone
from PIL import Image

from aidcenter.context import acting_as
from cases import (
    assessments,
    closing,
    documents,
    exports,
    family,
    incidents,
    lists,
    notes,
    orders,
    records,
    safety,
)
from cases.actions import change_details, correct_age, register_victim
from cases.childhood import Age
from cases.kinds import KINDS
from cases.listing import ListForm
from cases.models import ConnectedPerson, SafetySheet
from referrals import aside, drills, letter_facts, questions
from referrals.actions import acknowledge
from referrals.models import BodyWord, Notification, PartnerWord
from rehabilitation import bookings, extensions
from rehabilitation.actions import Facts, record_service
from rehabilitation.models import Payment, Work
from tests.attack.layers import GUARDED
from tests.bodies import second_member
from tests.cast import ask_questions, say
from tests.database import as_login
from tests.houses import a_bed, live_in
from tests.partners import a_partner, prepared, said, sent
from tests.plans import approved, goal_of, submitted
from tests.silence import by_night, climb
from tests.test_calls import called
from tests.test_delivery import deliver

CANARIES = {
    "given_name": "Zərnişan", "family_name": "Qızılquşova", "father_name": "Bəhmənyar", "name_to_use": "Kəpənək",
    "phone": "+994507654321", "safe_contact": "yalnız bazar ertəsi",
}  # fmt: skip
ENTITLED = {"worker", "supervisor", "nasimi_guardianship", "nasimi_minors_commission", "partner"}


WRITTEN = ("Darvazada soruşub", "Xala bilməsin", "Pəncərə altında", "Çarpayı qırmızı", "Qonşu Məhərrəm")
WISHED = "Dənizkənarı dükan"
ORDERED = "Zəfəran məhkəməsi"
ASKED = "Gecə növbəsində həkim"
CALLED = "Növbətçi Tərlan"
TALKED = "Məktəbin arxasındakı bağ"
FACTS = {"accompanied": "separated", "needs": ["medical"], "taken": ["medical"], "asked": ["trace_family"],
         "informed": "yes", "views": TALKED}  # fmt: skip


ASKING = {"aidcenter_auditevent", "aidcenter_apitoken", "aidcenter_apionce"}  # what it leaves behind


class World(SimpleNamespace):
    """The hidden cases, their ids and canaries, what some are rightly told, and the server errors met."""

    def shown_in(self, response, person) -> list[str]:
        """The canaries in an answer's body and headers, without those that `person` is told by right."""
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode("utf-8", "replace") + "".join(
            f"{key}: {value}\n" for key, value in response.items()
        )
        rightly = self.told.get(person.username, ())
        return [canary for canary in self.canaries if canary in text and canary not in rightly]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The table that each hidden id is of."""
        found: dict[str, str] = {}
        with as_login("SUPERUSER") as cursor:
            for table in GUARDED:
                cursor.execute(
                    "SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = 'id' AND data_type = 'uuid'",
                    [table],
                )
                if cursor.rowcount:
                    hidden = [[*map(str, self.hidden_ids)]]
                    cursor.execute(f'SELECT id::text FROM "{table}" WHERE id::text = ANY(%s)', hidden)
                    found |= {row[0]: table for row in cursor.fetchall()}
        return found

    @cached_property
    def turn(self) -> Iterator:
        """The same ids, one after the other without end."""
        return cycle(self.one_of_each)

    @cached_property
    def one_of_each(self) -> list:
        """Of the hidden ids one of each kind of row, the child's case first, and the adult's case."""
        kinds = self.kinds
        first = {kinds[str(hidden)]: hidden for hidden in reversed(self.hidden_ids) if str(hidden) in kinds}
        return [*dict.fromkeys([self.case.pk, *self.owners, *first.values()])]

    def rows(self) -> set[tuple[str, str]]:
        """(table, row as text) of all that names a hidden id, read past all protection: none may change."""
        ids = "|".join(sorted({str(hidden) for hidden in [*self.hidden_ids, *self.owners]}))
        found: set[tuple[str, str]] = set()
        with as_login("SUPERUSER") as cursor:
            for table in GUARDED:
                if table not in ASKING:
                    cursor.execute(f'SELECT t::text FROM "{table}" t WHERE t::text ~ %s', [ids])
                    found |= {(table, row[0]) for row in cursor.fetchall()}
        return found

    def changed_by(self, person, before: set[tuple[str, str]], after: set[tuple[str, str]]) -> list[str]:
        """The rows that `person` changed, without those of the tables in which they decide by right."""
        rightly = self.decides.get(person.username, ())
        return [
            f"{person.username} changed {table}: {row}"
            for table, row in sorted(after ^ before)
            if table not in rightly
        ]


def _dots() -> bytes:
    """A small picture."""
    dots = io.BytesIO()
    Image.new("RGB", (8, 8)).save(dots, "PNG")
    return dots.getvalue()


def _written_down(case, by) -> list:
    """A note, a safety sheet, an incident and a place in a house, with canaries; their ids."""
    asked, hidden, happened, bed, named = WRITTEN
    said = {
        "kind": "threat",
        "severity": "high",
        "happened_at": timezone.now(),
        "text": happened,
        "done": "",
    }
    sheet = dict.fromkeys(SafetySheet.FACTS, "") | {"danger": hidden}
    stay = live_in(a_bed(), case, by, name_to_use=bed)
    longer = {"asked_for_by": "person", "days": 10, "reason": bed}
    known = ConnectedPerson(case=case, victim=case.victim, name=named, dangerous=True)
    records.add(KINDS["people"], known, by=by)
    before = records.said(KINDS["people"], known)
    known.contact = named
    records.change(KINDS["people"], known, before=before, by=by)
    closure = closing.ask(case, {"to": "closed", "reason": "goals_met", "summary": named}, by=by)
    about = {"body": "court", "name": ORDERED, "number": "1", "ordered_on": case.opened_on}
    keepers = tuple(orders.may_keep(case))
    order = orders.ask(case, orders.Order(**about, scan=_dots(), keepers=keepers), by=by)
    answers = {str(each.pk): {"score": 1, "note": named} for each in assessments.asked_now()}
    levels = dict.fromkeys((*assessments.RISKS, "risk_level"), "low")
    day = {"kind": "initial", "assessed_on": case.opened_on, "needs": named, "why_risk": ""}
    score = assessments.assess(case, levels | day, answers, by=by)
    paper = documents.add(case, documents.Upload("letter", _dots(), named), by=by)
    made = [
        known,
        paper,
        order,
        score,
        closure,
        notes.add(case, notes.Written("call", asked), by=by),
        safety.write(case, sheet, replaces="", by=by),
        incidents.report(case.pk, case.victim_id, said, by=by),
        stay,
        extensions.ask(stay, longer, by=by),
    ]
    with_case = register_victim(say({"given_name": named, "birth_year": 1991}), by=by)
    made.append(family.link(case, with_case, relation="sibling", by=by))
    notes.save_draft(case, "note", {"text": asked}, by=by)
    everything = ListForm.asked(QueryDict("state=all"))
    made += [exports.ask(everything, with_names=True, by=by), lists.save(named, everything, by=by)]
    exports.make(made[-2], by=by)
    return [row.pk for row in made]


def _planned(case, cast) -> list:
    """A plan in force and a version that waits, with canaries; their ids."""
    first = approved(case, cast, text=WISHED)
    second = submitted(case, cast)
    return [
        row.pk for plan in (first, second) for row in (plan, goal_of(plan), goal_of(plan).actions.first())
    ]


def _paid_and_employed(case, by) -> list:
    """A payment that is asked for and a job, with canaries; their ids."""
    about = {"case": case, "victim": case.victim}
    money = Payment(**about, kind="reintegration", amount=77, payee=WRITTEN[0], author=by)
    with acting_as(by.pk):
        money.save(force_insert=True)
    job = Work(**about, kind="job", place=WRITTEN[1], found_on=case.opened_on)
    records.add(KINDS["work"], job, by=by)
    return [money.pk, job.pk]


def _referred(case, cast) -> list:
    """A referral that a partner has accepted and reads, with canaries; another partner attacks it."""
    a_partner(cast, cast.other_partner, name="Clinic 9")
    asked = prepared(case, a_partner(cast, cast.partner), cast.worker, asked=ASKED, why=ASKED)
    sheet = said(sent(asked, cast.worker, must_know=ASKED, safe_contact=ASKED), "accepted", cast.partner)
    sheet = said(sheet, "question", cast.partner, text=ASKED)
    with acting_as(cast.worker.pk):
        return [asked.pk, sheet.pk, *PartnerWord.objects.values_list("pk", flat=True)]


def _booked(case, by):
    """A session of the day, which everybody's calendar shows as busy."""
    facts = Facts(given_by=by, minutes=30)
    (row,) = bookings.book(case, bookings.When(timezone.now()), service_type="legal", by=by, facts=facts)
    return row.pk


def _tested(cast) -> list:
    """A test of today that the entitled body has answered; other bodies know nothing of it."""
    drills.start(by=cast.director)
    member = cast.nasimi_guardianship
    with acting_as(member.pk):
        call = drills.asked_of(member).get()
        drills.acknowledge(call, by=member)
    return [call.pk]


def _telephoned(notification, cast):
    """A step that was taken by night, and a call with canaries."""
    by_night()
    climb()
    return called(notification, cast.worker, spoken_with=CALLED, note=CALLED)


def _talked_about(row, cast) -> list:
    """What a body asked and the centre proposes, with canaries, and a member who stepped aside; the ids."""
    member = cast.nasimi_minors_commission
    with acting_as(member.pk):
        acknowledge(row, by=member)
        words = [questions.ask(row, text=TALKED, field=field, by=member) for field in ("", "school")]
    with acting_as(cast.worker.pk):
        asked = [BodyWord.objects.select_related("case__victim").get(pk=word.pk) for word in words]
        questions.answer(asked[0], text=TALKED, by=cast.worker)
        questions.propose(asked[1], text=TALKED, by=cast.worker)
        said_now = [*BodyWord.objects.values_list("pk", flat=True)]
    other = second_member("nasimi", "minors_commission")
    with acting_as(other.pk):
        stepped = aside.step_aside(row, by=other)
    return [row.pk, stepped.pk, *said_now]


def make(cast) -> World:
    """Register, correct, serve and notify, as the caseworker of the hidden cases does."""
    ask_questions(cast.administrator)
    child = register_victim(say({**CANARIES, "sex": "female", "estimated_age": 14}), by=cast.worker)
    adult = register_victim(say({**CANARIES, "birth_year": 1990}), by=cast.worker)
    correct_age(adult, age=Age(birth_year=1989), basis="document", reason="Sandıqdakı kağız", by=cast.worker)
    change_details(adult, victim={"safe_contact": CANARIES["safe_contact"]}, details={}, by=cast.worker)
    service = record_service(child, service_type="legal", delivered_on=child.opened_on, by=cast.worker)
    planned = [*_planned(adult, cast), _booked(child, cast.worker)]
    written = _written_down(adult, cast.worker)
    written += _paid_and_employed(adult, cast.worker)
    written += _referred(adult, cast)
    written += _tested(cast)
    facts = letter_facts.tell(child, FACTS, by=cast.worker)
    deliver()
    written += _talked_about(Notification.objects.get(case=child, body="minors_commission"), cast)
    notification = Notification.objects.get(case=child, body="guardianship")
    call = _telephoned(notification, cast)
    connections["default"].close()
    hidden = [
        child.pk,
        notification.pk,
        adult.pk,
        child.victim_id,
        service.pk,
        facts.pk,
        *planned,
        *written,
        call.pk,
    ]
    canaries = [
        *CANARIES.values(),
        "Sandıqdakı",
        *WRITTEN,
        WISHED,
        ORDERED,
        ASKED,
        CALLED,
        TALKED,
        child.number,
        adult.number,
        notification.reference,
    ]
    attackers = [person for name, person in vars(cast).items() if name not in ENTITLED]
    attackers.sort(
        key=lambda person: person == cast.director
    )  # the last: what the order stops is out of reach
    return World(
        case=child, notification=notification, worker=cast.worker, attackers=attackers, hidden_ids=hidden,
        canaries=canaries, errors=[], owners=[child.pk, adult.pk, notification.pk],
        decides={cast.director.username: ("cases_accessorder", "cases_caseaccess")},  # puts an order in force
        told={cast.director.username: (adult.number, ORDERED)},  # a serious incident, an order to put in force
    )  # fmt: skip
