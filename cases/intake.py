"""The steps of an intake: the first registers and notifies, each later one is a form of the case."""

from dataclasses import dataclass
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter.access import StaffRequest
from aidcenter.models import Staff
from aidcenter.prepared import SOMEBODY, Prepared, announce
from cases.models import Assessment, Case, Consent, Draft, ExploitationProfile, SafetySheet

STATES = ("intake", "assessment")
ASKED: dict[str, type[Model]] = {
    model.__name__: model for model in (ExploitationProfile, SafetySheet, Assessment, Consent)
}
WORD = "intake"  # in an address: go on to the next step after saving


@dataclass(frozen=True)
class Step:
    """One step: what it asks, where, whether it is done, and whether a draft was left."""

    label: str
    url: str
    done: bool
    draft: bool = False


@cache
def _asked(known: frozenset[str]) -> Prepared[Case]:
    """The case with `drafts`, the forms a person has left, and whether there is what is not `known`."""
    drafts = Draft.objects.filter(case=OuterRef("pk"), person_id=SOMEBODY).values("form")
    there = {
        name: Exists(ASKED[name]._default_manager.filter(case=OuterRef("pk")))
        for name in ASKED
        if name not in known
    }
    rows = Case.objects.only("pk").annotate(drafts=ArraySubquery(drafts), **there)
    return Prepared(lambda case: rows.filter(pk=case))


ON_ITS_PAGE = frozenset(("SafetySheet", "Consent", "ExploitationProfile"))  # the page shows these anyhow
announce(lambda: [_asked(known) for known in (frozenset[str](), ON_ITS_PAGE)])


def steps(case: Case, person: Staff, known: dict[str, bool] | None = None) -> list[Step]:
    """What is asked of a new case, in order; `known` says of some of ASKED whether there are any."""
    victim, known = case.victim, known or {}
    (found,) = _asked(frozenset(known)).of(case, person)
    has = vars(found) | known

    def step(label: str, name: str, done: bool, *more: str, draft: str = "") -> Step:
        url = reverse(f"cases:{name}", args=[case.pk, *more])
        return Step(label, f"{url}?{WORD}", done, draft in has["drafts"] and not done)

    about = bool(victim.languages or victim.citizenship or victim.phone or victim.safe_contact)
    return [
        Step(_("Who, age, district"), reverse("cases:detail", args=[case.pk]), done=True),
        step(_("How the person came, language, contact"), "details", about, draft="details"),
        step(_("Safety"), "safety", has["SafetySheet"]),
        step(_("Exploitation"), "add_record", has["ExploitationProfile"], "exploitation",
             draft="record-exploitation"),
        step(_("First needs and risk"), "assess", has["Assessment"], draft="assessment"),
        step(_("Consent"), "consent", has["Consent"], draft="consent"),
    ]  # fmt: skip


def then(request: StaffRequest, case: Case, otherwise: str) -> HttpResponse:
    """After a form was saved: the next step when one is going through the intake, else `otherwise`."""
    if WORD not in request.GET:
        return redirect(otherwise, case.pk)
    waiting = (step.url for step in steps(case, request.user) if not step.done)
    return redirect(next(waiting, reverse("cases:detail", args=[case.pk])))
