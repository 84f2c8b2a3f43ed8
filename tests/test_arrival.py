"""Several people who arrive together: all or nobody, each child announced, sent twice is once."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aidcenter.clock import baku_today
from cases.actions import register_victim
from cases.arrival import ids_of, register_arrival
from cases.models import Case, Victim
from referrals.models import Notification
from tests.cast import say

pytestmark = pytest.mark.django_db
PAGE = "/cases/new/several/"
SHARED = {
    "district": "ganja", "opened_on": f"{baku_today()}", "referral_source": "police", "languages": ["aze", "rus"],
    "exploitation_country": "TR", "safe_contact": "after 18:00", "form-TOTAL_FORMS": "10", "form-INITIAL_FORMS": "0",
}  # fmt: skip


def rows(*people, at=0):
    return {
        f"form-{at + row}-{name}": value
        for row, person in enumerate(people)
        for name, value in person.items()
    }


def typed(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    return html.unescape(found[1]) if found else ""


def sent(client, *people, twice=False, **said):
    """The form sent, and sent again when it announces children."""
    data = SHARED | rows(*people) | said
    page = client.post(PAGE, data)
    if mark := typed(page, "children_understood") if page.status_code == 200 else "":
        data |= {"children_understood": mark, "key": typed(page, "key")}
        page = client.post(PAGE, data)
        page = client.post(PAGE, data) if twice else page
    return page


ADULT = {"given_name": "Leyla", "birth_date": "1990"}
CHILDREN = [{"given_name": "Nuray", "birth_date": "about 14"}, {"birth_date": f"{baku_today().year - 9}"}, {"given_name": "Aysel", "could_be_minor": "unsure"}]  # fmt: skip


def test_the_shared_facts_are_said_once(cast, sign_in):
    answer = sent(
        sign_in(cast.worker), ADULT, {"family_name": "Quliyev", "sex": "male", "birth_date": "03.04.1985"}
    )
    shown = sign_in(cast.worker).get(answer.url).content.decode()
    cases = list(Case.objects.select_related("victim").order_by("number"))
    assert [case.number in shown for case in cases] == [True, True]
    assert {(case.district, case.referral_source, case.exploitation_country) for case in cases} == {
        ("ganja", "police", "TR")
    }
    assert [(case.victim.full_name, case.victim.sex, case.victim.languages) for case in cases] == [
        ("Leyla", "unknown", ["aze", "rus"]), ("Quliyev", "male", ["aze", "rus"])]  # fmt: skip
    assert {case.victim.safe_contact for case in cases} == {"after 18:00"}


def test_the_quartet(cast, sign_in):
    found = {
        who: sign_in(getattr(cast, who)).get(PAGE).status_code for who in ("worker", "supervisor", "director")
    }
    assert found == {"worker": 200, "supervisor": 200, "director": 403}
    made = sent(sign_in(cast.worker), ADULT).url
    found = {
        who: sign_in(getattr(cast, who)).get(made).status_code
        for who in ("worker", "supervisor", "stranger", "house")
    }
    assert found == {"worker": 200, "supervisor": 200, "stranger": 404, "house": 403}


def test_three_children_are_announced_by_row_and_notified(cast, sign_in):
    page = sign_in(cast.worker).post(PAGE, SHARED | rows(ADULT, *CHILDREN))
    shown, said = page.content.decode(), page.context["children"]
    assert [(child["where"], child["status"], child["age"]) for child in said] == [
        ("Person 2", "presumed_child", "about 14 years"),
        ("Person 3", "presumed_child", f"born in {baku_today().year - 9}, day not known"),
        ("Person 4", "presumed_child", "age not known"),
    ]
    assert ("ganja guardianship" in shown, "ganja minors_commission" in shown, Victim.objects.count()) == (
        True,
        True,
        0,
    )
    sent(sign_in(cast.worker), ADULT, *CHILDREN)
    assert (Case.objects.count(), Notification.objects.count()) == (4, 6)


def test_another_child_than_announced_is_announced_anew(cast, sign_in):
    client, data = sign_in(cast.worker), SHARED | rows(CHILDREN[0])
    mark = typed(client.post(PAGE, data), "children_understood")
    again = client.post(PAGE, data | rows(*CHILDREN[:2]) | {"children_understood": mark})
    assert (len(again.context["children"]), Case.objects.count()) == (2, 0)


def test_sent_twice_it_is_one_arrival(cast, sign_in):
    client = sign_in(cast.worker)
    again = sent(client, *CHILDREN, twice=True)
    assert (again.status_code, Case.objects.count(), Notification.objects.count()) == (302, 3, 6)
    assert "already sent" in client.get(again.url).content.decode()


@pytest.mark.parametrize(
    ("wrong", "where", "text"),
    [
        ({"given_name": "Aysel"}, "id_form-1-could_be_minor", "could the person be under 18"),
        ({"birth_date": "03/04/2010"}, "id_form-1-birth_date", "day.month.year"),
        ({"birth_date": "03.04.10"}, "id_form-1-birth_date", "day.month.year"),
        ({"birth_date": "1890"}, "id_form-1-birth_date", "between"),
        ({"birth_date": "about 200"}, "id_form-1-birth_date", "less than or equal"),
        ({"birth_date": "2999"}, "id_form-1-birth_date", "between"),
        ({"birth_date": "1990", "given_name": "a\0b"}, "id_form-1-given_name", "Null"),
    ],
)
def test_one_wrong_row_is_named_and_nobody_is_registered(cast, sign_in, wrong, where, text):
    page = sign_in(cast.worker).post(PAGE, SHARED | rows(ADULT, wrong)).content.decode()
    summary = page[page.index("error-summary") : page.index('<form method="post" novalidate')]
    assert (f'href="#{where}"' in summary, "Person 2, " in summary, text in summary) == (True, True, True)
    assert ('value="Leyla"' in page, Victim.objects.count()) == (True, 0)


def test_rows_that_are_folded_away_open_when_they_are_filled_in(cast, sign_in):
    client, wrong = sign_in(cast.worker), {"given_name": "Zəhra"}
    assert '<details class="more">' in client.get(PAGE).content.decode()
    page = client.post(PAGE, SHARED | rows(ADULT) | rows(wrong, at=8)).content.decode()
    assert ('<details class="more" open>' in page, 'value="Zəhra"' in page) == (True, True)


def test_nobody_is_not_an_arrival(cast, sign_in):
    page = sign_in(cast.worker).post(PAGE, SHARED)
    assert ("Nobody is named" in page.content.decode(), Case.objects.count()) == (True, 0)


def test_an_earlier_day_needs_a_reason_and_counts_for_the_age(cast, sign_in):
    day = baku_today() - timedelta(days=30)
    born = {"birth_date": f"{day.replace(year=day.year - 18) + timedelta(days=3):%d.%m.%Y}"}
    client = sign_in(cast.worker)
    page = sent(client, born, opened_on=f"{day}")
    assert ("needs a reason" in page.content.decode(), Case.objects.count()) == (True, 0)
    sent(client, born, opened_on=f"{day}", reason="the lines were down")
    assert [(case.child_status, case.opened_on) for case in Case.objects.all()] == [("child", day)]


def test_nobody_is_born_after_the_arrival(cast, sign_in):
    day = baku_today() - timedelta(days=30)
    page = sent(
        sign_in(cast.worker), {"birth_date": f"{baku_today():%d.%m.%Y}"}, opened_on=f"{day}", reason="late"
    )
    assert ("after the day of arrival" in page.content.decode(), Case.objects.count()) == (True, 0)
    with pytest.raises(ValidationError, match="birth_date"):
        register_victim(say({"birth_date": baku_today()}), opened_on=day, reason="late", by=cast.worker)


def test_one_that_fails_undoes_all(cast):
    first, second, *_ = ids_of(uuid.uuid4())
    wrong = say({"birth_year": 1990}, home_district="x" * 99)
    with pytest.raises(Exception, match="too long"):
        register_arrival({first: say(), second: wrong}, by=cast.worker)


def test_somebody_who_may_be_known_does_not_hold_it_up(cast, adult_case, sign_in):
    client, same = (
        sign_in(cast.worker),
        {"given_name": "Leyla", "family_name": "Quliyeva", "birth_date": "1990"},
    )
    answer = sent(client, same, same)
    assert "Somebody may be known already" in client.get(answer.url).content.decode()
    assert Case.objects.count() == 3


def test_equal_queries_for_one_and_for_three(cast, sign_in):
    client, counts = sign_in(cast.worker), []
    for people in ([ADULT], [ADULT] * 3):
        made = sent(client, *people).url
        client.get(made)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(made)
        counts.append(len(queries))
    assert counts[0] == counts[1]
