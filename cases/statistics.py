"""The figures of a year: persons helped, by what is in clear. Counts only, never a row."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.statistics import Table, counted

AGES = ((0, 17, "0–17"), (18, 24, "18–24"), (25, 34, "25–34"), (35, 44, "35–44"), (45, 120, "45+"))
Figures = dict[str, int]  # persons by code


def tables(year: int) -> Iterator[Table]:
    """Persons whose case was opened in `year`: all, by status, sex, age, citizenship, country, source."""
    found: dict[str, Figures] = defaultdict(dict)
    for dimension, code, persons in counted("cases_counted", year):
        found[dimension][code] = persons
    yield Table(_("Persons helped"), {_("Persons"): found["all"].get("", 0)}, whole=False)
    yield Table(_("By status"), _by(found["status"], "victim_status"))
    yield Table(_("By sex"), _by(found["sex"], "sex"))
    yield Table(_("By age when the case was opened"), _by_age(found["born"], year))
    yield Table(_("By country of exploitation"), _by(found["country"], "country"))
    yield Table(_("By who referred"), _by(found["source"], "referral_source"))


def _by(figures: Figures, code_list: str) -> dict[str, int]:
    """Persons per label, the most first."""
    most_first = sorted(figures.items(), key=lambda item: (-item[1], item[0]))
    return {str(codelists.label(code_list, code)) if code else _("Not known"): n for code, n in most_first}


def _by_age(figures: Figures, year: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for born, n in figures.items():
        age = year - int(born) if born else None
        label = next(
            (text for low, high, text in AGES if age is not None and low <= age <= high), _("Not known")
        )
        found[label] += n
    return {text: found[text] for text in [*(row[2] for row in AGES), _("Not known")] if found[text]}
