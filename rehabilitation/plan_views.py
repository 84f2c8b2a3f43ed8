"""The plan of a case: what is in force, its versions, and writing one."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.roles import Verb, may
from cases import notes, records
from cases.models import Case
from cases.reached import changeable, readable
from rehabilitation import plan_changes, plan_decisions, plans
from rehabilitation.models import Plan
from rehabilitation.plan_content import content
from rehabilitation.plan_forms import PlanForm, plan_said
from rehabilitation.plan_picture import picture
from rehabilitation.plan_reached import changeable_plan, readable_plan

DRAFT = "plan"


def may_write(request: StaffRequest, case: Case) -> bool:
    """Whether the person of the request may write plans in `case`."""
    return (
        may(request.user, Verb.WRITE_PLAN)
        and Case.objects.changeable_by(request.user).filter(pk=case.pk).exists()
    )


@require_GET
@guard(Verb.VIEW_CASE)
def of_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan in force with its goals, the version that is being written, and those before."""
    case = readable(request, pk)
    binding, writing = plans.in_force(case), plans.open_version(case)
    now = content(binding) if binding else None
    versions = list(case.plans.select_related("author", "decided_by"))
    ids = [plan.pk for plan in (binding, writing) if plan]
    audit.record("plan.view", by=request.user, case=case.pk, ids=ids)
    context = {
        "case": case,
        "now": now,
        "plan": binding,
        "writing": writing,
        "versions": versions,
        "reviews": plans.reviews_of(case),
        "today": baku_today(),
        "picture": picture(binding.starts_on, binding.ends_on, now.goals) if binding and now else None,
        "may_write": case.state not in Case.CLOSED and may_write(request, case),
        "decides": writing is not None
        and Plan.objects.to_decide(request.user).filter(pk=writing.pk).exists(),
    }
    return render(request, "rehabilitation/plan.html", context)


@require_GET
@guard(Verb.VIEW_CASE)
def version(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One version, whole."""
    plan = readable_plan(request, pk)
    now = content(plan)
    comments = plans.comments_of(plan)
    audit.record("plan.view", by=request.user, case=plan.case_id, ids=[plan.pk])
    writes = may_write(request, plan.case)
    context = {
        "case": plan.case,
        "plan": plan,
        "now": now,
        "facts": [(label, text) for label, text in plan_changes.plan_facts(plan).items() if text],
        "goals": [(goal, plan_changes.goal_facts(goal)) for goal in now.goals],
        "mark": now.mark,
        "consents": plans.consents_of(plan) if plan.consents else [],
        "missing": plan_decisions.missing(now) if plan.writable else [],
        "comments": comments,
        "signatures": plans.signatures_of(plan),
        "may_write": writes and plan.writable,
        "may_take_back": writes and plan.state == "submitted" and plan.author_id == request.user.pk,
        "may_sign": writes and plan.ended_at is None,
    }
    return render(request, "rehabilitation/version.html", context)


@require_POST
@guard(Verb.WRITE_PLAN)
def draft(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a version."""
    case = changeable(request, pk)
    try:
        plan = plans.draft(case, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("plans:of_case", case.pk)
    return redirect("plans:write", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def write(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Write what the version says beside its goals; when somebody else did meanwhile, both are shown."""
    plan = changeable_plan(request, pk)
    if not plan.writable:
        messages.error(request, _("This version stands. Begin a new one to change the plan."))
        return redirect("plans:version", plan.pk)
    if request.method == "POST":
        plans.locked(plan)
        plan = changeable_plan(request, pk)
    said = plan_said(plan)
    seen = records.stamp(said)
    kept = {} if request.method == "POST" else notes.draft(plan.case, DRAFT, by=request.user)
    form = PlanForm(request.POST or None, case=plan.case, initial=said | kept)
    meanwhile = request.method == "POST" and request.POST.get("seen") != seen
    if request.method == "POST" and form.is_valid():
        if meanwhile:
            form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
        elif _written(request, plan, form):
            messages.success(request, _("Saved."))
            return redirect("plans:version", plan.pk)
    audit.record("plan.form", by=request.user, case=plan.case_id, ids=[plan.pk])
    theirs = [(label, text) for label, text in plan_changes.plan_facts(plan).items() if text]
    context = {"form": form, "case": plan.case, "plan": plan, "seen": seen, "draft": DRAFT,
               "theirs": theirs if meanwhile else [], "has_draft": bool(kept)}  # fmt: skip
    return render(request, "rehabilitation/write.html", context)


def _written(request: StaffRequest, plan: Plan, form: PlanForm) -> bool:
    if not tried(form, lambda: plans.write(plan, form.said, by=request.user)):
        return False
    notes.drop_draft(plan.case, DRAFT, by=request.user)
    return True


@require_POST
@guard(Verb.WRITE_PLAN)
def submit(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand the version in, as it was seen."""
    plan = changeable_plan(request, pk)
    seen = request.POST.get("seen", "")
    return _done(
        request,
        plan,
        lambda: plan_decisions.submit(plan, seen=seen, by=request.user),
        _("Handed in; a supervisor decides."),
    )


@require_POST
@guard(Verb.WRITE_PLAN)
def take_back(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the version back to change it."""
    plan = changeable_plan(request, pk)
    return _done(
        request,
        plan,
        lambda: plan_decisions.take_back(plan, by=request.user),
        _("Taken back."),
    )


@require_POST
@guard(Verb.WRITE_PLAN)
def discard(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """End a version that was never approved."""
    plan = changeable_plan(request, pk)
    return _done(
        request, plan, lambda: plans.discard(plan, by=request.user), _("Discarded; it stays to be read.")
    )


def _done(request: StaffRequest, plan: Plan, do: Any, said: str) -> HttpResponse:
    try:
        do()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("plans:version", plan.pk)
    messages.success(request, said)
    return redirect("plans:of_case", plan.case_id)
