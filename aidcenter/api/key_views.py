"""One's own keys to the API: what they are for, a new one, taking one back."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.api import tokens
from aidcenter.forms import Text, sent
from aidcenter.models import Staff
from aidcenter.roles import MATRIX, Verb
from aidcenter.signin import fresh_factor_first

DAYS = [(30, gettext_lazy("a month")), (90, gettext_lazy("three months")), (366, gettext_lazy("a year"))]


class KeyForm(forms.Form):
    """What the key is for, what it may do, and for how long."""

    purpose = Text(
        label=gettext_lazy("What it is for"), max_length=100, required=True,
        help_text=gettext_lazy("Which program, on which machine. You will find the key again by it."),
    )  # fmt: skip
    verbs = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do in your name"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it lasts"),
        choices=DAYS,
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said: Any = self.fields["verbs"]
        said.choices = [(verb.value, sentence) for verb, sentence in MATRIX[person.role].items()]


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.SEE_HOME)
def keys(request: StaffRequest) -> HttpResponse:
    """The keys that open something, and the form of a new one, which is shown this once."""
    if request.method == "POST" and (first := fresh_factor_first(request)):
        return first
    form, made = KeyForm(request.POST or None, person=request.user), list[str]()
    if sent(form, lambda said: made.append(tokens.make(**said, by=request.user))):
        form = KeyForm(person=request.user)
    audit.record("token.list", by=request.user)
    context = {"form": form, "key": "".join(made), "keys": tokens.of(request.user).select_related("person")}
    return render(request, "api/keys.html", context)


@require_POST
@guard(Verb.SEE_HOME)
def revoke(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take one back."""
    tokens.revoke(reached_or_404(tokens.of(request.user), pk=pk), by=request.user)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("api_keys")
