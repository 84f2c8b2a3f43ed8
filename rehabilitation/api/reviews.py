"""How a plan is lived: its reviews, its paper, and who signed it."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from aidcenter import audit, codelists, crypto
from aidcenter.api.parsing import WITH_FILE
from aidcenter.api.said import Code, Codes, File, Said, String, body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Endpoint, Rows
from aidcenter.roles import Verb
from rehabilitation import reviews
from rehabilitation.api.plans_shown import ProgressShown
from rehabilitation.models import Plan, Progress, Review, Signature
from rehabilitation.plan_content import with_keys
from rehabilitation.plan_forms import SHORT, ReviewForm, SignatureForm
from rehabilitation.plan_reached import changeable_plan, readable_plan
from rehabilitation.review_views import paper_of


class OfPlan(Rows):
    """Rows of one version of a plan, the newest first."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.WRITE_PLAN}
    address = "{here}"  # read in the list
    order = ("-written_at", "pk")
    shows: Any  # a Shown

    @property
    def plan(self) -> Plan:
        """The version of the address, if the person may read it; for a POST, change it."""
        if not hasattr(self, "_plan"):
            reached = changeable_plan if self.request.method == "POST" else readable_plan
            self._plan: Plan = reached(self.request, self.kwargs["pk"])
        return self._plan

    def rows(self, pk: uuid.UUID) -> "QuerySet[Any]":
        """All of the version."""
        return self.shows.Meta.model.objects.visible_to(self.person).filter(plan=self.plan)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With the keys of the person, in one question."""
        crypto.load_keys(with_keys(self.plan, rows))
        return rows

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        audit.record("plan.view", by=self.person, case=self.plan.case_id, ids=[pk])


class ReviewShown(Shown):
    """A review, with how it found the goals of which something was said."""

    goals = ProgressShown(many=True, read_only=True, source="stands")

    class Meta:
        model = Review
        fields = (
            "id", "plan", "reviewed_on", "decision", "summary", "next_review_on", "author", "written_at",
            "goals",
        )  # fmt: skip


class StandSaid(Said):
    """How a goal of the version stands, and the services of the case that show it."""

    goal = serializers.UUIDField()
    state = Code(choices=codelists.codes("goal_state"), required=False)
    note = String(required=False, allow_blank=True, max_length=SHORT)
    services = Codes(child=serializers.UUIDField(), required=False)


class ReviewSaid(body_of(ReviewForm)):  # type: ignore[misc] # made from the form
    """What was found and decided, and how the goals stand; a goal of which nothing is said is as before."""

    goals = serializers.ListField(child=StandSaid(), required=False)


class Reviews(OfPlan):
    """The reviews of a version, the newest first; with POST, review the plan in force."""

    takes = {"POST": ReviewForm}
    bodies = {"POST": ReviewSaid}
    shows = ReviewShown

    def opened(self, rows: list[Any]) -> list[Any]:
        """Each with what was said of the goals."""
        told = list(Progress.objects.filter(review__in=rows))
        super().opened([*rows, *told])
        for row in rows:
            row.stands = [each for each in told if each.review_id == row.pk]
        return rows

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """The goals as the form asks for them."""
        for goal in said.pop("goals", []):
            parts = {name: goal[name] for name in ReviewForm.OF_GOAL if name in goal}
            said |= {f"{name}-{goal['goal']}": value for name, value in parts.items()}
        return said

    def made(self, pk: uuid.UUID) -> Review:
        """As on the screen."""
        goals, services = reviews.asked(self.plan)
        form = self.form(goals=goals, services=services)
        row = reviews.review(self.plan, form.general, form.stands, by=self.person)
        return self.opened([row])[0]  # type: ignore[no-any-return]


class SignatureShown(Shown):
    """Who signed, and where the scan is; `plan_hash` is the mark of what the version said then."""

    class Meta:
        model = Signature
        fields = (
            "id", "plan", "signer", "name", "signed_on", "document", "plan_hash", "author", "written_at",
        )  # fmt: skip


class SignatureSaid(body_of(SignatureForm)):  # type: ignore[misc] # made from the form
    """Who signed, and the scan in base64."""

    file = File()
    drawn = None


class Signatures(OfPlan):
    """Who signed a version, the newest first; with POST, keep a signature, its scan as a document."""

    takes = {"POST": SignatureForm}
    bodies = {"POST": SignatureSaid}
    shows = SignatureShown
    most_bytes = WITH_FILE

    def made(self, pk: uuid.UUID) -> Signature:
        """As on the screen."""
        said = self.form().cleaned_data
        about = {name: said[name] for name in ("signer", "name", "signed_on")}
        return reviews.sign(self.plan, about, said["file"].read(), by=self.person)


class LanguageForm(forms.Form):
    """In which language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class Paper(Endpoint):
    """A version on paper, to read and to sign."""

    verbs = {"GET": Verb.VIEW_CASE}
    asks = LanguageForm
    hands_out = ("application/pdf",)

    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """PDF; making it is on record."""
        return paper_of(self.request, pk, self.asked()["language"])
