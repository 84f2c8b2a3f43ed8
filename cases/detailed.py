"""What the registration of a case says now, and changing it, by the fields of its form."""

from typing import Any

from aidcenter.models import Staff
from cases import actions, notes
from cases.forms import DetailsForm
from cases.models import Case


def _on_case(name: str) -> bool:
    return name in {field.name for field in Case._meta.fields}


def now(case: Case) -> dict[str, Any]:
    """What it says, by field of the form."""
    found = {name: getattr(case if _on_case(name) else case.victim, name) for name in DetailsForm.base_fields}
    return {name: "" if value is None else value for name, value in found.items()}


def change(case: Case, form: DetailsForm, *, by: Staff) -> None:
    """Keep what the valid `form` says otherwise; the draft of it is done with."""
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    actions.change_details(
        case,
        victim={name: value for name, value in changed.items() if not _on_case(name)},
        details={name: value for name, value in changed.items() if _on_case(name)},
        by=by,
    )
    notes.drop_draft(case, "details", by=by)
