"""The settings of the centre and the open questions: what holds, what is the default, and who changes it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit, preview
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day
from aidcenter.preview import Fact, Shown
from aidcenter.roles import Verb, may
from aidcenter.templatetags.ui import azn, dmy
from cases import centre, centre_acts, centre_questions
from cases.centre import ALL, Setting
from cases.models import CentreValue


class ValueForm(forms.Form):
    """A value, from which day on, and why."""

    value = forms.DecimalField(
        label=gettext_lazy("New value"), max_digits=9, decimal_places=2, localize=True,
        widget=forms.TextInput({"inputmode": "decimal", "class": "in-10", "autocomplete": "off"}),
    )  # fmt: skip
    since = day(label=gettext_lazy("From"), initial=baku_today)
    reason = Text(
        label=gettext_lazy("Reason"), max_length=300, required=True,
        help_text=gettext_lazy("For example the law or the order that says so, with number and date."),
    )  # fmt: skip

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = setting.key
        between = {"least": in_words(setting, setting.least), "most": in_words(setting, setting.most)}
        self.fields["value"].help_text = _("From %(least)s to %(most)s.") % between

    def clean(self) -> dict[str, Any]:
        """Said before it is shown: what does not fit is never in a preview."""
        said = super().clean() or {}
        if "value" in said and "since" in said:
            centre_acts.check(self.key, said["value"], said["since"])
        return said


def in_words(setting: Setting, value: Decimal) -> str:
    """A value with its unit, in the reader's language."""
    number = int(value) if value == int(value) else value.normalize()
    shown = {"number": number_format(number)}
    if setting.unit == centre.AZN:
        return azn(value)
    if setting.unit == centre.DAYS:
        return ngettext("%(number)s day", "%(number)s days", int(value)) % shown
    if setting.unit == centre.HOURS:
        return ngettext("%(number)s hour", "%(number)s hours", int(value)) % shown
    return ngettext("%(number)s minute", "%(number)s minutes", int(value)) % shown


def _planned(setting: Setting) -> list[str]:
    said = [(row.since, in_words(setting, row.value)) for row in centre.planned(setting.key)]
    return [_("from %(day)s: %(value)s") % {"day": dmy(since), "value": value} for since, value in said]


@dataclass(frozen=True)
class Row:
    """A setting as the page shows it."""

    setting: Setting
    now: str
    default: str
    planned: list[str]


def _rows(group: str) -> list[Row]:
    return [_row(one) for one in ALL.values() if one.group == group]


def _row(one: Setting) -> Row:
    now, default = centre.value(one.key), centre.installed(one.key)
    return Row(one, in_words(one, now), in_words(one, default), _planned(one))


@require_GET
@guard(Verb.VIEW_SETTINGS)
def settings_page(request: StaffRequest) -> HttpResponse:
    """Everything that is set, and every question that is open."""
    titles = {
        "ladder": (
            _("While a state body is silent"),
            _("Counted from the notification, which leaves at once. By night telephoning is the first step."),
        ),
        "deadlines": (_("Deadlines"), ""),
        "limits": (_("Stays and money"), ""),
    }
    audit.record("centre.view", by=request.user)
    context = {
        "tables": [
            {"code": code, "title": title, "about": about, "rows": _rows(code)}
            for code, (title, about) in titles.items()
        ],
        "questions": centre_questions.questions(in_words),
        "installed": centre_questions.installed(),
        "may_edit": may(request.user, Verb.EDIT_SETTINGS),
    }
    return render(request, "staff/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.VIEW_SETTINGS)
def one(request: StaffRequest, key: str) -> HttpResponse:
    """One setting: its history, and to an administrator the form to set it, looked at before it holds."""
    setting = ALL.get(key)
    if setting is None:
        raise Http404
    form, step = None, preview.Step()
    if may(request.user, Verb.EDIT_SETTINGS):
        form = ValueForm(request.POST or None, setting=setting, initial=_asked_again(request))
        step = preview.step(request, form, lambda said: centre_acts.put(key, by=request.user, **said))
        if step.done:
            messages.success(request, _("It is set."))
            return redirect("staff:setting", key)
    audit.record("centre.form", by=request.user, key=key)
    context = {
        "setting": setting, "form": form, "seen": step.seen, "planned": _planned(setting),
        "now": in_words(setting, centre.value(key)), "history": _history(setting),
        "shown": _shown(setting, form) if form and step.seen else None,
    }  # fmt: skip
    return render(request, "staff/setting.html", context)


def _asked_again(request: StaffRequest) -> dict[str, Any]:
    """A value of before, to be set again."""
    try:
        said = Decimal(request.GET.get("value", ""))
    except InvalidOperation:
        return {}
    return {"value": said} if said.is_finite() and 0 < said < 10**6 else {}


def _shown(setting: Setting, form: ValueForm) -> Shown | None:
    """What holds before and after, or nothing when it does not fit, which the form says then."""
    said = form.cleaned_data
    before = centre.value(setting.key, said["since"])
    fact = Fact(str(setting.label), in_words(setting, before), in_words(setting, said["value"]))
    notes = [
        _("It holds from %(day)s on.") % {"day": dmy(said["since"])},
        _("What was planned, asked or told before keeps what held then."),
    ]
    return Shown([fact], notes)


@dataclass(frozen=True)
class Past:
    """A line of the history; `again` is the value as an address takes it."""

    since: date | None
    said: str
    reason: str
    by: str
    again: str


def _history(setting: Setting) -> list[Past]:
    rows = [_past(setting, row) for row in centre.history(setting.key)]
    first = centre.installed(setting.key)
    return [*rows, Past(None, in_words(setting, first), _("Default"), "–", str(first))]


def _past(setting: Setting, row: CentreValue) -> Past:
    said = in_words(setting, row.value)
    return Past(row.since, said, row.reason, row.set_by.display_name, str(row.value))
