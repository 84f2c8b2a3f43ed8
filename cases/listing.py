"""What somebody wants to see of the list: whose cases, in which state, of which risk, quiet since when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.models import Staff
from cases.models import CaseQuerySet

STATES = [("open", _("All open")), *codelists.choices("case_state"), ("all", _("All, also closed"))]
WHOSE = [("", _("All I may see")), ("mine", _("My own")), ("shared", _("Shared with me, or of the team"))]
QUIET = [("", "–"), *((str(days), _("%(days)s days") % {"days": days}) for days in (14, 30, 60))]
SORTS = [
    ("due", _("What is due first")),
    ("number", _("Newest number first")),
    ("opened", _("Opened last first")),
    ("quiet", _("Longest quiet first")),
]


class ListForm(forms.Form):
    """The choices above the list; what is none of them is as if nothing was chosen."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    risk = forms.ChoiceField(
        label=_("Risk"), choices=[("", "–"), *codelists.choices("risk_level")], required=False
    )
    quiet = forms.ChoiceField(label=_("No contact for"), choices=QUIET, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    @classmethod
    def asked(cls, query: QueryDict) -> "Asked":
        """What an address asks for."""
        form = cls(query)
        form.is_valid()
        said = {name: form.cleaned_data.get(name, "") for name in cls.base_fields}
        said |= {"state": said["state"] or "open", "sort": said["sort"] or "due"}
        return Asked(**said, form=cls(initial=said))


@dataclass(frozen=True)
class Asked:
    """What of the list is shown; the order is a name of SORTS."""

    state: str
    whose: str
    risk: str
    quiet: str
    sort: str
    form: ListForm

    @property
    def plain(self) -> bool:
        """Whether it is the whole worklist, whose length the database counts without reading the cases."""
        return self.state == "open" and not (self.whose or self.risk or self.quiet)

    @property
    def query(self) -> str:
        """The same, as a part of an address."""
        made = QueryDict(mutable=True)
        made.update({name: getattr(self, name) for name in ListForm.base_fields})
        return made.urlencode()

    def narrow(self, rows: CaseQuerySet, person: Staff, today: date) -> CaseQuerySet:
        """Of `rows`, those that are asked for."""
        if self.whose:
            rows = rows.filter(owner=person) if self.whose == "mine" else rows.exclude(owner=person)
        if self.risk:
            rows = rows.filter(risk_level=self.risk)
        if self.quiet:
            rows = rows.filter(active_on__lt=today - timedelta(days=int(self.quiet)))
        return rows
