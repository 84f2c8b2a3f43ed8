"""Pages about one case: its overview, details, age and state. Rules are in actions and access."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, codelists, crypto, registry, timeline, workflow
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from cases import actions, consent_sheet, detailed, intake, notes, records, safety, sharing
from cases.announcement import child_bodies, child_notice
from cases.forms import ChangeDistrictForm, CorrectAgeForm, DetailsForm
from cases.models import Case, Offer, StatusDecision
from cases.reached import changeable, shown


@require_GET
@guard(Verb.VIEW_CASE)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: the person, what happened, who opened it."""
    case = shown(request, pk)
    may_change: bool = case.may_change  # type: ignore[attr-defined] # annotated above
    crypto.load_keys([case.victim])
    group, start = _asked_events(request)
    events, more = timeline.page(case, request.user, group=group, start=start)
    audit.record("case.view", by=request.user, case=case.pk)
    sheet, consents = safety.current(case), consent_sheet.standing(case)
    profile = next(iter(records.of_kind(case, "exploitation")), None)
    begins = may_change and case.state in intake.STATES
    known = {"SafetySheet": bool(sheet), "Consent": bool(consents), "ExploitationProfile": bool(profile)}
    return render(
        request,
        "cases/detail.html",
        {
            "case": case,
            "victim": case.victim,
            "age": case.victim.age.years(baku_today()),
            "decision": next(iter(_LAST_DECISION.of(case)), None),
            "panels": _panels(case, request.user),
            "timeline": events,
            "more": more,
            "group": group,
            "start": start,
            "older": start + timeline.PAGE,
            "newer": max(0, start - timeline.PAGE),
            "groups": timeline.GROUPS,
            "looks": audit.looks_at(case.pk),
            "may_change": may_change,
            "sheet": sheet,
            "may_report": may(request.user, Verb.VIEW_INCIDENT),
            "may_add_note": may(request.user, Verb.ADD_NOTE),
            "offers": [] if may_change else _offers(case, request.user),
            "urgent": None if may_change else sharing.urgent_now(case, request.user),
            "may_confirm_home": may_change
            and case.home_could_be_told
            and may(request.user, Verb.CONFIRM_HOME),
            "steps": _steps(case),
            "closed": case.state in Case.CLOSED,
            "intake": intake.steps(case, request.user, known) if begins else [],
            "profile": profile,
            "consents": consents,
            "guardians": _guardians(case),
        },
    )


def _panels(case: Case, person: Staff) -> list[dict[str, Any]]:
    """What the apps show of the case, in their order; what is looked at less comes `last`."""
    panels = [panel for panel in registry.ask("case_panels", case, person) if panel]
    return sorted(panels, key=lambda panel: "last" in panel)


def _guardians(case: Case) -> list[Any]:
    """Who stands for the person by law today."""
    rows: list[Any] = [*records.of_kind(case, "guardian")]
    return [row for row in rows if row.holds(baku_today())]


def _offers(case: Case, person: Staff) -> QuerySet[Offer]:
    return case.offers.filter(to=person, answered_at__isnull=True).select_related("offered_by")


def _steps(case: Case) -> list[tuple[str, Any]]:
    """The states it may move to with one act; closing and opening again have acts of their own."""
    if case.state in Case.CLOSED:
        return []
    ways = sorted(workflow.CASE.steps[case.state].difference(Case.CLOSED))
    return [(to, codelists.label("case_state", to)) for to in ways]


def _asked_events(request: StaffRequest) -> tuple[str, int]:
    """Which events of the timeline, and from which on."""
    group, start = request.GET.get("events", ""), request.GET.get("start", "")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 0
    return group if group in timeline.GROUPS else "", min(number, timeline.LAST)


_LAST_DECISION = Prepared(lambda case: StatusDecision.objects.filter(case_id=case)[:1])


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def details(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Complete or change the registration; when somebody else did meanwhile, both texts are shown."""
    case = changeable(request, pk)
    if request.method == "POST":
        actions.one_at_a_time(case)
        case = changeable(request, pk)
    now = detailed.now(case)
    seen = records.stamp(now)
    draft = {} if request.method == "POST" else notes.draft(case, "details", by=request.user)
    form = DetailsForm(request.POST or None, initial=now | draft)
    meanwhile = request.method == "POST" and request.POST.get("seen", seen) != seen
    if request.method == "POST" and form.is_valid():
        if not meanwhile:
            detailed.change(case, form, by=request.user)
            messages.success(request, _("Saved."))
            return intake.then(request, case, "cases:detail")
        form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
    audit.record("case.view", by=request.user, case=case.pk)
    theirs = _shown(form, now) if meanwhile else []
    context = {"form": form, "case": case, "seen": seen, "theirs": theirs, "has_draft": bool(draft)}
    return render(request, "cases/details.html", context)


def _shown(form: DetailsForm, values: dict[str, Any]) -> list[tuple[Any, str]]:
    """(label, value in words) of what differs from what was typed."""
    found = []
    for name in form.changed_data:
        field: Any = form.fields[name]
        labels = {str(code): str(label) for code, label in getattr(field, "choices", [])}
        said = values[name] if isinstance(values[name], list) else [values[name]]
        found.append((field.label, ", ".join(labels.get(str(code), str(code)) for code in said)))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def correct_age(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct the age; a child that it makes is announced before it is saved."""
    case = changeable(request, pk)
    form = CorrectAgeForm(request.POST or None)
    notice = None
    if request.method == "POST" and form.is_valid():
        notice = None if case.is_child else child_notice(form.age, case.district, case.opened_on)
        understood = notice is None or request.POST.get("child_understood") == notice["status"]
        if understood and _corrected(request, form, case):
            messages.success(request, _("The age is corrected."))
            return redirect("cases:detail", case.pk)
    audit.record("case.form", by=request.user, case=case.pk)
    return render(request, "cases/age.html", {"form": form, "case": case, "notice": notice})


def _corrected(request: StaffRequest, form: CorrectAgeForm, case: Case) -> bool:
    said = {"basis": form.cleaned_data["age_basis"], "reason": form.cleaned_data["reason"]}
    return tried(form, lambda: actions.correct_age(case, age=form.age, **said, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def change_district(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that the person is in another district; whom that tells of a child is announced first."""
    case = changeable(request, pk)
    form, bodies = ChangeDistrictForm(request.POST or None), list[str]()
    if form.is_valid():
        to = form.cleaned_data["district"]
        bodies = child_bodies(to) if case.is_child and to != case.district else []
        understood = not bodies or request.POST.get("understood") == to
        if understood and tried(form, lambda: actions.change_district(case, district=to, by=request.user)):
            messages.success(request, _("The district is changed."))
            return redirect("cases:detail", case.pk)
    audit.record("case.form", by=request.user, case=case.pk)
    return render(request, "cases/district.html", {"form": form, "case": case, "bodies": bodies})


@require_POST
@guard(Verb.CONFIRM_HOME)
def confirm_home(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The supervisor confirms that telling the home district is safe."""
    case = changeable(request, pk)
    try:
        actions.confirm_home(case, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Confirmed: the two bodies of the home district are being notified."))
    return redirect("cases:detail", case.pk)


@require_POST
@guard(Verb.CHANGE_CASE)
def move(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Move the case to its next state."""
    case = changeable(request, pk)
    to = request.POST.get("to", "")
    if to not in workflow.CASE.steps:
        messages.error(request, _("Choose a step."))
        return redirect("cases:detail", case.pk)
    try:
        actions.move_case(case, to=to, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("cases:detail", case.pk)
