"""What a body is told: a closed form, nothing else of the case, and one field only when two people agree."""

import json
import os
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from aidcenter import codelists
from aidcenter.context import acting_as
from aidcenter.crypto import Encrypted
from aidcenter.models import Staff
from cases import assessments, notes, records, safety
from cases.kinds import KINDS
from cases.models import Case, ConnectedPerson, SafetySheet, Victim
from referrals import extract, letter_facts, letters, schemas
from referrals.models import BODIES, LetterFacts, Message, Notification
from tests.bodies import TODAY, told
from tests.cast import ask_questions
from tests.test_delivery import deliver

pytestmark = pytest.mark.usefixtures("in_english")

EXAMPLES = 2000 if os.environ.get("ATTACK") == "full" else 60
CANARY = "Kanareyka"
# What of a row a letter may tell; every other field that holds text gets a canary.
TOLD = {
    Victim: {"given_name", "family_name", "father_name", "name_to_use", "birth_date"},
    Case: set(),
    LetterFacts: {"views"},
    ConnectedPerson: {"name", "contact"},
}
FACTS = {
    "accompanied": "separated", "needs": ["medical", "safety"], "taken": ["psychological", "police"],
    "asked": ["trace_family", "education"], "informed": "yes", "views": "She wants to live with her aunt",
}  # fmt: skip


def with_canaries(row):
    """`row` with a canary in every field of text that no letter tells."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField) and not getattr(field, "code_list", "")
        if (is_text or isinstance(field, Encrypted)) and field.name not in TOLD[type(row)]:
            setattr(row, field.attname, f"{CANARY} {field.name}")
    return row


def some(name):
    return st.sampled_from(codelists.codes(name))


def many(name):
    return st.lists(some(name), unique=True, max_size=4)


@st.composite
def cases(draw):
    """(case, facts, people) as any could be, with canaries wherever a letter must not look."""
    names = st.sampled_from(["", "Nuray", "Əliyeva", "Ali"])
    victim = Victim(
        given_name=draw(names), family_name=draw(names), father_name=draw(names), sex=draw(some("sex")),
        birth_date=draw(st.none() | st.dates(date(2009, 1, 1), date(2026, 1, 1))),
        birth_year=draw(st.none() | st.integers(2005, 2026)), age_basis=draw(some("age_basis") | st.just("")),
        estimated_age=draw(st.none() | st.integers(0, 20)), citizenship=draw(many("country")),
        languages=draw(many("language")), needs_interpreter=draw(st.booleans()),
    )  # fmt: skip
    case = Case(
        victim=victim, owner=Staff(display_name="Worker", username=CANARY, email=CANARY),
        child_status=draw(some("child_status")), victim_status=draw(some("victim_status")),
        risk_level=draw(some("risk_level")), district=draw(some("district")), opened_on=TODAY,
    )  # fmt: skip
    facts = LetterFacts(
        accompanied=draw(some("child_accompanied")), needs=draw(many("urgent_need")), informed="yes",
        taken=draw(many("measure_taken")), asked=draw(many("commission_measure")), views="an aunt",
    )  # fmt: skip
    people = [
        ConnectedPerson(
            relation=draw(st.sampled_from(["mother", "father", "grandparent"])), dangerous=dangerous,
            name=f"{CANARY} name" if dangerous else "Gülnarə", roles=draw(many("connected_role")),
            contact=f"{CANARY} contact" if dangerous else draw(st.sampled_from(["", "050 1234567"])),
        )
        for dangerous in draw(st.lists(st.booleans(), max_size=3))
    ]  # fmt: skip
    for row in (victim, case, facts, *people):
        with_canaries(row)
    return case, draw(st.none() | st.just(facts)), people


def heading(body, number=1):
    return extract.Heading("B-2026-0001", number, "first", body, "nasimi", TODAY)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases(), st.sampled_from(BODIES))
def test_no_canary_leaves_and_every_letter_is_of_its_form(made, body):
    letter = extract.extract_of(made[0], heading(body), *made[1:])
    assert CANARY not in json.dumps(letter, ensure_ascii=False)
    assert schemas.wrong(dict(letter), schemas.kept(body)["$defs"]["letter"]) == []
    assert "unfit" not in schemas.fitted(dict(letter), body)["withheld"]
    if body == "minors_commission":
        assert not extract.HEALTH & {*letter["needs"], *letter["taken"]}
    shown = extract.lines(dict(letter))
    assert CANARY not in str(shown)


def test_a_canary_in_a_field_that_is_told_would_be_found():
    """The control: the letter does look at the fields that it tells."""
    case = Case(victim=Victim(given_name=CANARY), owner=Staff(), opened_on=TODAY, child_status="child")
    letter = extract.extract_of(case, heading("guardianship"), None, [])
    assert CANARY in json.dumps(letter)


@pytest.mark.parametrize("body", BODIES)
def test_the_schema_in_the_repository_is_the_declared_one_and_closed(body):
    assert schemas.kept(body) == schemas.declared(body)
    for form in schemas.kept(body)["$defs"].values():
        assert (form["additionalProperties"], form["required"]) == (False, [*form["properties"]])
    assert set(schemas.kept(body)["$defs"]["letter"]["properties"]) == set(extract.Extract.__annotations__)
    assert set(schemas.kept(body)["$defs"]["field"]["properties"]) == set(
        extract.FieldExtract.__annotations__
    )


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"address": "Nizami 1"}, [".address"]),
        ({"whereabouts": "Nizami 1"}, [".whereabouts"]),
        ({"needs": ["medical"]}, [".needs[]"]),
        ({"needs": ["safety", "safety"]}, [".needs"]),
        ({"age": True}, [".age"]),
        ({"age": 900}, [".age"]),
        ({"reference": "x"}, [".reference"]),
        ({"parents": [{"relation": "mother", "suspected": True, "reachable": False, "name": "A", "contact": ""}]},
         [".parents[]"]),
        ({"parents": [{"relation": "mother", "suspected": True, "reachable": False, "name": "", "contact": "1"}]},
         [".parents[]"]),
    ],
)  # fmt: skip
def test_what_is_not_of_the_form_is_found_and_withheld(changed, where):
    case = Case(victim=Victim(), owner=Staff(), opened_on=TODAY, child_status="child", district="nasimi")
    letter = dict(extract.extract_of(case, heading("minors_commission"), None, []))
    form = schemas.kept("minors_commission")["$defs"]["letter"]
    assert schemas.wrong(letter, form) == []
    assert schemas.wrong(letter | changed, form) == where
    (name,) = changed
    if name in ("needs", "parents", "age"):
        told = schemas.fitted(letter | changed, "minors_commission")
        assert (bool(told[name]), "unfit" in told["withheld"]) == (False, True)
    else:
        with pytest.raises(schemas.Unfit):
            schemas.fitted(letter | changed, "minors_commission")


def tell(case, by, **said):
    with acting_as(by.pk):
        return letter_facts.tell(case, FACTS | said, by=by)


def known(case, by, **said):
    row = ConnectedPerson(case=case, victim=case.victim, **said)
    records.add(KINDS["people"], row, by=by)
    return row


def extracts(case, number=1):
    rows = Message.objects.filter(notification__case=case, number=number).select_related("notification")
    return {row.notification.body: row.extract for row in rows}


@pytest.mark.django_db(transaction=True)
def test_each_body_is_told_what_is_its_to_know(cast, child_case):
    known(child_case, cast.worker, name="Sevda", relation="mother", contact="050 1112233")
    known(child_case, cast.worker, name="Rauf", relation="father", contact="055 9998877", dangerous=True)
    known(child_case, cast.worker, name="Xanım", relation="grandparent", contact="070 3", roles=["recruiter"])
    known(child_case, cast.worker, name="Aunt", relation="relative", contact="070 4")
    tell(child_case, cast.worker)
    deliver()
    said = extracts(child_case)
    one, two = said["guardianship"], said["minors_commission"]
    assert (one["needs"], two["needs"]) == (["medical", "safety"], ["safety"])
    assert (one["taken"], two["taken"]) == (["psychological", "police"], ["police"])
    assert (one["asked"], two["asked"]) == (["trace_family"], ["education"])
    for letter in said.values():
        assert [(each["relation"], each["suspected"], each["name"], each["contact"]) for each in letter["parents"]] == [
            ("father", True, "", ""), ("grandparent", True, "", ""), ("mother", False, "Sevda", "050 1112233"),
        ]  # fmt: skip
        assert "suspected_contact" in letter["withheld"]
        assert (letter["informed"], letter["views"]) == ("yes", FACTS["views"])


@pytest.mark.django_db(transaction=True)
def test_nothing_else_that_the_case_holds_leaves(cast, child_case):
    ask_questions(cast.administrator)
    victim = child_case.victim
    for name in ("phone", "safe_contact"):
        setattr(victim, name, CANARY)
        victim.save(update_fields=[name])
    safety.write(child_case, dict.fromkeys(SafetySheet.FACTS, CANARY), replaces="", by=cast.worker)
    notes.add(child_case, notes.Written("note", CANARY), by=cast.worker)
    known(
        child_case, cast.worker, name=CANARY, relation="mother", contact=CANARY, about=CANARY, dangerous=True
    )
    answers = {str(each.pk): {"score": 4, "note": CANARY} for each in assessments.asked_now()}
    levels = dict.fromkeys((*assessments.RISKS, "risk_level"), "high")
    day = {"kind": "initial", "assessed_on": TODAY, "needs": CANARY, "why_risk": CANARY}
    assessments.assess(child_case, levels | day, answers, by=cast.worker)
    tell(child_case, cast.worker)
    deliver()
    assert CANARY not in json.dumps(extracts(child_case), ensure_ascii=False)
    assert set(extracts(child_case)) == set(BODIES)


@pytest.mark.django_db(transaction=True)
def test_what_is_said_later_is_a_numbered_addition_and_only_when_it_says_something_new(cast, child_case):
    deliver()
    tell(child_case, cast.worker)
    with pytest.raises(ValidationError, match="nothing has changed"):
        tell(child_case, cast.worker)
    deliver()
    assert sorted(Message.objects.values_list("number", "kind")) == [(1, "first")] * 2 + [(2, "addition")] * 2
    assert extracts(child_case)["guardianship"]["needs"] == []
    assert extracts(child_case, 2)["guardianship"]["needs"] == ["medical", "safety"]
    with pytest.raises(ValidationError, match="nothing has changed"):
        tell(child_case, cast.worker)
    known(child_case, cast.worker, name="Sevda", relation="mother", contact="050 1112233")
    tell(child_case, cast.worker)  # the mother is new
    deliver()
    assert extracts(child_case, 3)["minors_commission"]["parents"][0]["name"] == "Sevda"


@pytest.mark.django_db(transaction=True)
def test_the_child_s_words_do_not_tell_where_a_dangerous_person_is(cast, child_case):
    known(
        child_case, cast.worker, name="Rauf", relation="father", contact="+994 55 999 88 77", dangerous=True
    )
    for text in ("He rings from 055 9998877", "write to +994 55 999 88 77"):
        with pytest.raises(ValidationError, match="dangerous"):
            tell(child_case, cast.worker, views=text)
    tell(child_case, cast.worker, views="She likes 12345")
    assert LetterFacts.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_urgency_of_the_inbox_is_that_of_the_case(cast, open_case):
    case = open_case({"estimated_age": 14}, risk_level="high")
    assert told(case).urgency == "high"


@pytest.mark.django_db(transaction=True)
def test_the_function_tells_of_parents_only_to_who_reads_the_case(cast, child_case):
    known(child_case, cast.worker, name="Sevda", relation="mother", contact="1")
    counts = []
    for who in (cast.worker, cast.stranger, cast.nasimi_guardianship, cast.administrator):
        with acting_as(who.pk):
            counts.append(len(letters.Sources(child_case).people))
    assert counts == [1, 0, 0, 0]


LETTER = {"accompanied": "separated", "needs": ["safety"], "informed": "yes", "views": "an aunt"}


@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_letter_its_quartet_and_what_it_does(cast, child_case, sign_in):
    address = f"/referrals/case/{child_case.pk}/letter/"
    answers = {who: sign_in(getattr(cast, who)).post(address, LETTER).status_code
               for who in ("stranger", "director", "specialist", "nasimi_guardianship", "partner")}  # fmt: skip
    assert answers == {"stranger": 404, "director": 403, "specialist": 403, "nasimi_guardianship": 403,
                       "partner": 403}  # fmt: skip
    shown = sign_in(cast.worker).get(address).content.decode()
    assert ("Appoint a temporary guardian" in shown, LetterFacts.objects.count()) == (True, 0)
    assert sign_in(cast.supervisor).post(address, LETTER).status_code == 302
    assert sign_in(cast.worker).post(address, {"needs": "nothing"}).status_code == 200
    row = LetterFacts.objects.get()
    assert (row.author, row.needs, row.views) == (cast.supervisor, ["safety"], "an aunt")


@pytest.mark.django_db(transaction=True)
def test_a_message_that_does_not_fit_holds_up_no_other(cast, child_case, monkeypatch):
    monkeypatch.setitem(extract.ASKED_FIRST, "guardianship", ["nonsense"])
    assert deliver() == 4  # the value is left out, and that is said
    said = extracts(child_case)["guardianship"]
    assert (said["asked"], "unfit" in said["withheld"]) == ([], True)
    assert Notification.objects.filter(state="sent").count() == 2
