"""Deciding plans, reviewing them, signatures, the end of a plan, and its paper."""

import base64
import binascii
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import sent, tried
from aidcenter.roles import Role, Verb
from rehabilitation import plan_changes, plan_checks, plan_decisions, plan_paper, plan_queue, plans, reviews
from rehabilitation.models import Plan
from rehabilitation.plan_content import Content, content
from rehabilitation.plan_forms import DecisionForm, EndForm, ReviewForm, SignatureForm
from rehabilitation.plan_reached import changeable_plan, decidable_plan, readable_plan

PNG = "data:image/png;base64,"


@require_GET
@guard(Verb.APPROVE_PLAN)
def queue(request: StaffRequest) -> HttpResponse:
    """The plans that wait for a decision of the person."""
    rows = list(plan_queue.waiting_for(request.user))
    audit.record("plan.queue", by=request.user, ids=[plan.pk for plan in rows])
    return render(request, "rehabilitation/queue.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.APPROVE_PLAN)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What a submitted version changes, what a machine sees of it, and the decision."""
    plan = decidable_plan(request, pk)
    if request.method != "POST" and plan.state != "submitted":
        messages.info(request, plan_decisions.waits_no_more(plan))
        return redirect("plans:version", plan.pk)
    now = content(plan)
    form = DecisionForm(request.POST or None, goals=now.goals)
    if sent(form, lambda _said: _decide(request, plan, form)):
        following = plan_queue.next_for(request.user)
        return redirect("plans:decide", following.pk) if following else redirect("plans:queue")
    before = _before(request, plan)
    case = None if request.user.role == Role.DIRECTOR else plan.case
    changes = plan_changes.goal_changes(before, now)
    comments = plans.comments_of(plan)
    for change in changes:
        change.comments = [comment for comment in comments if comment.about == change.goal.same_as]
        change.to_say = None if plan.author_id == request.user.pk else form.comment_on(change.goal)
    audit.record("plan.view", by=request.user, case=plan.case_id, ids=[plan.pk])
    context = {
        "plan": plan, "case": case, "before": before.plan if before else None, "changes": changes,
        "parts": plan_changes.plan_parts(before, now), "mark": now.mark, "whole": "whole" in request.GET,
        "counts": {kind: sum(each.kind == kind for each in changes) for kind in plan_changes.KINDS},
        "checks": plan_checks.checks(now, case), "own": plan.author_id == request.user.pk,
        "review_on": plan_decisions.first_review(plan), "form": form,
    }  # fmt: skip
    return render(request, "rehabilitation/decide.html", context)


def _before(request: StaffRequest, plan: Plan) -> Content | None:
    """The version in force, unless it is the director who decides: they read this one alone."""
    if request.user.role == Role.DIRECTOR:
        return None
    last = plan.case.plans.exclude(approved_hash="").exclude(pk=plan.pk).order_by("-version").first()
    if last is None:
        return None
    last.case, last.victim = plan.case, plan.case.victim
    return content(last)


def _decide(request: StaffRequest, plan: Plan, form: DecisionForm) -> None:
    verdict, why = request.POST.get("verdict", ""), form.cleaned_data["why"]
    if verdict == "return":
        plan_decisions.give_back(plan, why=why, comments=form.comments, by=request.user)
        said = {"number": plan.number, "version": plan.version, "name": plan.author.display_name}
        messages.success(request, _("%(number)s, version %(version)s: returned to %(name)s.") % said)
    elif verdict == "approve":
        seen = request.POST.get("seen", "")
        if seen == plan.submitted_hash and (why or any(form.comments.values())):
            raise ValidationError(
                _("You have written what should change: return the plan, or clear it and approve.")
            )
        plan_decisions.approve(plan, seen=seen, by=request.user)
        said = {"number": plan.number, "version": plan.version}
        messages.success(request, _("%(number)s, version %(version)s: approved, it binds from today.") % said)
    else:
        raise ValidationError(_("Choose."))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def review(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Review a plan in force; on track, it is one press of a button."""
    plan = changeable_plan(request, pk)
    if not plan.in_force:
        messages.error(request, _("Only a plan in force is reviewed."))
        return redirect("plans:version", plan.pk)
    goals, services = reviews.asked(plan)
    today = baku_today()
    later = today + timedelta(days=plans.review_days(plan.case))
    form = ReviewForm(request.POST or None, goals=goals, services=services,
                      initial={"reviewed_on": today, "next_review_on": later})  # fmt: skip
    if request.method == "POST" and form.is_valid() and _reviewed(request, plan, form):
        messages.success(request, _("The review is kept."))
        after = {"complete": ("plans:end", plan.pk)}.get(
            form.cleaned_data["decision"], ("plans:of_case", plan.case_id)
        )
        return redirect(*after)
    audit.record("plan.form", by=request.user, case=plan.case_id, ids=[plan.pk])
    return render(request, "rehabilitation/review.html", {"form": form, "case": plan.case, "plan": plan})


def _reviewed(request: StaffRequest, plan: Plan, form: ReviewForm) -> bool:
    return tried(form, lambda: reviews.review(plan, form.general, form.stands, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def sign(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep a signature: a scan, or drawn on the screen."""
    plan = changeable_plan(request, pk)
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _signed(request, plan, form):
        messages.success(request, _("The signature is kept."))
        return redirect("plans:version", plan.pk)
    audit.record("plan.form", by=request.user, case=plan.case_id, ids=[plan.pk])
    return render(request, "rehabilitation/sign.html", {"form": form, "case": plan.case, "plan": plan})


def _signed(request: StaffRequest, plan: Plan, form: SignatureForm) -> bool:
    said = {name: form.cleaned_data[name] for name in ("signer", "name", "signed_on")}
    upload = form.cleaned_data["file"]
    scan = upload.read(settings.UPLOAD_BYTES + 1) if upload else _drawn(form.cleaned_data["drawn"])
    if not scan:
        form.add_error("file", _("Draw the signature, or choose a scan of it."))
        return False
    return tried(form, lambda: reviews.sign(plan, said, scan, by=request.user))


def _drawn(text: str) -> bytes:
    """The picture that the page drew; nothing when it is none."""
    try:
        return base64.b64decode(text.removeprefix(PNG), validate=True) if text.startswith(PNG) else b""
    except binascii.Error:
        return b""


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.WRITE_PLAN)
def end(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """End the plan in force, with what was reached."""
    plan = changeable_plan(request, pk)
    form = EndForm(request.POST or None)
    if sent(form, lambda said: plans.end(plan, **said, by=request.user)):
        messages.success(request, _("The plan has ended."))
        return redirect("plans:of_case", plan.case_id)
    audit.record("plan.form", by=request.user, case=plan.case_id, ids=[plan.pk])
    return render(request, "rehabilitation/end.html", {"form": form, "case": plan.case, "plan": plan})


@require_GET
@guard(Verb.VIEW_CASE)
def paper(request: StaffRequest, pk: uuid.UUID, language: str) -> HttpResponse:
    """A version as a PDF, in a language, to read and to sign."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return paper_of(request, pk, language)


def paper_of(request: StaffRequest, pk: uuid.UUID, language: str) -> HttpResponse:
    """The same, in a language that there is."""
    plan = readable_plan(request, pk)
    audit.record("plan.paper", by=request.user, case=plan.case_id, ids=[plan.pk], language=language)
    made = HttpResponse(plan_paper.pdf(plan, language), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{plan.number}-plan-{plan.version}-{language}.pdf"'
    return made


@require_GET
@guard(Verb.VIEW_PLAN_FIGURES)
def figures(request: StaffRequest) -> HttpResponse:
    """How the plans of the team get on."""
    found = plan_queue.figures(request.user, baku_today())
    audit.record("plan.figures", by=request.user, ids=[plan.pk for plan in found.latest])
    bars = [(label, count, count) for label, count in found.goals]
    return render(request, "rehabilitation/figures.html", {"figures": found, "bars": bars})
