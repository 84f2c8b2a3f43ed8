"""Papers about a case: one page, a form for each, filled in; a click makes the paper and files it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit, codelists
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb
from cases import case_papers
from cases.paper_forms import FORMS, PaperForm
from cases.reached import readable


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ADD_NOTE)
def papers(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The papers that can be written; the one that was sent is made, numbered and filed."""
    case, asked = readable(request, pk), request.POST.get("kind", "")
    forms: dict[str, PaperForm] = {
        kind: form(request.POST if kind == asked else None, case=case) for kind, form in FORMS.items()
    }
    form = forms.get(asked)
    if form and sent(form, lambda _said: case_papers.write(case, form.said, by=request.user)):
        messages.success(request, _("The paper is made and filed."))
        return redirect("cases:documents", case.pk)
    audit.record("paper.form", by=request.user, case=case.pk)
    parts = [(kind, codelists.label("case_paper", kind), form) for kind, form in forms.items()]
    return render(request, "cases/papers.html", {"case": case, "parts": parts, "wrong": form})
