"""The list of cases as one wants it: whose, of which risk, quiet for how long."""

from datetime import timedelta

import pytest

from aidcenter.clock import baku_today
from cases import notes
from cases.duties import sharing_duties
from cases.models import Case
from tests.test_sharing import share

pytestmark = pytest.mark.django_db
TODAY = baku_today()


def quiet_since(case, days):
    Case.objects.filter(pk=case.pk).update(active_on=TODAY - timedelta(days=days))


def listed(client, **asked):
    return {case.number for case in client.get("/cases/", asked).context["page"]}


@pytest.fixture
def cases(open_case):
    """Three cases of the worker: of high risk, quiet for 20 days, quiet for 40."""
    risky, twenty, forty = open_case(risk_level="high"), open_case(), open_case()
    quiet_since(twenty, 20)
    quiet_since(forty, 40)
    return {"risky": risky.number, "twenty": twenty.number, "forty": forty.number}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, "risky twenty forty"),
        ({"risk": "high"}, "risky"),
        ({"quiet": "14"}, "twenty forty"),
        ({"quiet": "30"}, "forty"),
        ({"quiet": "30", "risk": "high"}, ""),
        ({"whose": "mine"}, "risky twenty forty"),
        ({"whose": "shared"}, ""),
        ({"whose": "nonsense", "risk": "x", "quiet": "-1", "sort": "victim", "state": "__class__"}, "risky twenty forty"),
    ],
)  # fmt: skip
def test_the_list_shows_what_is_asked_for(cast, cases, sign_in, asked, names):
    assert listed(sign_in(cast.worker), **asked) == {cases[name] for name in names.split()}


def test_shared_with_me_is_what_is_not_my_own(cast, adult_case, sign_in):
    share(adult_case, cast.stranger, cast.worker)
    client = sign_in(cast.stranger)
    assert (listed(client, whose="shared"), listed(client, whose="mine")) == ({adult_case.number}, set())


def test_the_longest_quiet_comes_first(cast, cases, sign_in):
    page = sign_in(cast.worker).get("/cases/?sort=quiet").context["page"]
    assert [case.number for case in page] == [cases["forty"], cases["twenty"], cases["risky"]]


def test_the_choice_stays_when_names_are_shown_and_pages_turned(cast, cases, sign_in):
    shown = sign_in(cast.worker).get("/cases/?quiet=14&risk=medium").content.decode()
    assert "quiet=14&amp;sort=due&amp;names=show" in shown or "risk=medium&amp;quiet=14" in shown


def test_writing_of_somebody_ends_the_quiet(cast, adult_case):
    quiet_since(adult_case, 40)
    notes.add(adult_case, notes.Written("call", "she is well"), by=cast.worker)
    adult_case.refresh_from_db()
    assert adult_case.active_on == TODAY


def test_home_names_the_cases_that_are_quiet(cast, adult_case, child_case):
    quiet_since(adult_case, 40)
    titles = [duty.detail for duty in sharing_duties(cast.worker, TODAY) if "40" in duty.title]
    assert titles == [adult_case.number]
