"""The registration of several people who arrive together."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, crypto
from aidcenter.access import StaffRequest, guard
from aidcenter.roles import Verb
from cases.announcement import child_notice
from cases.arrival import ids_of, register_arrival
from cases.arrival_forms import PersonRows, SharedForm, born_by, registrations
from cases.models import Case
from cases.register_views import form_key, signed


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REGISTER_VICTIM)
def arrive(request: StaffRequest) -> HttpResponse:
    """Register everybody of an arrival: each child is announced before anybody is saved."""
    key = form_key(request)
    shared = SharedForm(request.POST or None, initial={"district": settings.CENTRE_DISTRICT})
    rows: Any = PersonRows(request.POST if shared.is_bound else None)
    children: list[dict[str, Any]] = []
    if shared.is_bound and all([shared.is_valid(), rows.is_valid()]) and born_by(rows, shared):
        children = _children(rows, shared)
        understood = not children or request.POST.get("children_understood") == _mark(children)
        if understood and _registered(request, rows, shared, key):
            return redirect("cases:arrived", key)
    context = {"shared": shared, "rows": rows, "children": children, "mark": _mark(children)}
    return render(request, "cases/arrival.html", context | {"key": signed(request, key)})


def _children(rows: Any, shared: SharedForm) -> list[dict[str, Any]]:
    """The children and presumed children, each with its row and what is said of it."""
    said = shared.cleaned_data
    notices = (
        (form.where, child_notice(form.age, said["district"], said["opened_on"]))
        for _row, form in rows.filled
    )
    return [notice | {"where": where} for where, notice in notices if notice]


def _mark(children: list[dict[str, Any]]) -> str:
    """Which rows are announced as what."""
    return ", ".join(f"{child['where']}: {child['age']}" for child in children)


def _registered(request: StaffRequest, rows: Any, shared: SharedForm, key: uuid.UUID) -> bool:
    """Whether everybody is registered, now or by the same form before."""
    said = shared.cleaned_data
    try:
        with transaction.atomic():
            cases = register_arrival(
                registrations(rows, shared, key),
                opened_on=said["opened_on"],
                reason=said["reason"],
                by=request.user,
            )
    except ValidationError as refusal:
        shared.add_error(None, refusal)
        return False
    except IntegrityError:
        messages.warning(request, _("This form was already sent. Whom you have added since, register anew."))
        return True
    opened = ngettext("%(count)s case is open.", "%(count)s cases are open.", len(cases))
    messages.success(request, opened % {"count": len(cases)})
    if any(case.may_be_known for case in cases):
        messages.warning(request, _("Somebody may be known already; a supervisor is asked to look."))
    return True


@require_GET
@guard(Verb.REGISTER_VICTIM)
def arrived(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The cases of an arrival, as far as the person reads them."""
    rows = Case.objects.visible_to(request.user).filter(pk__in=ids_of(pk))
    cases = list(rows.select_related("victim").order_by("number"))
    if not cases:
        raise Http404
    crypto.load_keys([case.victim for case in cases])
    audit.record("arrival.view", by=request.user, ids=[case.pk for case in cases])
    return render(request, "cases/arrived.html", {"cases": cases})
