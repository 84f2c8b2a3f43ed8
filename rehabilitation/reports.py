"""The ministry's report: what it counts and how that is defined, looked at before it is sent, and sent.

The database counts (`sql/report.sql`); what is sent it keeps as it was, whatever is corrected later.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import audit, codelists
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.statistics import Table
from cases.models import Case
from rehabilitation.models import Report
from rehabilitation.periods import Period

COUNTED = ("new", "carried", "helped")
# Each part with the code list of its rows and the definition that stands beside its figures.
PARTS: dict[str, tuple[Any, str, Any]] = {
    "status": (gettext_lazy("By status"), "victim_status", gettext_lazy(
        "By the last decision up to the end of the period.")),
    "sex": (gettext_lazy("By sex"), "sex", gettext_lazy("As it is in the record.")),
    "age": (gettext_lazy("By age"), "", gettext_lazy(
        "In the year when the case was opened; children and presumed children are 0–17.")),
    "citizenship": (gettext_lazy("By citizenship"), "country", gettext_lazy(
        "A person with two citizenships stands in two rows.")),
    "form": (gettext_lazy("By form of exploitation"), "exploitation_type", gettext_lazy(
        "As the record says; a person exploited in two forms stands in two rows.")),
    "country": (gettext_lazy("By country of exploitation"), "country", gettext_lazy(
        "The country that the case names.")),
    "source": (gettext_lazy("By who referred"), "referral_source", gettext_lazy("As it was at the opening.")),
    "district": (gettext_lazy("By district"), "district", gettext_lazy("Where the person is.")),
}  # fmt: skip
Counted = tuple[str, str, str, dict[str, Any]]  # part ("": no list behind it), code, label, figures
AGES = ("0–17", "18–24", "25–34", "35–44", "45+")


@dataclass(frozen=True)
class Line:
    """One row: what it is of, each figure as it may be shown, and the address of the list behind each."""

    label: str
    figures: list[str]
    lists: list[str]


@dataclass(frozen=True)
class Section:
    """A part of the report: heading, definition, the heads of the columns, the rows."""

    title: str
    definition: str
    columns: list[str]
    lines: list[Line]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """Each row: its label, and (head of the column, figure, address of the list) of each figure."""
        return [
            (line.label, list(zip(self.columns, line.figures, line.lists, strict=True)))
            for line in self.lines
        ]


def counted(period: Period) -> dict[str, Any]:
    """The content of a report about `period`, as the database counts it now; empty to who sees no figures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT report_content(%s, %s)", period.days)
        row = cursor.fetchone()
    return json.loads(row[0]) if row and row[0] else {}


@act
def send(period: Period, *, sent_to: str, exact_why: str, by: Staff) -> Report:
    """Send the report about a period that is over: counted once more, numbered, and kept as it is."""
    require(by, Verb.SEND_REPORT)
    if period.until >= baku_today():
        raise ValidationError({"until": _("A report is sent of a period that is over.")})
    if not sent_to:
        raise ValidationError({"sent_to": _("Say to whom it is sent.")})
    made = Report(period_from=period.since, period_until=period.until, sent_to=sent_to, exact_why=exact_why,
                  sent_by=by)  # fmt: skip
    made.save(force_insert=True)
    made.refresh_from_db()
    audit.record("report.send", by=by, ids=[made.pk], number=made.number)
    return made


def period_of(report: Report) -> Period:
    """From when until when it is."""
    return Period(report.period_from, report.period_until)


def leaves_exact(report: Report) -> bool:
    """Whether each figure may leave the centre as it is."""
    return bool(report.exact_why)


def sees_exact(person: Staff) -> bool:
    """Whether `person` reads each figure as it is."""
    return may(person, Verb.VIEW_EXACT_STATISTICS)


def sections(content: dict[str, Any], *, exact: bool) -> Iterator[Section]:
    """What the report says, in the reader's language; nothing to who sees no figures."""
    if not content:
        return
    heads = [_("New"), _("Carried over"), _("Helped")]
    by_part = defaultdict(list)
    for row in content["persons"]:
        by_part[row["dimension"]].append(row)
    care = by_part["all"] or [dict.fromkeys(COUNTED, 0)]
    whole = [
        ("all", "", _("Persons under care"), care[0]),
        ("", "", _("Their dependants"), content["dependants"]),
    ]
    yield Section(_("Persons"), definitions(), heads, _lines(whole, COUNTED, exact=exact))
    for name, (title, code_list, definition) in PARTS.items():
        rows = [(name, row["code"], _label(code_list, row["code"]), row) for row in by_part[name]]
        lines = _lines(sorted(rows, key=_in_order), COUNTED, exact=exact)
        yield Section(str(title), str(definition), heads, lines)
    rows = [("", row["code"], _label("service_type", row["code"]), row) for row in content["services"]]
    rows.sort(key=lambda row: (-row[3]["services"], row[1]))
    definition = _("Delivered in the period and not struck out; who had two kinds stands in two rows.")
    heads = [_("Persons"), _("Services")]
    yield Section(_("Services"), definition, heads, _lines(rows, ("persons", "services"), exact=exact))


def definitions() -> str:
    """How the three counts of persons are meant."""
    return _(
        "Under care: whose case was open on a day of the period. New: it was opened or opened again in the "
        "period. Carried over: it was open before. Helped: of these, who had a service in the period."
    )


def changed(report: Report) -> list[tuple[str, str, list[str], list[str]]]:
    """(part, row, figures then, figures now) where the same period would be counted differently today."""
    then, now = _flat(report.content), _flat(counted(period_of(report)))
    return [
        (*key, then.get(key, []), now.get(key, []))
        for key in dict.fromkeys((*then, *now))
        if then.get(key) != now.get(key)
    ]


def people(person: Staff, period: Period, name: str, code: str, count: str) -> QuerySet[Case]:
    """The cases behind a figure that `person` reads: each speaks for one of the persons counted."""
    said = {"new": "NOT carried", "carried": "carried", "helped": "helped"}[count]
    ids = RawSQL(  # noqa: S611 - a constant of the line above, the rest are parameters
        f"SELECT case_id FROM report_rows(%s, %s) WHERE dimension = %s AND code = %s AND {said}",  # noqa: S608
        (*period.days, name, code),
    )
    return Case.objects.visible_to(person).filter(pk__in=ids).select_related("owner").order_by("-number")


def _flat(content: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    return {
        (part.title, line.label): line.figures
        for part in sections(content, exact=True)
        for line in part.lines
    }


def _lines(rows: list[Counted], names: tuple[str, ...], *, exact: bool) -> list[Line]:
    columns = [
        Table("", {str(place): row[-1][name] for place, row in enumerate(rows)}).cells(exact=exact)
        for name in names
    ]
    return [
        Line(label, [column[place][2] for column in columns], [_behind(part, code, name) for name in names])
        for place, (part, code, label, _counts) in enumerate(rows)
    ]


def _behind(part: str, code: str, count: str) -> str:
    return urlencode({"part": part, "code": code, "count": count}) if part else ""


def _in_order(row: Counted) -> tuple[int, int, str]:
    """Ages by age; else the most first."""
    _part, code, _label, counts = row
    return (0, AGES.index(code), "") if code in AGES else (1, -counts["new"] - counts["carried"], code)


def _label(code_list: str, code: str) -> str:
    if not code:
        return _("Not known")
    return str(codelists.label(code_list, code)) if code_list else code
