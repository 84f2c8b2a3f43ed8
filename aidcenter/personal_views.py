"""`/me/`: one's own settings, the end of other sessions, and what was done in one's name."""

from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidcenter import audit, personal
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import day
from aidcenter.models import Theme
from aidcenter.roles import Verb
from aidcenter.signin import speak

PAGE_SIZE = 50


class SettingsForm(forms.Form):
    """How pages look and what they hide; what is chosen holds from the next page on."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"), choices=Theme.choices, required=False, widget=forms.RadioSelect
    )
    compact = forms.BooleanField(
        label=gettext_lazy("Lines closer together"),
        required=False,
        help_text=gettext_lazy("More fits on a big screen."),
    )
    hides_names = forms.BooleanField(
        label=gettext_lazy("Hide names until I ask for them"),
        required=False,
        help_text=gettext_lazy(
            "On a case too, not only in lists: initials stand there until you press “Show names” on the page."
        ),
    )
    has_keys = forms.BooleanField(
        label=gettext_lazy("Keyboard shortcuts"),
        required=False,
        help_text=gettext_lazy(
            "Single keys open pages. Switch them off if you speak to the computer or press keys by accident."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.SEE_HOME)
def own(request: StaffRequest) -> HttpResponse:
    """One's own settings, and the ways to what else is one's own."""
    person = request.user
    chosen = {name: getattr(person, name) for name in personal.CHOICES}
    form = SettingsForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        personal.choose(form.cleaned_data, by=person)
        language = form.cleaned_data["language"]
        with override(language):
            messages.success(request, _("Your settings are saved."))
        return speak(redirect("personal"), language)
    audit.record("settings.view", by=person)
    shown = {"form": form, "panels": personal.panels(person, baku_today())}
    return render(request, "personal/settings.html", shown | {"sign_ins": personal.sign_ins(person)})


@require_POST
@guard(Verb.SEE_HOME)
def end_sessions(request: StaffRequest) -> HttpResponse:
    """End every session but this one."""
    update_session_auth_hash(request, personal.end_other_sessions(by=request.user))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("personal")


class DayForm(forms.Form):
    """Which day to show."""

    day = day(
        label=gettext_lazy("Day"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )


@require_GET
@guard(Verb.SEE_HOME)
def record(request: StaffRequest) -> HttpResponse:
    """What was done and opened in one's own name on a day: today, unless another is asked for."""
    form = DayForm(request.GET if "day" in request.GET else {"day": baku_today()})
    chosen = form.cleaned_data["day"] if form.is_valid() else baku_today()
    page = Paginator(personal.done_as(request.user, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = personal.with_numbers(list(page.object_list), request.user)
    audit.record("settings.record", by=request.user)
    return render(request, "personal/record.html", {"form": form, "day": chosen, "page": page, "rows": rows})
