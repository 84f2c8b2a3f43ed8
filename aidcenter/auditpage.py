"""`/audit/`: the record of who looked, for the auditor; people, acts and ids, never contents."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from aidcenter import audit, folding, registry
from aidcenter.access import StaffRequest, guard
from aidcenter.acts import ACTS
from aidcenter.forms import Text
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Verb
from aidcenter.shell import NavItem

PAGE_SIZE = 50


def navigation() -> list[NavItem]:
    """The page in the auditor's menu."""
    return [NavItem(_("Who looked"), "audit", "eye", Verb.VIEW_AUDIT, "/audit/")]


class AskedForm(forms.Form):
    """Which events to show."""

    person = forms.ModelChoiceField(
        Staff.objects.order_by("display_name"), required=False, label=_("Person"), empty_label=_("Everybody")
    )
    action = forms.ChoiceField(
        choices=[("", _("Everything")), *ACTS.items()], required=False, label=_("What")
    )
    case = forms.UUIDField(required=False, label=_("Case or row (its id)"))
    day = forms.DateField(
        required=False,
        label=_("Day"),
        widget=forms.DateInput({"type": "date"}),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )


class FilterForm(AskedForm):
    """The same on the page; `before` is the id of the last event on the page before."""

    case = Text(label=_("Case: its number; or a row: its id"), max_length=40)  # type: ignore[assignment]
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "az")[:2]
        acts = sorted(ACTS.items(), key=lambda act: folding.alphabetical(str(act[1]), language))
        self.fields["action"].choices = [("", _("Everything")), *acts]  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = _named  # type: ignore[attr-defined]

    def clean_case(self) -> uuid.UUID | None:
        """The id that was typed, or that of the case with the number."""
        typed = str(self.cleaned_data["case"])
        try:
            return uuid.UUID(typed) if typed else None
        except ValueError:
            found: uuid.UUID | None = next(registry.ask("case_of_number", typed.upper()), None)
        if found is None:
            raise forms.ValidationError(gettext("No case has this number."))
        return found

    def rows(self) -> QuerySet[AuditEvent]:
        """The events that were asked for, newest first; none when the question makes no sense."""
        if not self.is_valid():
            return AuditEvent.objects.none()
        said = self.cleaned_data
        rows = audit.with_names(matching(said))
        return rows.filter(pk__lt=said["before"]) if said.get("before") else rows


def _named(person: Staff) -> str:
    return f"{person.display_name} ({person.username})"


def matching(said: dict[str, Any]) -> QuerySet[AuditEvent]:
    """The events that fit the cleaned answers of an AskedForm, newest first."""
    rows = AuditEvent.objects.order_by("-pk")
    if person := said.get("person"):
        rows = rows.filter(actor_id=person.pk)
    if action := said.get("action"):
        rows = rows.filter(action=action)
    if case := said.get("case"):
        rows = audit.about(rows, case)
    if day := said.get("day"):
        begin = timezone.make_aware(datetime.combine(day, time.min))
        rows = rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return rows


@require_GET
@guard(Verb.VIEW_AUDIT)
def events(request: StaffRequest) -> HttpResponse:
    """Fifty events a page; what the auditor looked at is on record as well."""
    form = FilterForm(request.GET)
    found = list(form.rows()[: PAGE_SIZE + 1])
    rows = found[:PAGE_SIZE]
    case = form.cleaned_data.get("case") if form.is_valid() else None
    audit.record("audit.view", by=request.user, ids=[case] if isinstance(case, uuid.UUID) else [])
    older = ""
    if len(found) > PAGE_SIZE:
        query = request.GET.copy()
        query["before"] = str(rows[-1].pk)
        older = query.urlencode()
    return render(request, "audit.html", {"form": form, "rows": rows, "older": older})
