"""The figures of a year: persons helped, by what is in clear. Counts only, never a row."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.statistics import Table
from cases.models import Case

AGES = ((0, 17, "0–17"), (18, 24, "18–24"), (25, 34, "25–34"), (35, 44, "35–44"), (45, 120, "45+"))


def tables(year: int) -> Iterator[Table]:
    """Persons whose case was opened in `year`: all, by status, sex, age, citizenship, country, source."""
    cases = Case.objects.filter(opened_on__year=year)
    yield Table(_("Persons helped"), {_("Persons"): cases.values("victim").distinct().count()}, whole=False)
    yield Table(_("By status"), _by(cases, "victim_status", "victim_status"))
    yield Table(_("By sex"), _by(cases, "victim__sex", "sex"))
    yield Table(_("By age when the case was opened"), _by_age(cases, year))
    yield Table(_("By country of exploitation"), _by(cases, "exploitation_country", "country"))
    yield Table(_("By who referred"), _by(cases, "referral_source", "referral_source"))


def _by(cases: QuerySet[Case], column: str, code_list: str) -> dict[str, int]:
    """Distinct persons per code, the most first."""
    found = cases.values_list(column).annotate(n=Count("victim", distinct=True)).order_by("-n", column)
    return {str(codelists.label(code_list, code)) if code else _("Not known"): n for code, n in found}


def _by_age(cases: QuerySet[Case], year: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for born, n in cases.values_list("birth_year").annotate(n=Count("victim", distinct=True)):
        age = year - born if born else None
        label = next(
            (text for low, high, text in AGES if age is not None and low <= age <= high), _("Not known")
        )
        found[label] += n
    return {text: found[text] for text in [*(row[2] for row in AGES), _("Not known")] if found[text]}
