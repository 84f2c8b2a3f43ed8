"""`/me/notices/`: which mails one gets, and how."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit, notices
from aidcenter.access import StaffRequest, guard
from aidcenter.models import Staff, Way
from aidcenter.roles import Verb


class NoticesForm(forms.Form):
    """One question for each kind that may be declined."""

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = notices.ways(by)
        for notice in notices.to_choose(by):
            self.fields[notice.kind] = forms.ChoiceField(
                label=str(notice.label),
                choices=Way.choices,
                initial=chosen.get(notice.kind, Way.NOW),
                widget=forms.RadioSelect,
            )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.SEE_HOME)
def own(request: StaffRequest) -> HttpResponse:
    """What may be chosen, what is chosen elsewhere, and what cannot be declined and why."""
    form = NoticesForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.fields and form.is_valid():
        notices.choose(form.cleaned_data, by=request.user)
        messages.success(request, _("Your settings are saved."))
        return redirect("own_notices")
    audit.record("settings.view", by=request.user)
    mine = notices.of(request.user)
    shown = {
        "form": form,
        "fixed": [notice for notice in mine if notice.why],
        "elsewhere": [notice for notice in mine if notice.chosen_at],
    }
    return render(request, "personal/notices.html", shown)
