"""The figures: computed from the rows, exact to some, suppressed to others, closed to the rest."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from aidcenter.statistics import Table, suppressed

ROWS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


@given(ROWS)
def test_no_small_figure_is_shown(rows):
    shown = {label: text for label, _, text in Table("t", rows).cells(exact=False)}
    assert [label for label, n in rows.items() if 0 < n < 11 and shown[label] == str(n)] == []


@given(ROWS)
def test_a_single_hidden_figure_is_never_given_away_by_the_total(rows):
    hidden = suppressed(rows, whole=True)
    others = [label for label, n in rows.items() if n and label not in hidden]
    assert len(hidden) != 1 or not others


@given(ROWS)
def test_what_is_hidden_cannot_be_computed_from_the_total(rows):
    """Another table of the same total shows the same, with another figure where one of 1 to 10 is hidden."""
    cells = {label: text for label, _, text in Table("t", rows).cells(exact=False)}
    hidden = [label for label, text in cells.items() if text != str(rows[label])]
    if len(hidden) < len([n for n in rows.values() if n]):
        assert not hidden or sum(rows[label] for label in hidden) > len(hidden) > 1
    assert len({cells[label] for label in hidden}) <= 1


def test_without_suppression_they_would_be_shown():
    assert Table("t", {"a": 3, "b": 60}).cells(exact=True) == [("a", 3, "3"), ("b", 60, "60")]
    with override("en"):
        veiled = Table("t", {"a": 3, "b": 60, "c": 20}).cells(exact=False)
    assert [text for *_, text in veiled] == [
        "not shown",
        "60",
        "not shown",
    ]


@pytest.mark.django_db
def test_who_reads_which_figures(cast, open_case, sign_in):
    for year in (1990, 1991):
        open_case({"birth_year": year})
    answers = {}
    for who in ("director", "supervisor", "statistician", "worker", "administrator", "nasimi_guardianship"):
        response = sign_in(getattr(cast, who)).get("/statistics/")
        found = [cell for table in (response.context or {}).get("tables", []) for cell in table["cells"]]
        answers[who] = found[0][2] if found else response.status_code
    assert answers == {
        "director": "2", "supervisor": "2", "statistician": "<11",
        "worker": 403, "administrator": 403, "nasimi_guardianship": 403,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "abc", "1e9", "-1", "9999", "٢٠١٦"])
def test_a_year_that_is_none_is_this_one(cast, sign_in, asked):
    response = sign_in(cast.director).get("/statistics/", {"year": asked})
    assert (response.status_code, response.context["year"]) == (200, response.context["years"][0])
