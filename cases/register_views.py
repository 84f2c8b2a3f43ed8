"""Registering a person: the form, the announcement of a child, and saving it once."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import codelists
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.roles import Verb
from cases import actions
from cases.announcement import child_notice
from cases.forms import AgeForm, RegistrationForm
from cases.models import Case

Register = Callable[[uuid.UUID], Case]  # from the id that the case will have


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REGISTER_VICTIM)
def register(request: StaffRequest) -> HttpResponse:
    """Register a victim: a child is announced before it is saved, a form sent twice makes one case."""
    form = RegistrationForm(request.POST or None, initial={"district": settings.CENTRE_DISTRICT})

    def registered(key: uuid.UUID) -> Case:
        return actions.register_victim(form.registration(), by=request.user, key=key)

    return page(request, form, registered)


def page(request: StaffRequest, form: RegistrationForm, register: Register, **shown: Any) -> HttpResponse:
    """The page of a registration, or where it leads once `register` has saved it."""
    key, notice = form_key(request), None
    if form.is_bound and form.is_valid():
        notice = child_notice(form.age, form.cleaned_data["district"], baku_today())
        if notice is None or request.POST.get("child_understood") == notice["status"]:
            if case := _registered_once(request, form, key, register):
                return redirect("cases:detail", case.pk)
            notice = None
    context = {"form": form, "notice": notice, "key": signed(request, key)}
    return render(request, "cases/register.html", context | shown)


def _signer(request: StaffRequest) -> Signer:
    return Signer(salt=f"register-{request.user.pk}")


def signed(request: StaffRequest, key: uuid.UUID) -> str:
    """The key as the form carries it: theirs alone, and not to be chosen."""
    return _signer(request).sign(str(key))


def form_key(request: StaffRequest) -> uuid.UUID:
    """The key of the form that was sent, so that sending twice is once; else a new one."""
    try:
        return uuid.UUID(_signer(request).unsign(request.POST.get("key", "")))
    except (BadSignature, ValueError):
        return uuid.uuid4()


def _registered_once(
    request: StaffRequest, form: RegistrationForm, key: uuid.UUID, register: Register
) -> Case | None:
    """The case, made now or when the form was sent before; None when it was refused."""
    try:
        with transaction.atomic():
            case = register(key)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    except IntegrityError:
        case = reached_or_404(Case.objects.visible_to(request.user), pk=key)
        messages.info(
            request,
            _("This form was already sent: case %(number)s. What you have changed since, change there.")
            % {"number": case.number},
        )
        return case
    said = (
        _("Case %(number)s is open.")
        if not case.is_child
        else _("Case %(number)s is open, and both bodies are being notified.")
    )
    messages.success(request, said % {"number": case.number})
    if case.may_be_known:
        messages.warning(request, _("The person may be known already; a supervisor is asked to look."))
    return case


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
    notice = child_notice(form.age, known, baku_today()) if answered and form.is_valid() else None
    return render(request, "cases/_register_button.html", {"notice": notice})
