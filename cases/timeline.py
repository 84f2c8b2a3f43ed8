"""What the timeline tells of a case itself: notes, incidents, decisions, its opening."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.models import Staff
from aidcenter.timeline import Event, Source
from cases.models import Case, Document, Note


def sources() -> list[Source]:
    """Each kind of event."""
    return [
        Source("decisions", "opened_on", lambda case, _person: Case.objects.filter(pk=case.pk), _opening),
        Source("notes", "written_at", _notes, _note),
        Source("incidents", "happened_at", lambda case, _person: _signed(case.incidents), _incident),
        Source("decisions", "entered_at", lambda case, _person: case.decisions.all(), _decision),
        Source("documents", "written_at", _documents, _document),
        Source("decisions", "assessed_on", lambda case, _person: _signed(case.assessments), _assessment),
        Source("decisions", "decided_at", lambda case, _person: case.closures.filter(approved=True), _closed),
        Source("decisions", "decided_at", lambda case, _person: case.orders.filter(approved=True), _order),
        Source("decisions", "entered_at", lambda case, _person: case.age_corrections.all(), _age),
    ]


def _signed(rows: Any) -> Any:
    return rows.select_related("author")


def _notes(case: Case, person: Staff) -> Any:
    """Those of the case and of the sections that the person reads."""
    return _signed(case.notes.visible_to(person))


def _documents(case: Case, person: Staff) -> Any:
    return _signed(Document.objects.visible_to(person).filter(case=case))


def _note(row: Note) -> Event:
    """A note, to be corrected by another."""
    return Event(
        str(_("For the caseworker") if row.line_of_id else row.get_kind_display()),
        " · ".join(filter(None, [row.author.display_name, row.get_section_display()])),
        ("↺ " if row.corrects_id else "") + row.text,
        url=reverse("cases:add_note", args=[row.case_id]) + f"?corrects={row.pk}",
        act=_("Correct"),
    )


def _incident(row: Any) -> Event:
    state = row.get_outcome_display() if row.outcome else str(_("not ended"))
    return Event(
        row.get_kind_display(),
        f"{row.author.display_name} · {state}",
        url=reverse("cases:incident", args=[row.pk]),
        act=_("Open"),
    )


def _decision(row: Any) -> Event:
    body = codelists.label("status_decided_by", row.decided_by) if row.decided_by else ""
    return Event(row.get_status_display(), str(body), row.basis or "")


def _document(row: Any) -> Event:
    who = " · ".join(filter(None, [row.author.display_name, row.get_section_display()]))
    return Event(row.name, who, url=reverse("cases:documents", args=[row.case_id]), act=_("Open"))


def _assessment(row: Any) -> Event:
    what = f"{_('Assessment')}: {row.get_kind_display()}"
    risk = f"{row.author.display_name} · {row.get_risk_level_display()}"
    url = reverse("cases:assessments", args=[row.case_id]) + f"?day={row.pk}"
    return Event(what, risk, url=url, act=_("Open"))


def _closed(row: Any) -> Event:
    return Event(row.get_to_display(), row.get_reason_display(), row.summary)


def _order(row: Any) -> Event:
    title = _("Access opened again by order") if row.lifts else _("Access stopped by order")
    return Event(title, row.sentence)


def _age(row: Any) -> Event:
    change = f"{row.get_old_status_display()} → {row.get_new_status_display()}: {row.reason}"
    return Event(_("Age corrected"), change)


def _opening(row: Any) -> Event:
    who = str(codelists.label("referral_source", row.referral_source)) if row.referral_source else ""
    return Event(_("Case opened"), who, system=True)
