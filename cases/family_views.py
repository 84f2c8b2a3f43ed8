"""Pages of relatives and linked cases: registering one, linking two cases, ending a link."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import Text, sent, typed
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import family, records
from cases.forms import RegistrationForm
from cases.models import Case
from cases.reached import changeable, readable
from cases.register_views import page

LONGEST = 300  # characters of a reason


def _relation(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=family.RELATIVES, widget=forms.RadioSelect)


class RelativeForm(RegistrationForm):
    """A registration, and how the person is related."""

    relation = _relation(gettext_lazy("This person is"))


class LinkForm(forms.Form):
    """Which case, and how its person is related."""

    number = Text(
        label=gettext_lazy("Number of the other case"), max_length=20, required=True,
        help_text=gettext_lazy("One that you may change too, for example AC-2026-0001."),
    )  # fmt: skip
    relation = _relation(gettext_lazy("The person of that case is"))


@require_GET
@guard(Verb.VIEW_CASE)
def overview(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The linked cases, the dependants, and the ways to add to them."""
    return _overview(request, readable(request, pk))


def _overview(request: StaffRequest, case: Case, form: LinkForm | None = None) -> HttpResponse:
    may_change = may(request.user, Verb.CHANGE_CASE) and (
        Case.objects.changeable_by(request.user).filter(pk=case.pk).exists()
    )
    found = family.linked(case, request.user)
    dependants = [row for row in records.of_kind(case, "people") if row.dependant]  # type: ignore[attr-defined]
    ids = [row.case.pk for row in found if row.case]
    audit.record("family.view", by=request.user, case=case.pk, ids=[*ids, *(row.pk for row in dependants)])
    context = {"case": case, "linked": found, "dependants": dependants, "may_change": may_change,
               "form": form or LinkForm()}  # fmt: skip
    return render(request, "cases/family.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.REGISTER_VICTIM)
def register(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Register a relative of the person of a case, beginning with what they share, or what was typed."""
    case = changeable(request, pk)
    asked = {"relation": request.GET.get("relation", "child")}
    if "carry" in request.POST:
        asked = family.carried(request.POST.dict())
    sent = request.POST if request.method == "POST" and "carry" not in request.POST else None
    form = RelativeForm(sent, initial=family.shared_facts(case) | asked)

    def registered(key: uuid.UUID) -> Case:
        relation = form.cleaned_data["relation"]
        return family.register(case, form.registration(), relation=relation, key=key, by=request.user)

    return page(request, form, registered, of=case)


@require_POST
@guard(Verb.CHANGE_CASE)
def link(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Link two cases that one may change."""
    case, form = changeable(request, pk), LinkForm(request.POST)
    if not sent(form, lambda said: _link(case, said, by=request.user)):
        return _overview(request, case, form)
    messages.success(request, _("The cases are linked."))
    return redirect("cases:family", case.pk)


def _link(case: Case, said: dict[str, Any], *, by: Staff) -> None:
    other = Case.objects.changeable_by(by).filter(number=said["number"].upper()).first()
    if other is None:
        raise ValidationError({"number": _("There is no such case among those that you may change.")})
    family.link(case, other, relation=said["relation"], by=by)


@require_POST
@guard(Verb.CHANGE_CASE)
def unlink(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    """End a link, with a reason."""
    case = changeable(request, pk)
    found = family.link_of(case, link, request.user)
    if found is None:
        raise Http404
    try:
        family.unlink(found, why=typed(request, "reason", LONGEST), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The link has ended; both cases stay."))
    return redirect("cases:family", case.pk)
