"""Pages about cases: the worklist, registration, one case. Rules are in actions and access."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, codelists, crypto, folding, registry, timeline, workflow
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from cases import actions, consent_sheet, digest, intake, notes, records, safety, search
from cases.forms import AgeForm, CorrectAgeForm, DetailsForm, RegistrationForm
from cases.listing import ListForm
from cases.models import (
    Case,
    CaseAccess,
    CaseQuerySet,
    Offer,
    StatusDecision,
)
from cases.reached import changeable

PAGE_SIZE = 25
LONGEST_QUESTION = 200  # characters
MOST_LOOKS = 200  # shown at once
SORTS = {
    "due": ("access__next_due", "number"),
    "number": ("-number",),
    "opened": ("-opened_on", "-number"),
    "quiet": ("active_on", "number"),
}


@require_GET
@guard(Verb.LIST_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases of the person, by what is due first."""
    asked = ListForm.asked(request.GET)
    show = request.GET.get("names") == "show"
    rows = asked.narrow(_listed(request.user, asked.state), request.user, baku_today())
    rows = rows.order_by(*SORTS[asked.sort])
    paginator = Paginator(rows.select_related("victim") if show else rows, PAGE_SIZE)
    if asked.plain:
        paginator.count = CaseAccess.open_cases_of(request.user)
    page = paginator.get_page(request.GET.get("page"))
    cases = list(page.object_list)
    if show:
        crypto.load_keys([case.victim for case in cases])
    badges = list(registry.ask("case_badges", cases))
    rows_shown = [(case, [answer[case.pk] for answer in badges if case.pk in answer]) for case in cases]
    audit.record("case.list", by=request.user, ids=[case.pk for case in cases], names=show)
    return render(
        request,
        "cases/list.html",
        {"page": page, "rows": rows_shown, "show": show, "asked": asked, "form": asked.form,
         "today": baku_today()},
    )  # fmt: skip


@require_POST
@guard(Verb.LIST_CASES)
def find(request: StaffRequest) -> HttpResponse:
    """Find a person by name in any spelling, phone or number; by POST: no address keeps the question."""
    asked = folding.clean(request.POST.get("q", "")[:LONGEST_QUESTION])
    found = search.find(asked, by=request.user)
    audit.record("case.search", by=request.user, ids=[case.pk for case in found])
    return render(request, "cases/found.html", {"asked": asked, "found": found})


@require_GET
@guard(Verb.CHANGE_CASE)
def opened(request: StaffRequest) -> HttpResponse:
    """Who else opened one's cases in the last week."""
    found = list(digest.looks(request.user, baku_today() - digest.WEEK)[:MOST_LOOKS])
    audit.record("digest.view", by=request.user, ids={look.case_id for look in found if look.case_id})
    return render(request, "cases/opened.html", {"looks": found})


def _listed(person: Staff, state: str) -> CaseQuerySet:
    """The cases of `person` in `state`: a code of the list, "open" or "all"."""
    if state == "open":
        return Case.objects.worklist_of(person)
    rows = Case.objects.visible_to(person)
    return rows.filter(state=state) if state in workflow.CASE.steps else rows


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REGISTER_VICTIM)
def register(request: StaffRequest) -> HttpResponse:
    """Register a victim: a child is announced before it is saved, a form sent twice makes one case."""
    key = _form_key(request)
    form = RegistrationForm(request.POST or None, initial={"district": settings.CENTRE_DISTRICT})
    notice = None
    if request.method == "POST" and form.is_valid():
        notice = _child_notice(form, form.cleaned_data["district"])
        if notice is None or request.POST.get("child_understood") == notice["status"]:
            return _register_once(request, form, key)
    context = {"form": form, "notice": notice, "key": Signer(salt=_salt(request)).sign(str(key))}
    return render(request, "cases/register.html", context)


def _salt(request: StaffRequest) -> str:
    return f"register-{request.user.pk}"


def _form_key(request: StaffRequest) -> uuid.UUID:
    """The id the case will have: the form carries it, signed, so that sending twice is once."""
    try:
        return uuid.UUID(Signer(salt=_salt(request)).unsign(request.POST.get("key", "")))
    except (BadSignature, ValueError):
        return uuid.uuid4()


def _register_once(request: StaffRequest, form: RegistrationForm, key: uuid.UUID) -> HttpResponse:
    try:
        with transaction.atomic():
            case = actions.register_victim(form.registration(), by=request.user, key=key)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return render(request, "cases/register.html", {"form": form, "key": request.POST.get("key", "")})
    except IntegrityError:
        case = reached_or_404(Case.objects.visible_to(request.user), pk=key)
        messages.info(request, _("This form was already sent: case %(number)s.") % {"number": case.number})
    else:
        said = (
            _("Case %(number)s is open.")
            if not case.is_child
            else _("Case %(number)s is open, and both bodies are being notified.")
        )
        messages.success(request, said % {"number": case.number})
        if case.may_be_known:
            messages.warning(request, _("The person may be known already; a supervisor is asked to look."))
    return redirect("cases:detail", case.pk)


def _child_notice(form: AgeForm, district: str) -> dict[str, Any] | None:
    """What the page says before a child is saved; None for an adult."""
    today = baku_today()
    status = form.age.status(today)
    if status == "adult":
        return None
    bodies = [body for answer in registry.ask("child_bodies", district) for body in answer]
    return {
        "status": status,
        "label": codelists.label("child_status", status),
        "age": form.age.understood(today),
        "reason": form.age.reason,
        "bodies": bodies,
    }


@require_POST
@guard(Verb.REGISTER_VICTIM)
def child_check(request: StaffRequest) -> HttpResponse:
    """The notice and the button of the registration form, as the age is typed; writes nothing."""
    form = AgeForm(request.POST)
    district = request.POST.get("district", "")
    answered = any(
        request.POST.get(name) for name in ("birth_date", "birth_year", "estimated_age", "could_be_minor")
    )
    known = district if district in codelists.districts() else settings.CENTRE_DISTRICT
    notice = _child_notice(form, known) if answered and form.is_valid() else None
    return render(request, "cases/_register_button.html", {"notice": notice})


@require_GET
@guard(Verb.VIEW_CASE)
def detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: the person, what happened, who opened it."""
    rows = Case.objects.visible_to(request.user).select_related("victim", "owner", "team")
    changeable = ExpressionWrapper(Q(access__change_until__gt=Now()), BooleanField())
    case = reached_or_404(rows.annotate(may_change=changeable), pk=pk)
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
            "panels": [panel for panel in registry.ask("case_panels", case, request.user) if panel],
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
            "may_confirm_home": may_change
            and case.home_could_be_told
            and may(request.user, Verb.CONFIRM_HOME),
            "steps": _steps(case),
            "closed": case.state in Case.CLOSED,
            "intake": intake.steps(case, request.user, known) if begins else [],
            "profile": profile,
            "consents": consents,
        },
    )


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
    now = _details(case)
    seen = records.stamp(now)
    draft = {} if request.method == "POST" else notes.draft(case, "details", by=request.user)
    form = DetailsForm(request.POST or None, initial=now | draft)
    meanwhile = request.method == "POST" and request.POST.get("seen", seen) != seen
    if request.method == "POST" and form.is_valid():
        if not meanwhile:
            _change_details(request, case, form)
            messages.success(request, _("Saved."))
            return intake.then(request, case, "cases:detail")
        form.add_error(None, _("Somebody changed this while you were typing. Compare, and save again."))
    audit.record("case.view", by=request.user, case=case.pk)
    theirs = _shown(form, now) if meanwhile else []
    context = {"form": form, "case": case, "seen": seen, "theirs": theirs, "has_draft": bool(draft)}
    return render(request, "cases/details.html", context)


def _on_case(name: str) -> bool:
    return name in {field.name for field in Case._meta.fields}


def _details(case: Case) -> dict[str, Any]:
    """What the registration says now, by field of the form."""
    found = {name: getattr(case if _on_case(name) else case.victim, name) for name in DetailsForm.base_fields}
    return {name: "" if value is None else value for name, value in found.items()}


def _change_details(request: StaffRequest, case: Case, form: DetailsForm) -> None:
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    actions.change_details(
        case,
        victim={name: value for name, value in changed.items() if not _on_case(name)},
        details={name: value for name, value in changed.items() if _on_case(name)},
        by=request.user,
    )
    notes.drop_draft(case, "details", by=request.user)


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
        notice = None if case.is_child else _child_notice_on(form, case)
        understood = notice is None or request.POST.get("child_understood") == notice["status"]
        if understood and _corrected(request, form, case):
            messages.success(request, _("The age is corrected."))
            return redirect("cases:detail", case.pk)
    return render(request, "cases/age.html", {"form": form, "case": case, "notice": notice})


def _child_notice_on(form: AgeForm, case: Case) -> dict[str, Any] | None:
    return _child_notice(form, case.district) if form.age.status(case.opened_on) != "adult" else None


def _corrected(request: StaffRequest, form: CorrectAgeForm, case: Case) -> bool:
    said = form.cleaned_data
    try:
        actions.correct_age(
            case, age=form.age, basis=said["age_basis"], reason=said["reason"], by=request.user
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


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
