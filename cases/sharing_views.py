"""Pages about who may see a case: sharing, handing on, urgent access and its review."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.duties import back
from aidcenter.forms import tried
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.signin import fresh_factor_first
from cases import care_team, consents, sharing
from cases.models import Case, Offer, UrgentAccess
from cases.reached import changeable, readable
from cases.sharing_forms import CareTeamForm, HandOnForm, ShareForm, UrgentForm

LONGEST_ID = 18  # digits


@require_GET
@guard(Verb.VIEW_CASE)
def who_sees(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Who can see this case, why and until when; for who may, the ways to change it."""
    return _page(request, readable(request, pk))


def _page(
    request: StaffRequest,
    case: Case,
    *,
    share: ShareForm | None = None,
    team: CareTeamForm | None = None,
    hand_on: HandOnForm | None = None,
) -> HttpResponse:
    audit.record("case.access", by=request.user, case=case.pk)
    withdrawn = consents.withdrawn(case, "services")
    may_share = may(request.user, Verb.SHARE_CASE) and (
        Case.objects.changeable_by(request.user).filter(pk=case.pk).exists()
    )
    context = {
        "case": case,
        "people": sharing.who_sees(case),
        "may_share": may_share,
        "assigns": may(request.user, Verb.ASSIGN_CASE),
        "team": team or CareTeamForm(initial={**care_team.members(case)}, withdrawn=withdrawn),
        "consent": consents.consent_holds(case, "services"),
        "withdrawn": withdrawn,
        "share": share or ShareForm(by=request.user, auto_id="share_%s"),
        "hand_on": hand_on or HandOnForm(by=request.user),
    }
    return render(request, "cases/access.html", context)


@require_POST
@guard(Verb.SHARE_CASE)
def share(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Share the case with a colleague."""
    case, form = changeable(request, pk), ShareForm(request.POST, by=request.user, auto_id="share_%s")
    if form.is_valid() and tried(form, lambda: sharing.share(case, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The case is shared."))
        return redirect("cases:access", case.pk)
    return _page(request, case, share=form)


@require_POST
@guard(Verb.SHARE_CASE)
def choose_care_team(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose psychologist, lawyer and doctor."""
    case = changeable(request, pk)
    form = CareTeamForm(request.POST, withdrawn=consents.withdrawn(case, "services"))
    if form.is_valid() and tried(form, lambda: _choose(case, form, by=request.user)):
        messages.success(request, _("The care team is chosen."))
        return redirect("cases:access", case.pk)
    return _page(request, case, team=form)


def _choose(case: Case, form: CareTeamForm, *, by: Staff) -> None:
    care_team.choose(case, form.chosen, why=form.cleaned_data.get("why", ""), by=by)


@require_POST
@guard(Verb.SHARE_CASE)
def extend_care_team(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Extend the place of one person in the care team."""
    case = changeable(request, pk)
    try:
        care_team.extend(case, _person(request), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Extended by 90 days."))
    return back(request, "cases:access", case.pk)


@require_POST
@guard(Verb.SHARE_CASE)
def end_share(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a share back."""
    case = changeable(request, pk)
    sharing.end_share(case, to=_person(request), by=request.user)
    messages.success(request, _("The share has ended."))
    return redirect("cases:access", case.pk)


def _person(request: StaffRequest) -> Staff:
    """The colleague that a button names."""
    person = request.POST.get("person", "")
    return get_object_or_404(
        Staff, pk=int(person) if person.isascii() and person.isdigit() and len(person) <= LONGEST_ID else 0
    )


@require_POST
@guard(Verb.SHARE_CASE)
def hand_on(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A supervisor gives the case to another caseworker; a caseworker offers it to one."""
    case, form = changeable(request, pk), HandOnForm(request.POST, by=request.user)
    if form.is_valid():
        to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        if may(request.user, Verb.ASSIGN_CASE):
            done = tried(form, lambda: sharing.assign(case, to=to, by=request.user))
        else:
            done = tried(form, lambda: sharing.offer(case, to=to, reason=reason, by=request.user))
        if done:
            messages.success(request, _("Done: %(name)s is told.") % {"name": to.display_name})
            return redirect("cases:access", case.pk)
    return _page(request, case, hand_on=form)


@require_POST
@guard(Verb.SHARE_CASE)
def answer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an offered case, or not."""
    offer = get_object_or_404(Offer.objects.filter(to=request.user), pk=pk)
    accept = request.POST.get("answer") == "yes"
    try:
        sharing.answer(offer, accept=accept, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("home")
    if accept:
        messages.success(request, _("The case is yours."))
        return back(request, "cases:detail", offer.case_id)
    messages.success(request, _("Your colleague keeps the case."))
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.URGENT_ACCESS)
def urgent(request: StaffRequest) -> HttpResponse:
    """Urgent access: which case and why, after a fresh second factor."""
    if first := fresh_factor_first(request):
        return first
    form = UrgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            notice = sharing.open_urgently(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return render(request, "cases/urgent.html", {"form": form})
        if notice.until:
            messages.warning(request, _("Open for 60 minutes of reading. The supervisor is told."))
            return redirect("cases:detail", notice.case_id)
        form.add_error(None, _refused(notice))
    return render(request, "cases/urgent.html", {"form": form})


def _refused(notice: UrgentAccess) -> str:
    """Why nothing was opened."""
    if notice.case_id:
        return _(
            "Access to this case is stopped by order of a court or prosecutor:"
            " urgent access does not open it. The attempt is on record and the supervisor is told."
        )
    return _(
        "No case, or more than one, answers to this: check the number, or write the full name with the birth"
        " year. The attempt is on record and the supervisor is told."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REVIEW_URGENT)
def review(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Who opened which case urgently, why, and what they looked at; justified or not."""
    asked = get_object_or_404(UrgentAccess.objects.select_related("person"), pk=pk)
    if request.method == "POST" and request.POST.get("verdict") in ("yes", "no"):
        try:
            sharing.review(asked, justified=request.POST["verdict"] == "yes", by=request.user)
            messages.success(request, _("Your review is on record."))
            return redirect("home")
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    audit.record("case.urgent.view", by=request.user, case=asked.case_id, ids=[asked.pk])
    context = {"asked": asked, "reason": sharing.reason_of(asked), "own": asked.person_id == request.user.pk,
               "looks": sharing.looks_during(asked)}  # fmt: skip
    return render(request, "cases/review.html", context)
