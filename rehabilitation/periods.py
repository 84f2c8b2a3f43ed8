"""From when until when something is counted: chosen above a page, said in its address."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import day
from aidcenter.templatetags.ui import dmy

LONGEST = 3660  # days


@dataclass(frozen=True)
class Period:
    """Two days, both of them included."""

    since: date
    until: date

    @property
    def days(self) -> tuple[date, date]:
        """Both of them."""
        return self.since, self.until

    @property
    def query(self) -> str:
        """The same, as a part of an address."""
        return urlencode({"since": self.since.isoformat(), "until": self.until.isoformat()})

    @property
    def words(self) -> str:
        """The same, as a person says it."""
        return f"{dmy(self.since)}–{dmy(self.until)}"

    @classmethod
    def year_to(cls, today: date) -> "Period":
        """This year until today."""
        return cls(date(today.year, 1, 1), today)

    @classmethod
    def year_before(cls, today: date) -> "Period":
        """The last year that is over."""
        return cls(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))


class PeriodForm(forms.Form):
    """The two days."""

    since = day(label=_("From"))
    until = day(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning, and a lifetime is not a period."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the beginning."))
        elif since and until and (until - since).days > LONGEST:
            self.add_error("until", _("At most ten years at once."))
        return said


def asked(query: QueryDict, otherwise: Period) -> tuple[PeriodForm, Period | None]:
    """The form, and the period that an address asks for; `otherwise` if it asks for none, None if wrong."""
    if "since" not in query and "until" not in query:
        return PeriodForm(initial=vars(otherwise)), otherwise
    form = PeriodForm(query)
    return form, Period(form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None
