"""Services in figures: who counts which, that they add up to the rows, the list behind each, and the file."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.utils import timezone

from aidcenter.context import acting_as
from rehabilitation import done as what_was_done
from rehabilitation import figures
from rehabilitation.actions import Facts, record_service
from rehabilitation.bookings import strike
from rehabilitation.models import Service
from rehabilitation.periods import Period
from tests.payments import confirmed_case
from tests.payments import paid as paid_out
from tests.test_exports import opened, take_out_from
from tests.test_payments import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate()
THIS_YEAR = Period(date(TODAY.year, 1, 1), TODAY)
PAGE = "/services/figures/"


def give(case, *types, by, **facts):
    """Deliver a service of each of `types` today."""
    with acting_as(by.pk):
        return [record_service(case, service_type=each, delivered_on=TODAY, by=by, facts=Facts(**facts))
                for each in types]  # fmt: skip


def figured(person, name, period=THIS_YEAR):
    """(persons, services) by code."""
    with acting_as(person.pk):
        part = next(part for part in figures.parts(person, period) if part.name == name)
    return {row.code: (row.persons_shown, row.services_shown) for row in part.rows}


def test_persons_and_services_are_counted_apart(cast, open_case):
    one, two = open_case(), open_case()
    give(one, "legal", "legal", "medical", by=cast.worker, given_by=cast.worker)
    give(two, "legal", by=cast.worker)
    assert figured(cast.worker, "type") == {"legal": ("2", "3"), "medical": ("1", "1")}
    assert figured(cast.worker, "month") == {f"{TODAY:%Y-%m}": ("2", "4")}
    assert figured(cast.worker, "team") == {str(cast.worker.team_id): ("2", "4")}
    assert figured(cast.worker, "worker") == {str(cast.worker.pk): ("1", "3"), "": ("1", "1")}
    assert figures.whole(cast.worker, THIS_YEAR) == (2, 4)


def test_the_figures_add_up_to_the_rows(cast, open_case):
    for number in range(5):
        give(open_case(), *["legal", "medical", "documents"][: number % 3 + 1], by=cast.worker)
    found = defaultdict(list)
    for row in Service.objects.filter(state="delivered", struck_at=None, delivered_on__range=THIS_YEAR.days):
        found[row.type].append(row.victim_id)
    counted = {code: (str(len(set(who))), str(len(who))) for code, who in found.items()}
    for person in (cast.worker, cast.supervisor, cast.director):
        assert figured(person, "type") == counted


def test_what_is_struck_out_or_of_another_time_does_not_count(cast, open_case):
    case = open_case()
    kept, error = give(case, "legal", "medical", by=cast.worker)
    strike(error, why="another person", by=cast.worker)
    assert figured(cast.worker, "type") == {"legal": ("1", "1")}
    before = Period(TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    assert figured(cast.worker, "type", before) == {}
    assert kept.state == "delivered"


def test_each_counts_what_they_may(cast, open_case, sign_in):
    give(open_case(), "legal", by=cast.worker)
    assert (figured(cast.stranger, "type"), figured(cast.other_supervisor, "type")) == ({}, {})
    assert figured(cast.director, "type") == {"legal": ("1", "1")}
    assert figured(cast.statistician, "type") == {"legal": ("<11", "not shown")}
    with acting_as(cast.statistician.pk):
        assert [part.name for part in figures.parts(cast.statistician, THIS_YEAR)] == ["type", "month"]
    answers = {
        who: sign_in(getattr(cast, who)).get(PAGE).status_code
        for who in ("worker", "specialist", "supervisor", "director", "statistician", "accountant", "house",
                    "auditor", "administrator", "nasimi_guardianship")
    }  # fmt: skip
    refused = [who for who, status in answers.items() if status == 403]
    assert refused == ["accountant", "house", "auditor", "administrator", "nasimi_guardianship"]
    assert set(answers.values()) == {200, 403}


def test_without_row_level_security_the_page_still_counts_only_ones_own(cast, open_case):
    """The application alone: the queryset, as the owner of the tables sees it."""
    give(open_case(), "legal", by=cast.worker)
    assert figures.delivered(cast.stranger, THIS_YEAR).count() == 0
    assert Service.objects.delivered().count() == 1


def test_a_figure_leads_to_its_list(cast, open_case, sign_in):
    case = open_case()
    give(case, "legal", "medical", by=cast.worker)
    address = f"{PAGE}list/?{THIS_YEAR.query}&by=type&code=legal"
    assert case.number in text(sign_in(cast.worker), address)
    assert text(sign_in(cast.worker), address).count('class="number"') == 1
    assert case.number not in text(sign_in(cast.stranger), address)
    assert sign_in(cast.director).get(address).status_code == 403


@pytest.mark.parametrize("wrong", ["by=type&code=%00", "by=month&code=2026-99", "by=month&code=x", "by=team&code=-1",
                                   "by=worker&code=1e9", "by=team&code=٣", f"by=worker&code={'9' * 40}"])  # fmt: skip
def test_a_code_that_is_none_has_an_empty_list(cast, sign_in, wrong):
    page = text(sign_in(cast.worker), f"{PAGE}list/?{THIS_YEAR.query}&{wrong}")
    assert "No service was delivered in this time." in page


@pytest.mark.parametrize(("since", "until", "said"), [
    ("2026-02-01", "2026-01-01", "The end lies before the beginning."),
    ("1990-01-01", "2026-01-01", "At most ten years at once."),
    ("2026-02-30", "2026-03-01", "Enter a valid date."),
    ("", "2026-01-01", "This field is required."),
])  # fmt: skip
def test_a_period_that_cannot_be_is_asked_again(cast, sign_in, since, until, said):
    page = text(sign_in(cast.worker), f"{PAGE}?since={since}&until={until}")
    assert (said in page, "By service" in page) == (True, False)


def test_the_same_number_of_queries_for_one_and_three(
    cast, open_case, sign_in, django_assert_max_num_queries
):
    client, counts = sign_in(cast.supervisor), []
    for _number in range(3):
        give(open_case(), "legal", by=cast.worker)
        with django_assert_max_num_queries(60) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_the_figures_leave_only_encrypted(cast, open_case, sign_in):
    give(open_case(), "legal", "legal", by=cast.worker)
    passphrase, address = take_out_from(sign_in(cast.worker), f"{PAGE}export/?{THIS_YEAR.query}")
    assert sign_in(cast.stranger).post(address).status_code == 404
    client = sign_in(cast.worker)
    rows = opened(client.post(address).content, passphrase)
    assert rows[1] == ["By service", "Legal assistance", 1, 2]
    assert client.post(address).status_code == 404
    for_outside = take_out_from(sign_in(cast.statistician), f"{PAGE}export/?{THIS_YEAR.query}")
    rows = opened(sign_in(cast.statistician).post(for_outside[1]).content, for_outside[0])
    assert rows[1] == ["By service", "Legal assistance", "<11", "not shown"]
    assert sign_in(cast.accountant).post(f"{PAGE}export/").status_code == 403


# --- what was done for a person ---------------------------------------------------------------


def test_what_was_done_is_one_page_and_one_paper(cast, sign_in):
    case = confirmed_case(cast)
    give(case, "legal", "legal", "medical", by=cast.worker)
    paid_out(case, cast)
    page = f"/services/done/{case.pk}/"
    said = text(sign_in(cast.worker), page)
    assert ("3 services" in said, "One-time allowance" in said) == (True, True)
    with acting_as(cast.worker.pk):
        done = what_was_done.of_case(case)
    assert [(each.times, each.label) for each in done.sums] == [
        (2, "Legal assistance"),
        (1, "Medical assistance"),
    ]
    for language in ("az", "ru", "en"):
        paper = sign_in(cast.worker).get(f"{page}paper/{language}/")
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    answers = {who: sign_in(getattr(cast, who)).get(page).status_code for who in ("stranger", "accountant")}
    assert answers == {"stranger": 404, "accountant": 403}
    assert sign_in(cast.stranger).get(f"{page}paper/az/").status_code == 404
    assert sign_in(cast.worker).get(f"{page}paper/xx/").status_code == 404
