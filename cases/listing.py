"""What somebody wants to see of the list: whose cases, in which state, of which risk, waiting for what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists, workflow
from aidcenter.access import Source
from aidcenter.models import Staff
from cases.models import Case, CaseQuerySet, CaseUserGrant, Closure, Offer

STATES = [("open", _("All open")), *codelists.choices("case_state"), ("all", _("All, also closed"))]
WHOSE = [
    ("", _("All I may see")),
    ("mine", _("My own")),
    ("team", _("Of my team")),
    ("shared", _("Shared with me")),
]


def _days(days: int) -> str:
    return gettext("%(days)s days") % {"days": days}


QUIET = [("", "–"), *((str(days), lazy(_days, str)(days)) for days in (14, 30, 60))]
WAITING = [
    ("", "–"),
    ("any", _("any of these")),
    ("offer", _("an answer to an offer")),
    ("closing", _("a decision on closing")),
    ("home", _("a supervisor's word on the home district")),
]
SORTS = [
    ("due", _("What is due first")),
    ("number", _("Newest number first")),
    ("opened", _("Opened last first")),
    ("quiet", _("Longest quiet first")),
]
ORDER = {
    "due": ("access__next_due", "number"),
    "number": ("-number",),
    "opened": ("-opened_on", "-number"),
    "quiet": ("active_on", "number"),
}
SHARED = (Source.SHARE, Source.CARE_TEAM, Source.OFFER, Source.SESSION)


class ListForm(forms.Form):
    """The choices above the list; what is none of them is as if nothing was chosen."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    risk = forms.ChoiceField(
        label=_("Risk"), choices=[("", "–"), *codelists.choices("risk_level")], required=False
    )
    quiet = forms.ChoiceField(label=_("No contact for"), choices=QUIET, required=False)
    waiting = forms.ChoiceField(label=_("Waiting for"), choices=WAITING, required=False)
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
        return Asked(**said)


@dataclass(frozen=True)
class Asked:
    """What of the list is shown; the order is a name of SORTS."""

    state: str
    whose: str
    risk: str
    quiet: str
    waiting: str
    sort: str

    @property
    def form(self) -> ListForm:
        """The choices, as they were made."""
        return ListForm(initial={name: getattr(self, name) for name in ListForm.base_fields})

    @property
    def plain(self) -> bool:
        """Whether it is the whole worklist, whose length the database counts without reading the cases."""
        return self.state == "open" and not (self.whose or self.risk or self.quiet or self.waiting)

    @cached_property
    def query(self) -> str:
        """The same, as a part of an address."""
        return query_of(vars(self))

    @property
    def one_click(self) -> bool:
        """Whether it is one of the ready-made lists."""
        return any(self.query == query for _heading, links in READY for _label, query in links)

    @property
    def words(self) -> list[str]:
        """The same, as a person says it; without the order."""
        found = []
        for name in ("state", "whose", "risk", "quiet", "waiting"):
            field: Any = ListForm.base_fields[name]
            if chosen := getattr(self, name):
                found.append(f"{field.label}: {dict(field.choices)[chosen]}")
        return found

    def rows(self, person: Staff, today: date) -> CaseQuerySet:
        """The cases that are asked for, as far as `person` may read them, in the order asked for."""
        return self._narrow(self._in_state(person), person, today).order_by(*ORDER[self.sort])

    def _in_state(self, person: Staff) -> CaseQuerySet:
        if self.state == "open":
            return Case.objects.worklist_of(person)
        rows = Case.objects.visible_to(person)
        return rows.filter(state=self.state) if self.state in workflow.CASE.steps else rows

    def _narrow(self, rows: CaseQuerySet, person: Staff, today: date) -> CaseQuerySet:
        if self.whose:
            rows = rows.filter(_whose(self.whose, person))
        if self.risk:
            rows = rows.filter(risk_level=self.risk)
        if self.quiet:
            rows = rows.filter(active_on__lt=today - timedelta(days=int(self.quiet)))
        if self.waiting:
            rows = rows.filter(_waiting(self.waiting))
        return rows


def query_of(said: Mapping[str, Any]) -> str:
    """The choice `said`, by field of the form, as a part of an address."""
    return urlencode([(name, said[name]) for name in ListForm.base_fields if said.get(name)])


def _whose(whose: str, person: Staff) -> Q:
    if whose == "mine":
        return Q(owner=person)
    if whose == "team":
        return Q(team=person.team_id)
    grants = CaseUserGrant.objects.filter(user=person, source__in=SHARED)
    grants = grants.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))
    return Q(pk__in=grants.values("content_object"))


def _waiting(kind: str) -> Q:
    """Cases in which somebody's answer is still open; all that the person reads, whoever is to answer."""
    of_case = {"case": OuterRef("pk")}
    told = Q(home_district="") | Q(home_district=F("district")) | Q(child_status="adult")
    arms = {
        "offer": Q(Exists(Offer.objects.filter(**of_case, answered_at__isnull=True, until__gt=Now()))),
        "closing": Q(Exists(Closure.objects.filter(**of_case, decided_at__isnull=True))),
        "home": ~told & Q(home_confirmed_at__isnull=True),
    }
    return arms["offer"] | arms["closing"] | arms["home"] if kind == "any" else arms[kind]


def _one_click(name: str, choices: list[tuple[str, Any]]) -> list[tuple[Any, str]]:
    return [(label, query_of({"state": "open", name: code, "sort": "due"})) for code, label in choices]


# One click each: (heading, [(what it is called, address)]).
READY: list[tuple[Any, list[tuple[Any, str]]]] = [
    (
        _("Lists"),
        [
            (_("All open"), query_of({"state": "open", "sort": "due"})),
            *_one_click("whose", WHOSE[1:]),
            (_("Waiting for an answer"), query_of({"state": "open", "waiting": "any", "sort": "due"})),
        ],
    ),
    (_("No contact for"), _one_click("quiet", QUIET[1:])),
    (_("Risk"), _one_click("risk", codelists.choices("risk_level"))),
    (
        _("State"),
        [
            (label, query_of({"state": code, "sort": "due"}))
            for code, label in STATES
            if code not in ("open", "all")
        ],
    ),
]
