"""Services in figures: by type, month, team and who gave them; persons and services counted apart.

Who reads cases counts those; who reads none counts the whole centre, by a function of the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import TruncMonth
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.models import Staff, Team
from aidcenter.roles import Verb, may
from aidcenter.spreadsheet import Cell
from aidcenter.statistics import Table
from cases.exports import Sheet
from rehabilitation import catalogue
from rehabilitation.models import Service
from rehabilitation.models.service import ServiceQuerySet
from rehabilitation.periods import Period, asked

WHAT = "services"  # the name of these figures as an export
BY: dict[str, Any] = {
    "type": F("type"),
    "month": TruncMonth("delivered_on"),
    "team": F("case__team"),
    "worker": F("given_by"),
}
IDS = ("team", "worker")
LONGEST_ID = 19  # digits


@dataclass(frozen=True)
class Row:
    """How many persons had services and how many these were; as numbers to draw, and as text to show."""

    code: str
    label: str
    persons: int
    services: int
    persons_shown: str
    services_shown: str


@dataclass(frozen=True)
class Part:
    """The figures of a period by one thing; the services of the rows add up, the persons may not."""

    name: str
    title: str
    rows: list[Row]


def delivered(person: Staff, period: Period) -> ServiceQuerySet:
    """What was delivered in the period in the cases that `person` reads."""
    rows: ServiceQuerySet = Service.objects.visible_to(person)
    return rows.delivered().filter(delivered_on__range=period.days)


def whole(person: Staff, period: Period) -> tuple[int, int]:
    """How many persons had services in the period, and how many services."""
    if may(person, Verb.VIEW_CASE):
        counted = delivered(person, period).aggregate(persons=Count("victim", distinct=True), n=Count("pk"))
        return counted["persons"], counted["n"]
    return next(((n, m) for name, _code, n, m in _of_the_centre(period) if name == "all"), (0, 0))


def parts(person: Staff, period: Period) -> list[Part]:
    """The figures by type and month, and to who may see exact ones by team and by who gave them."""
    exact = is_exact(person)
    names = list(BY) if exact else ["type", "month"]
    if may(person, Verb.VIEW_CASE):
        found = {name: _counted(delivered(person, period), name) for name in names}
    else:
        rows = _of_the_centre(period)
        found = {name: [row[1:] for row in rows if row[0] == name] for name in names}
    return [_part(name, found[name], exact=exact) for name in names]


def is_exact(person: Staff) -> bool:
    """Whether `person` sees each figure: of the cases that they read, or by right."""
    return may(person, Verb.VIEW_CASE) or may(person, Verb.VIEW_EXACT_STATISTICS)


def narrowed(rows: ServiceQuerySet, name: str, code: str) -> ServiceQuerySet:
    """The services behind one figure; none where the code is no code."""
    if name == "month":
        try:
            month = datetime.strptime(code, "%Y-%m")  # noqa: DTZ007 - a month, no moment
        except ValueError:
            return rows.none()
        return rows.filter(delivered_on__year=month.year, delivered_on__month=month.month)
    if name == "type" and code not in codelists.codes("service_type"):
        return rows.none()
    if name in IDS and code and not (code.isascii() and code.isdigit() and len(code) < LONGEST_ID):
        return rows.none()
    column = BY[name].name
    return rows.filter(**({column: code} if code else {f"{column}__isnull": True}))


def label_of(name: str, code: str) -> str:
    """What a row is called."""
    return _labels(name)(code)


def sheet(what: str, query: QueryDict, person: Staff) -> Sheet | None:
    """The figures as a file."""
    if what != WHAT:
        return None
    period = asked(query, Period.year_to(baku_today()))[1] or Period.year_to(baku_today())
    rows: list[list[Cell]] = [
        [
            part.title,
            row.label,
            _cell(row.persons, row.persons_shown),
            _cell(row.services, row.services_shown),
        ]
        for part in parts(person, period)
        for row in part.rows
    ]
    words = [_("Services in figures"), period.words]
    return Sheet(_("Services"), words, [_("Counted by"), "", _("Persons"), _("Services")], rows)


def _cell(value: int, shown: str) -> Cell:
    return value if shown == str(value) else shown


def _counted(rows: ServiceQuerySet, name: str) -> list[tuple[str, int, int]]:
    found = rows.order_by().values(code=BY[name]).annotate(
        persons=Count("victim", distinct=True), services=Count("pk")
    )  # fmt: skip
    return [(_code(row["code"]), row["persons"], row["services"]) for row in found]


def _code(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m}" if hasattr(value, "year") else str(value)


def _of_the_centre(period: Period) -> list[tuple[str, str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM services_figured(%s, %s)", period.days)
        return list(cursor.fetchall())


def _part(name: str, counted: Iterable[tuple[str, int, int]], *, exact: bool) -> Part:
    labels = _labels(name)
    titles = {"type": _("By service"), "month": _("By month"), "team": _("By team"),
              "worker": _("By who gave it")}  # fmt: skip
    rows = sorted(counted, key=lambda row: row[0] if name == "month" else (-row[2], row[0]))
    persons = Table("", {code: n for code, n, _m in rows}, whole=False).cells(exact=exact)
    services = Table("", {code: m for code, _n, m in rows}).cells(exact=exact)
    return Part(name, titles[name], [
        Row(code, labels(code), n, m, n_shown, m_shown)
        for (code, n, n_shown), (_code, m, m_shown) in zip(persons, services, strict=True)
    ])  # fmt: skip


def _labels(name: str) -> Callable[[str], str]:
    if name == "type":
        types = {row.code: row.label for row in catalogue.types()}
        return lambda code: str(types.get(code) or codelists.label("service_type", code))
    if name == "month":
        return _month
    if name == "team":
        teams = {str(pk): team for pk, team in Team.objects.values_list("pk", "name")}
        return lambda code: teams.get(code, "–")
    people = {str(pk): who for pk, who in Staff.objects.values_list("pk", "display_name")}
    return lambda code: people.get(code, _("Not said"))


def _month(code: str) -> str:
    try:
        month = datetime.strptime(code, "%Y-%m")  # noqa: DTZ007 - a month, no moment
    except ValueError:
        return "–"
    return f"{MONTHS[month.month]} {month.year}"
