"""The directory of providers: who gives which services, where, and what they may be told."""

import uuid

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import PickMany, Text, day, pick, sent
from aidcenter.roles import Verb, may
from cases import providers as kept
from cases.models import Provider

PAGE_SIZE = 25


class ProviderForm(forms.Form):
    """What the directory says of a provider."""

    name = Text(label=gettext_lazy("Name"), max_length=200, required=True)
    kind = pick("provider_kind", label=gettext_lazy("Kind"))
    service_types = PickMany("service_type", label=gettext_lazy("Services"), boxes=True, required=True)
    districts = PickMany(
        "district", label=gettext_lazy("Districts"), help_text=gettext_lazy("None ticked: everywhere.")
    )
    languages = PickMany(
        "language", boxes=True, label=gettext_lazy("Languages"),
        help_text=gettext_lazy("None ticked: not known, offered for every language."),
    )  # fmt: skip
    contact = Text(
        label=gettext_lazy("Contact"), max_length=500, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Of the office. No person who is helped."),
    )  # fmt: skip
    may_be_told = Text(
        label=gettext_lazy("What they may be told"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    active_from = day(label=gettext_lazy("Works with us from"), initial=baku_today)
    active_until = day(label=gettext_lazy("Works with us until"), required=False)


@require_GET
@guard(Verb.EDIT_PROVIDERS, Verb.RECORD_SERVICE)
def providers(request: StaffRequest) -> HttpResponse:
    """The directory."""
    page = Paginator(Provider.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record("provider.list", by=request.user)
    context = {"page": page, "today": baku_today(), "may_edit": may(request.user, Verb.EDIT_PROVIDERS)}
    return render(request, "cases/providers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_PROVIDERS)
def provider(request: StaffRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Add a provider, or change what is said of one."""
    row = get_object_or_404(Provider, pk=pk) if pk else Provider()
    now = {name: getattr(row, name) for name in kept.FIELDS} if pk else {}
    form = ProviderForm(request.POST or None, initial=now)
    if sent(form, lambda said: kept.keep(row, said, by=request.user)):
        messages.success(request, _("The directory is up to date."))
        return redirect("cases:providers")
    audit.record("provider.form", by=request.user)
    return render(request, "cases/provider.html", {"form": form, "new": pk is None})
