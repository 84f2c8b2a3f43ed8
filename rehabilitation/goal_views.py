"""Writing a goal with its actions, saying how it stands, and the goals that a centre starts from."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit, editions
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import tried
from aidcenter.roles import Verb
from cases import records
from rehabilitation import goal_templates, goals, plan_changes, reviews
from rehabilitation.models import GoalTemplate, Plan
from rehabilitation.plan_content import GOAL, as_it_is
from rehabilitation.plan_forms import (
    GoalForm,
    ProgressForm,
    StepFormSet,
    TemplateFormSet,
    steps_of,
    steps_said,
)
from rehabilitation.plan_reached import changeable_goal, changeable_plan

FIELDS = tuple(name.removesuffix("_id") for name in GOAL)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def add(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A new goal, empty or from one that the centre offers."""
    plan = changeable_plan(request, pk)
    if not plan.writable:
        return _stands(request, plan)
    offered = goal_templates.offered()
    form = GoalForm(request.POST or None, carried=False, initial=_from(offered, request.GET.get("from", "")))
    steps = StepFormSet(request.POST or None, prefix="step")
    if request.method == "POST" and form.is_valid() & steps.is_valid():
        said = steps_said(steps)
        if tried(form, lambda: goals.add(plan, form.cleaned_data, said, by=request.user)):
            messages.success(request, _("The goal is added."))
            return redirect("plans:version", plan.pk)
    audit.record("plan.form", by=request.user, case=plan.case_id, ids=[plan.pk])
    context = {"form": form, "steps": steps, "case": plan.case, "plan": plan, "offered": offered}
    return render(request, "rehabilitation/goal.html", context)


def _stands(request: StaffRequest, plan: Plan) -> HttpResponse:
    messages.error(request, _("This version stands. Begin a new one to change the plan."))
    return redirect("plans:version", plan.pk)


def _from(offered: list[GoalTemplate], number: str) -> dict[str, Any]:
    chosen = next((each for each in offered if str(each.pk) == number), None)
    if chosen is None:
        return {}
    return {"domain": chosen.domain, "text": chosen.words, "measure": chosen.measured}


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def change(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a goal; when somebody else has changed it meanwhile, both are shown."""
    goal = changeable_goal(request, pk)
    if not goal.plan.writable:
        return _stands(request, goal.plan)
    if request.method == "POST":
        goals.locked(goal.plan)
        goal = changeable_goal(request, pk)
    now = as_it_is(goal)
    seen = records.stamp(plan_changes.goal_facts(now))
    initial = {name: getattr(now, name) for name in FIELDS}
    form = GoalForm(request.POST or None, carried=True, initial=initial)
    steps = StepFormSet(request.POST or None, prefix="step", initial=steps_of(now))
    meanwhile = request.method == "POST" and request.POST.get("seen") != seen
    if request.method == "POST" and form.is_valid() & steps.is_valid():
        said = steps_said(steps)
        if meanwhile:
            form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
        elif tried(form, lambda: goals.change(goal, form.cleaned_data, said, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("plans:version", goal.plan_id)
    audit.record("plan.form", by=request.user, case=goal.case_id, ids=[goal.plan_id, goal.pk])
    theirs = list(plan_changes.goal_facts(now).items()) if meanwhile else []
    context = {"form": form, "steps": steps, "case": goal.case, "plan": goal.plan, "goal": goal, "seen": seen,
               "theirs": theirs}  # fmt: skip
    return render(request, "rehabilitation/goal.html", context)


@require_POST
@guard(Verb.WRITE_PLAN)
def drop(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a goal out of the version."""
    goal = changeable_goal(request, pk)
    try:
        goals.drop(goal, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The goal is out of this version."))
    return redirect("plans:version", goal.plan_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def progress(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how a goal of the plan in force stands."""
    goal = changeable_goal(request, pk)
    form = ProgressForm(request.POST or None, initial={"state": goal.state})
    if request.method == "POST" and form.is_valid():
        stand = reviews.Stand(form.cleaned_data["state"], form.cleaned_data["note"])
        if tried(form, lambda: reviews.note_progress(goal, stand, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("plans:of_case", goal.case_id)
    audit.record("plan.form", by=request.user, case=goal.case_id, ids=[goal.plan_id, goal.pk])
    told = reviews.told_of(goal)
    context = {"form": form, "case": goal.case, "plan": goal.plan, "goal": goal, "told": told}
    return render(request, "rehabilitation/progress.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_TEMPLATES)
def templates(request: StaffRequest) -> HttpResponse:
    """Edit the goals that a plan may start from, looked at first."""
    page = editions.edited(request, TemplateFormSet, goal_templates.editions())
    if page.step.done:
        goal_templates.edit(page.rows, by=request.user)
        messages.success(request, _("From now on plans may start from these."))
        return redirect("plans:templates")
    audit.record("templates.form", by=request.user)
    return render(request, "rehabilitation/templates.html", page.context)
