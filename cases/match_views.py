"""The page of a possible match: both persons side by side, and the decision."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.roles import Verb
from cases import matching
from cases.models import PossibleMatch


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ASSIGN_CASE)
def match(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether the person of a new case is the person of one's own."""
    rows = PossibleMatch.objects.changeable_by(request.user).select_related("other__victim", "decided_by")
    found = reached_or_404(rows, pk=pk)
    if request.method == "POST" and request.POST.get("same") in ("yes", "no"):
        try:
            matching.decide(found, same=request.POST["same"] == "yes", by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("cases:match", pk)
        messages.success(request, _("Your decision is on record."))
        return redirect("home")
    facts = matching.side_by_side(found, by=request.user)
    context = {"match": found, "new": matching.contact(found), "facts": facts}
    return render(request, "cases/match.html", context)
