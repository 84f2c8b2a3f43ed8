"""`/help/`: the words of the centre, the keys, a guide to print, and the tour."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aidcenter import guide, helptexts
from aidcenter.access import StaffRequest, guard
from aidcenter.roles import Role, Verb, may
from aidcenter.shell import pages_by_key


class GuideForm(forms.Form):
    """Of which role, in which language."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


def _language() -> str:
    return (get_language() or "az")[:2]


@require_GET
@guard(Verb.SEE_HOME)
def index(request: StaffRequest) -> HttpResponse:
    """What help there is."""
    form = GuideForm(initial={"role": request.user.role, "language": _language()})
    return render(request, "help/index.html", {"form": form})


@require_GET
@guard(Verb.SEE_HOME)
def glossary(request: StaffRequest) -> HttpResponse:
    """The words of the centre in the reader's language, and what they are called in the others."""
    return render(request, "help/glossary.html", {"words": helptexts.glossary(_language())})


@require_GET
@guard(Verb.SEE_HOME)
def keys(request: StaffRequest) -> HttpResponse:
    """The keys that do something for this person, switched on or not."""
    single: list[Any] = [helptexts.HELP]
    if may(request.user, Verb.LIST_CASES):
        single.insert(0, helptexts.SEARCH)
    pages = [helptexts.Key(("g", key), label) for key, label in pages_by_key(request)]
    return render(request, "help/keys.html", {"always": helptexts.ALWAYS, "single": single + pages})


@require_GET
@guard(Verb.SEE_HOME)
def guide_paper(request: StaffRequest) -> HttpResponse:
    """The guide of a role as PDF; of the own role, in the own language, unless another is asked for."""
    form = GuideForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"role": request.user.role, "language": _language()}
    content = guide.pdf(Role(asked["role"]), asked["language"])
    made = HttpResponse(content, content_type="application/pdf")
    made["Content-Disposition"] = f'inline; filename="guide-{asked["role"]}-{asked["language"]}.pdf"'
    return made


@require_GET
@guard(Verb.SEE_HOME)
def tour(request: StaffRequest) -> HttpResponse:
    """One step of the tour: the first, unless another is asked for."""
    steps = helptexts.steps_for(request.user)
    asked = request.GET.get("step", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 1
    number = min(max(number, 1), len(steps))
    shown = {"step": steps[number - 1], "number": number, "of": len(steps)}
    shown |= {"next": number + 1 if number < len(steps) else 0, "previous": number - 1}
    return render(request, "help/tour.html", shown | {"title": _("A look round")})


@require_POST
@guard(Verb.SEE_HOME)
def end_tour(request: StaffRequest) -> HttpResponse:
    """Finished or skipped, it is not offered again."""
    helptexts.end_tour(by=request.user)
    return redirect("home")
