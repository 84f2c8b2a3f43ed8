"""The steps of an intake: the first registers and notifies, each later one is a form of the case."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter.access import StaffRequest
from aidcenter.models import Staff
from cases.models import Assessment, Case, Consent, Draft, ExploitationProfile, SafetySheet

STATES = ("intake", "assessment")
WORD = "intake"  # in an address: go on to the next step after saving


@dataclass(frozen=True)
class Step:
    """One step: what it asks, where, whether it is done, and whether a draft was left."""

    label: str
    url: str
    done: bool
    draft: bool = False


def steps(case: Case, person: Staff) -> list[Step]:
    """What is asked of a new case, in order."""
    drafts, victim = Draft.objects.filter(case=OuterRef("pk"), person=person).values("form"), case.victim
    there = {
        model.__name__: Exists(model._default_manager.filter(case=OuterRef("pk")))
        for model in (ExploitationProfile, SafetySheet, Assessment, Consent)
    }
    has = (
        Case.objects.annotate(drafts=ArraySubquery(drafts), **there).values("drafts", *there).get(pk=case.pk)
    )

    def step(label: str, name: str, done: bool, *more: str, draft: str = "") -> Step:
        url = reverse(f"cases:{name}", args=[case.pk, *more])
        return Step(label, f"{url}?{WORD}", done, draft in has["drafts"] and not done)

    known = bool(victim.languages or victim.citizenship or victim.phone or victim.safe_contact)
    return [
        Step(_("Who, age, district"), reverse("cases:detail", args=[case.pk]), done=True),
        step(_("How the person came, language, contact"), "details", known, draft="details"),
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
