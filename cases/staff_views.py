"""The people of the centre, for the administrator, who sees no case."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from cases import leaving


class LeaveForm(forms.Form):
    """Who takes over; nobody, when there is nothing to take over."""

    successor = forms.ModelChoiceField(
        Staff.objects.none(),
        required=False,
        label=gettext_lazy("Who takes over the cases"),
        empty_label=gettext_lazy("Nobody: there are none"),
    )

    def __init__(self, *args: Any, person: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["successor"]
        people.queryset = leaving.successors(person)
        people.label_from_instance = lambda colleague: (
            f"{colleague.display_name}, {colleague.get_role_display()}"
        )


@require_GET
@guard(Verb.VIEW_STAFF)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody, those who left last."""
    rows = Staff.objects.select_related("team").order_by("-is_active", "team__name", "display_name")
    audit.record("staff.view", by=request.user)
    return render(request, "staff/people.html", {"people": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.END_STAFF)
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """End somebody's access, after a fresh second factor."""
    if first := fresh_factor_first(request):
        return first
    person = get_object_or_404(Staff.objects.filter(is_active=True).exclude(pk=request.user.pk), pk=pk)
    form = LeaveForm(request.POST or None, person=person)
    if sent(form, lambda said: leaving.leave(person, successor=said["successor"], by=request.user)):
        messages.success(request, _("%(name)s has no access any more.") % {"name": person.display_name})
        return redirect("staff:people")
    return render(request, "staff/leave.html", {"person": person, "form": form})
