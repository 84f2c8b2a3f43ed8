"""The teams of the centre, and what each role may do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.models import Team
from aidcenter.roles import BY_TWO, MATRIX, Role, Verb
from cases import staffing
from cases.staff_forms import TeamForm


@require_GET
@guard(Verb.EDIT_STAFF)
def teams(request: StaffRequest) -> HttpResponse:
    """The teams, and how many people each has."""
    audit.record("team.list", by=request.user)
    return render(request, "staff/teams.html", {"teams": staffing.teams()})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_STAFF)
def team(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """A new team, or another name of one."""
    one = get_object_or_404(Team, pk=pk) if pk else Team()
    form = TeamForm(request.POST or None, initial={"name": one.name})
    if sent(form, lambda said: staffing.keep_team(one, said["name"], by=request.user)):
        messages.success(request, _("The team is saved."))
        return redirect("staff:teams")
    title = _("Rename the team") if pk else _("New team")
    audit.record("team.list", by=request.user, team=pk)
    return render(request, "staff/team.html", {"form": form, "title": title})


@require_GET
@guard(Verb.VIEW_STAFF)
def roles(request: StaffRequest) -> HttpResponse:
    """What each role may do, in the sentences of the matrix."""
    rows = [(role, role in BY_TWO, list(MATRIX[role].values())) for role in Role]
    audit.record("roles.view", by=request.user)
    return render(request, "staff/roles.html", {"rows": rows})
