"""The system of a state body that asks the API, for the administrator: its key, and its end."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from referrals import programs
from referrals.authority_forms import ProgramForm, ProgramKeyForm
from referrals.models import Commission, Member


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def new(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a system of the body an account, after a fresh second factor; the answer shows its key."""
    row = get_object_or_404(Commission, pk=pk)
    return _key(request, row, ProgramForm(request.POST or None), _("A system that asks"),
                lambda said: programs.add(row, by=request.user, **said))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """A new key, after a fresh second factor; the one before ends."""
    member = _member(pk)
    return _key(request, member.commission, ProgramKeyForm(request.POST or None), _("A new key"),
                lambda said: programs.renew(member, by=request.user, **said), who=member.staff)  # fmt: skip


@require_POST
@guard(Verb.EDIT_COMMISSIONS)
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """The system asks no more."""
    member = _member(pk)
    try:
        programs.end(member, by=request.user)
        messages.success(request, _("The system asks for nothing any more."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("authorities:body", member.commission_id)


def _member(pk: int) -> Member:
    rows = Member.objects.filter(staff__is_active=True, staff__is_program=True)
    return get_object_or_404(rows.select_related("staff", "commission"), pk=pk)


def _key(
    request: StaffRequest, row: Commission, form: forms.Form, title: str,
    make: Callable[[dict[str, Any]], str], **context: Any,
) -> HttpResponse:  # fmt: skip
    """Ask, and show the key that was made; it is shown this once."""
    if first := fresh_factor_first(request):
        return first
    made = list[str]()
    if sent(form, lambda said: made.append(make(said))):
        return render(request, "referrals/program_key.html", {"body": row, "key": made[0]})
    audit.record("commission.form", by=request.user, ids=[row.pk])
    context |= {"body": row, "form": form, "title": title, "button": _("Make the key")}
    return render(request, "referrals/body_form.html", context)
