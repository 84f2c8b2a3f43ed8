"""What was done for a person, as a page and as paper."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.roles import Verb
from cases.document_views import handed_out
from cases.reached import readable
from rehabilitation import done as what_was_done
from rehabilitation.models.catalogue import LANGUAGES


@require_GET
@guard(Verb.VIEW_CASE)
def done(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything that was given in the case `pk`."""
    case = readable(request, pk)
    audit.record("service.done", by=request.user, case=case.pk)
    context = {"case": case, "done": what_was_done.of_case(case), "papers": LANGUAGES}
    return render(request, "rehabilitation/done.html", context)


@require_GET
@guard(Verb.VIEW_CASE)
def paper(request: StaffRequest, pk: uuid.UUID, language: str) -> HttpResponse:
    """The same on paper."""
    case = readable(request, pk)
    if language not in LANGUAGES:
        raise Http404
    audit.record("service.done_paper", by=request.user, case=case.pk, language=language)
    content = what_was_done.pdf(case, language)
    return handed_out(content, "application/pdf", f'attachment; filename="{case.number}-done-{language}.pdf"')
