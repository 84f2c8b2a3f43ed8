"""The forms of a plan: what a version says, a goal with its actions, a review, a signature, the end."""

import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick
from aidcenter.models import Staff
from aidcenter.templatetags.ui import dmy
from cases import records
from cases.models import Case
from cases.record_forms import NamedField
from rehabilitation.goals import MOST_ACTIONS
from rehabilitation.models import Goal, GoalAction, Plan
from rehabilitation.plan_content import ACTION, DONE
from rehabilitation.reviews import Stand

LONGEST, SHORT = 5000, 300  # characters
STATES: list[Any] = [("", _("as before")), *codelists.choices("goal_state")]
ENDS: list[Any] = [row for row in codelists.choices("plan_state") if row[0] in ("completed", "terminated")]
OUTCOMES: list[Any] = [row for row in codelists.choices("goal_state") if row[0] in DONE[:3]]


def _label(model: Any, name: str) -> Any:
    return capfirst(model._meta.get_field(name).verbose_name)  # still to be translated: capfirst is lazy


def _area(name: str, rows: int = 4, model: Any = Plan, **more: Any) -> Text:
    return Text(label=_label(model, name), max_length=LONGEST, widget=forms.Textarea({"rows": rows}), **more)


class PlanForm(forms.Form):
    """What a version says beside its goals."""

    wishes = _area("wishes", help_text=_("Write down what the person says, not what you make of it."))
    participation = pick(
        "plan_participation", label=_label(Plan, "participation"), radio=True, required=False
    )
    why_absent = _area("why_absent", 2)
    child_views = _area(
        "child_views", help_text=_("What the child said, in the child's words, and how it was asked.")
    )
    language = pick("language", label=_label(Plan, "language"), required=False)
    needs = _area("needs")
    strengths = _area("strengths")
    risks = _area("risks")
    safety = _area("safety", help_text=_("Where to go, whom to call, what to do when danger comes near."))
    starts_on = day(label=_label(Plan, "starts_on"))
    ends_on = day(label=_label(Plan, "ends_on"))
    next_review_on = day(label=_label(Plan, "next_review_on"))
    exit_plan = _area("exit_plan")
    consents = forms.MultipleChoiceField(
        label=_("Consents that the plan relies on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = records.of_kind(case, "consent")
        choices = [(str(row.pk), f"{row.get_purposes_display()} ({dmy(row.given_on)})") for row in rows]
        self.fields["consents"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["consents"]
        if not case.is_child:
            del self.fields["child_views"]

    def clean(self) -> dict[str, Any]:
        """The end and the first review lie after the start."""
        said = super().clean() or self.cleaned_data
        starts = said.get("starts_on")
        for name in ("ends_on", "next_review_on"):
            if starts and said.get(name) and said[name] < starts:
                self.add_error(name, _("This day lies before the start."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What the version says now, by field of it."""
        consents = [uuid.UUID(each) for each in self.cleaned_data.get("consents", [])]
        return self.cleaned_data | {"consents": consents}


def plan_said(plan: Plan) -> dict[str, Any]:
    """What the version says, by field of the form, as text."""
    found = {name: getattr(plan, name) for name in PlanForm.base_fields if name != "consents"}
    return {name: str(value or "") for name, value in found.items()} | {
        "consents": [str(consent) for consent in plan.consents]
    }


class GoalForm(forms.Form):
    """A goal."""

    domain = pick("plan_domain", label=_label(Goal, "domain"))
    text = Text(
        label=_label(Goal, "text"), max_length=LONGEST, required=True, widget=forms.Textarea({"rows": 2}),
        help_text=_("What will be different for the person, in one sentence."),
    )  # fmt: skip
    measure = Text(label=_label(Goal, "measure"), max_length=SHORT)
    baseline = Text(label=_label(Goal, "baseline"), max_length=SHORT)
    target = Text(label=_label(Goal, "target"), max_length=SHORT)
    responsible = NamedField(
        Staff.objects.none(), label=_label(Goal, "responsible"), required=False, empty_label=_("Choose…")
    )
    responsible_other = Text(
        label=_label(Goal, "responsible_other"),
        max_length=SHORT,
        help_text=_("For example the person, or a clinic."),
    )
    due_on = day(label=_label(Goal, "due_on"), required=False)
    priority = pick("priority", label=_label(Goal, "priority"), radio=True, initial="medium")
    carried_why = Text(label=_label(Goal, "carried_why"), max_length=SHORT)

    def __init__(self, *args: Any, carried: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = Goal._meta.get_field("responsible")
        people: Any = self.fields["responsible"]
        people.queryset = field.related_model.objects.filter(**field.get_limit_choices_to()).order_by(
            "display_name"
        )
        if not carried:
            del self.fields["carried_why"]


class StepForm(forms.Form):
    """An action; without a service it is left out."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    service_type = pick("service_type", label=_label(GoalAction, "service_type"), required=False)
    text = Text(label=_label(GoalAction, "text"), max_length=SHORT)
    provider = Text(label=_label(GoalAction, "provider"), max_length=SHORT)
    starts_on = day(label=_label(GoalAction, "starts_on"), required=False)
    due_on = day(label=_label(GoalAction, "due_on"), required=False)

    def clean(self) -> dict[str, Any]:
        """An action has a service, and ends after it begins."""
        said = super().clean() or self.cleaned_data
        rest = {name: value for name, value in said.items() if name not in ("id", "service_type")}
        if any(rest.values()) and not said.get("service_type"):
            self.add_error("service_type", _("Choose the service."))
        if said.get("starts_on") and said.get("due_on") and said["due_on"] < said["starts_on"]:
            self.add_error("due_on", _("The end lies before the beginning."))
        return said


StepFormSet = forms.formset_factory(StepForm, extra=2, max_num=MOST_ACTIONS, absolute_max=MOST_ACTIONS)


def steps_said(formset: Any) -> list[dict[str, Any]]:
    """The actions that are filled in."""
    return [form.cleaned_data for form in formset if form.cleaned_data.get("service_type")]


def steps_of(goal: Any) -> list[dict[str, Any]]:
    """The actions of a goal with its `steps`, by field of the form."""
    return [{"id": step.pk} | {name: getattr(step, name) for name in ACTION} for step in goal.steps]


class DecisionForm(forms.Form):
    """What should change: of the plan, and of single goals."""

    ABOUT = "about-"  # and `same_as` of a goal

    why = Text(
        label=_("What should change?"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text=_("Needed only when you return it."),
    )  # fmt: skip

    def __init__(self, *args: Any, goals: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        comment = gettext("Comment on the goal")
        for goal in goals:
            label = f"{comment}: {goal.get_domain_display()}"
            area = forms.Textarea({"rows": 2})
            self.fields[f"{self.ABOUT}{goal.same_as}"] = Text(label=label, max_length=LONGEST, widget=area)

    def comment_on(self, goal: Any) -> forms.BoundField | None:
        """The field for a comment on `goal`; None where the version has it no more."""
        name = f"{self.ABOUT}{goal.same_as}"
        return self[name] if name in self.fields else None

    @property
    def comments(self) -> dict[str, str]:
        """What was said of single goals, by `same_as`."""
        said = self.cleaned_data.items()
        return {name.removeprefix(self.ABOUT): text for name, text in said if name.startswith(self.ABOUT)}


class ReviewForm(forms.Form):
    """A review; every goal that is not done with has a state and what shows it."""

    OF_GOAL = ("state", "note", "services")  # and "-" and the id of a goal

    reviewed_on = day(label=_("Day of the review"))
    decision = pick("review_decision", label=_("Decision"), radio=True, initial="continue")
    summary = Text(
        label=_("What was found"), max_length=LONGEST, widget=forms.Textarea({"rows": 3}),
        help_text=_("Not needed when all is on track."),
    )  # fmt: skip
    next_review_on = day(label=_("Next review on"), required=False)

    def __init__(self, *args: Any, goals: list[Any], services: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = goals
        shown = [(str(row.pk), f"{row.get_type_display()}, {dmy(row.delivered_on)}") for row in services]
        for goal in goals:
            self.fields[f"state-{goal.pk}"] = forms.ChoiceField(
                label=_("State"), choices=STATES, required=False
            )
            self.fields[f"note-{goal.pk}"] = Text(label=_("What shows it"), max_length=SHORT)
            served = [
                row for row in shown if str(row[0]) in {str(s.pk) for s in services if _serves(s, goal)}
            ]
            self.fields[f"services-{goal.pk}"] = forms.MultipleChoiceField(
                label=_("Services that show it"), required=False, choices=served,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    @property
    def parts(self) -> list[tuple[Any, forms.BoundField, forms.BoundField, forms.BoundField | None]]:
        """(goal, state, note, services) of each goal."""
        return [
            (goal, self[f"state-{goal.pk}"], self[f"note-{goal.pk}"], self._services(goal))
            for goal in self.goals
        ]

    def _services(self, goal: Any) -> forms.BoundField | None:
        field: Any = self.fields[f"services-{goal.pk}"]
        return self[f"services-{goal.pk}"] if field.choices else None

    @property
    def general(self) -> dict[str, Any]:
        """What is said beside the goals."""
        return {name: self.cleaned_data[name] for name in ReviewForm.base_fields}

    @property
    def stands(self) -> dict[str, Stand]:
        """How the goals stand of which something is said, by their id."""
        found = {}
        for goal in self.goals:
            state, note, services = (self.cleaned_data[f"{name}-{goal.pk}"] for name in self.OF_GOAL)
            if state or note or services:
                found[str(goal.pk)] = Stand(state or goal.state, note, [uuid.UUID(each) for each in services])
        return found


def _serves(service: Any, goal: Any) -> bool:
    """Whether a service was given for the goal, or is of a kind that one of its actions asks for."""
    if service.goal:
        return bool(service.goal.same_as == goal.same_as)
    return service.type in {step.service_type for step in goal.steps}


class ProgressForm(forms.Form):
    """How one goal stands."""

    state = pick("goal_state", label=_("State"))
    note = Text(label=_("What shows it"), max_length=LONGEST, widget=forms.Textarea({"rows": 3}))


class SignatureForm(forms.Form):
    """Who signed, and the scan."""

    signer = pick("plan_signer", label=_("Who signed"))
    name = Text(label=_("Name"), max_length=SHORT, required=True)
    signed_on = day(label=_("Signed on"), initial=baku_today)
    file = forms.FileField(
        label=_("Scan or photograph of the signature"), required=False,
        help_text=_("A page of the printed plan with the signature, as a picture or PDF."),
    )  # fmt: skip
    drawn = forms.CharField(required=False, max_length=300_000, widget=forms.HiddenInput)


class EndForm(forms.Form):
    """How the plan ended."""

    to = forms.ChoiceField(label=_("How"), choices=ENDS, widget=forms.RadioSelect, initial="completed")
    outcome = forms.ChoiceField(label=_label(Plan, "outcome"), choices=OUTCOMES, widget=forms.RadioSelect)
    result = _area("result", 5, required=True)


class TemplateForm(forms.Form):
    """A goal to start from; without a text in Azerbaijani it is left out."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    domain = pick("plan_domain", label=_("Domain"), required=False)
    text_az = Text(label=_("Goal in Azerbaijani"), max_length=SHORT)
    text_ru = Text(label=_("Goal in Russian"), max_length=SHORT)
    text_en = Text(label=_("Goal in English"), max_length=SHORT)
    measure_az = Text(label=_("Measure in Azerbaijani"), max_length=SHORT)
    measure_ru = Text(label=_("Measure in Russian"), max_length=SHORT)
    measure_en = Text(label=_("Measure in English"), max_length=SHORT)

    def clean(self) -> dict[str, Any]:
        """A goal has a domain and a text in Azerbaijani, or neither."""
        said = super().clean() or self.cleaned_data
        if any(value for name, value in said.items() if name != "id"):
            for name in ("domain", "text_az"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("A goal has a domain and a text in Azerbaijani."))
        return said


MOST_TEMPLATES = 120
TemplateFormSet = forms.formset_factory(
    TemplateForm, extra=2, max_num=MOST_TEMPLATES, absolute_max=MOST_TEMPLATES
)
