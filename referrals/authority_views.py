"""The pages of the state bodies: who is told of a child in each district, and how each is reached."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, codelists, preview
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.editions import again
from aidcenter.preview import Shown
from aidcenter.roles import Verb, may
from aidcenter.signin import fresh_factor_first
from referrals import authorities, authority_members, authority_shown, programs
from referrals.authority_forms import (
    EndForm,
    NewForm,
    ReachedForm,
    RenameAllForm,
    RenameForm,
    SystemForm,
    TakeBackAllForm,
)
from referrals.models import BODIES, Commission, CommissionName, DistrictSeen, Webhook

SHOWN = ("missing", "ours", "lacking")


class Cell(NamedTuple):
    """One body of a district: who acts today and what is missing; who does not act today."""

    body: str
    commission: Commission | None
    missing: list[str]
    others: list[Commission]


def _bodies() -> dict[tuple[str, str], list[Commission]]:
    """All bodies by district and kind, each with how many sign in for it: one query."""
    members = Count("members", filter=Q(members__staff__is_active=True, members__staff__is_program=False))
    found: dict[tuple[str, str], list[Commission]] = {}
    for row in Commission.objects.annotate(sign_in=members).order_by("active_from"):
        found.setdefault((row.district, row.body), []).append(row)
    return found


def _cell(body: str, rows: list[Commission], today: Any) -> Cell:
    acts = [row for row in rows if row.acts_on(today)]
    now = acts[0] if acts else None
    lacks = authorities.missing(now, now.sign_in) if now else []  # type: ignore[attr-defined] # annotated
    return Cell(body, now, lacks, [row for row in rows if row is not now])


@require_GET
@guard(Verb.VIEW_COMMISSIONS)
def bodies(request: StaffRequest) -> HttpResponse:
    """The bodies by district, those with cases first; all, where something is missing, or where cases are."""
    today, found = baku_today(), _bodies()
    show = request.GET.get("show", "")
    seen = set(DistrictSeen.objects.values_list("district", flat=True))
    rows = []
    for district, _label in codelists.choices_in_order("district"):
        cells = [_cell(body, found.get((district, body), []), today) for body in BODIES]
        lacking = any(cell.missing or not cell.commission for cell in cells)
        ours = district in seen
        if (show in ("missing", "lacking") and not lacking) or (show in ("ours", "lacking") and not ours):
            continue
        rows.append({"district": district, "cells": cells, "ours": ours})
    rows.sort(key=lambda row: not row["ours"])
    audit.record("commission.list", by=request.user)
    context = {"rows": rows, "show": show if show in SHOWN else "", "may_edit": _edits(request)}
    return render(request, "referrals/bodies.html", context)


def _edits(request: StaffRequest) -> bool:
    return may(request.user, Verb.EDIT_COMMISSIONS)


@require_GET
@guard(Verb.VIEW_COMMISSIONS)
def body(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One body: how it is reached, its names, its members, its tests."""
    row = get_object_or_404(Commission.objects.select_related("successor"), pk=pk)
    members = list(row.members.filter(staff__is_program=False).select_related("staff"))
    members.sort(key=lambda member: (not member.staff.is_active, member.staff.display_name))
    active = [member for member in members if member.staff.is_active]
    left = authority_members.codes_left(active) if _edits(request) else {}
    audit.record("commission.view", by=request.user, ids=[row.pk])
    context = {
        "body": row,
        "today": baku_today(),
        "acts": row.acts_on(baku_today()),
        "missing": authorities.missing(row, len(active)),
        "names": row.names.all(),
        "hook": Webhook.objects.filter(pk=row.pk).first() if _edits(request) else None,
        "programs": programs.of(row) if _edits(request) else [],
        "members": [(member, left.get(member.staff_id, 0)) for member in members],
        "aways": authority_members.open_aways().filter(member__commission=row),
        "may_edit": _edits(request),
    }
    return render(request, "referrals/body.html", context)


def _page(
    request: StaffRequest,
    row: Commission | None,
    form: forms.Form,
    shown: Shown | None,
    seen: str,
    **context: Any,
) -> HttpResponse:
    audit.record("commission.form", by=request.user, ids=[row.pk] if row else [])
    context |= {"body": row, "form": form, "shown": shown, "seen": seen, "shows": True}
    return render(request, "referrals/body_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def new(request: StaffRequest) -> HttpResponse:
    """Add a body, looked at before it is there; what was owed in the district is delivered."""
    asked = {name: request.GET.get(name, "") for name in ("body", "district")}
    if asked["district"] in codelists.districts() and asked["body"] in BODIES:
        asked |= authorities.usual_names(asked["district"], asked["body"])
    now = Commission()
    reached = {name: getattr(now, name) for name in authorities.REACHED}
    form, made = NewForm(request.POST or None, initial=asked | reached), list[Commission]()
    step = preview.step(request, form, lambda said: made.append(authorities.add(said, by=request.user)))
    if step.done:
        messages.success(request, _("The body is there; what was owed to it is being delivered."))
        return redirect("authorities:body", made[0].pk)
    shown = authority_shown.added(form.cleaned_data) if step.seen else None
    return _page(request, None, form, shown, step.seen, title=_("New state body"))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def change(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """How the body is reached, and was; `?again=` begins from how it was reached once."""
    row = get_object_or_404(Commission, pk=pk)
    first = again(request, row.contacts.all()) or row
    form = ReachedForm(
        request.POST or None, initial={name: getattr(first, name) for name in authorities.REACHED}
    )
    members = row.members.people().count()
    return _changed(request, row, form, lambda said: authorities.change(row, said, by=request.user),
                    lambda said: authority_shown.changed(row, said, members),
                    title=_("How it is reached"), past=authority_shown.history(row))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def system(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Where their system is, after a fresh second factor: it decides where every message goes."""
    row = get_object_or_404(Commission, pk=pk)
    if first := fresh_factor_first(request):
        return first
    hook = Webhook.objects.filter(pk=pk).first()
    now = {"url": hook.url, "their_key": hook.their_key} if hook else {}
    form = SystemForm(request.POST or None, initial=now)
    return _changed(request, row, form, lambda said: authorities.connect(row, said, by=request.user),
                    lambda said: authority_shown.connected(hook, said), title=_("Their system"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def rename(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the body is called, and where it sits, from a day on; `?again=` begins from a name of before."""
    row = get_object_or_404(Commission, pk=pk)
    first = again(request, row.names.all()) or row
    form = RenameForm(
        request.POST or None, initial={name: getattr(first, name) for name in authorities.NAMING}
    )
    return _changed(request, row, form, lambda said: authorities.rename(row, said, by=request.user),
                    lambda said: authority_shown.renamed(row, said), title=_("Name and address"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def end(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The body acts no more from a day on, after a fresh second factor: others will read what is open."""
    row = get_object_or_404(Commission.objects.select_related("successor"), pk=pk)
    if first := fresh_factor_first(request):
        return first
    form = EndForm(request.POST or None, commission=row)
    return _changed(request, row, form, lambda said: authorities.end(row, said, by=request.user),
                    lambda said: authority_shown.ended(row, said), title=_("End of the body"))  # fmt: skip


def _changed(
    request: StaffRequest,
    row: Commission,
    form: forms.Form,
    act: Callable[[dict[str, Any]], None],
    what: Callable[[dict[str, Any]], Shown],
    **context: Any,
) -> HttpResponse:
    """Show what happens, then do it and go back to the body; or the form with what was refused."""
    step = preview.step(request, form, act)
    if step.done:
        messages.success(request, _("It is kept."))
        return redirect("authorities:body", row.pk)
    shown = what(form.cleaned_data) if step.seen else None
    return _page(request, row, form, shown, step.seen, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def rename_all(request: StaffRequest) -> HttpResponse:
    """A new name for all bodies of a kind from a day on, without ending any; and those to come."""
    form, count = RenameAllForm(request.POST or None), list[int]()
    step = preview.step(
        request, form, lambda said: count.append(authorities.rename_all(said, by=request.user))
    )
    if step.done:
        said = ngettext(
            "%(count)s body has its new name.", "%(count)s bodies have their new names.", count[0]
        )
        messages.success(request, said % {"count": count[0]})
        return redirect("authorities:bodies")
    shown = authority_shown.renamed_all(form.cleaned_data) if step.seen else None
    hint = _("Write {district} where the district stands, in each language.")
    return _page(request, None, form, shown, step.seen, title=_("New name for all"), hint=hint,
                 to_come=authorities.to_come())  # fmt: skip


@require_POST
@guard(Verb.EDIT_COMMISSIONS)
def take_back_all(request: StaffRequest) -> HttpResponse:
    """The new names of all bodies of a kind, whose day has not come."""
    form = TakeBackAllForm(request.POST)
    if not form.is_valid():
        raise Http404
    count = authorities.take_back_all(form.cleaned_data["body"], form.cleaned_data["since"], by=request.user)
    said = ngettext("%(count)s new name is taken back.", "%(count)s new names are taken back.", count)
    messages.success(request, said % {"count": count})
    return redirect("authorities:rename_all")


@require_POST
@guard(Verb.EDIT_COMMISSIONS)
def stay(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The end of a body whose day has not come is taken back."""
    row = get_object_or_404(Commission, pk=pk)
    return _taken_back(
        request, row.pk, lambda: authorities.stay(row, by=request.user), _("The body goes on.")
    )


@require_POST
@guard(Verb.EDIT_COMMISSIONS)
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """A new name whose day has not come."""
    name = get_object_or_404(CommissionName.objects.select_related("commission"), pk=pk)
    said = _("The new name is taken back.")
    return _taken_back(
        request, name.commission_id, lambda: authorities.take_back(name, by=request.user), said
    )


def _taken_back(request: StaffRequest, pk: uuid.UUID, act: Callable[[], None], said: str) -> HttpResponse:
    """Back on the page of the body `pk`, with what was done or why not."""
    try:
        act()
        messages.success(request, said)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("authorities:body", pk)
