"""Notes, and the drafts of whatever is being typed into a form of a case."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.reach import SECTIONS
from aidcenter.roles import Verb
from cases.models import Case, CaseAccess, Draft, Note


def sections_of(case: Case, person: Staff) -> list[str]:
    """The sections of `case` that `person` reads now."""
    access = CaseAccess.objects.filter(user=person, case=case).first()
    now = timezone.now()
    return [section for section in SECTIONS if (getattr(access, f"{section}_until", None) or now) > now]


@dataclass(frozen=True)
class Written:
    """What a note says; `section` is "" for the case itself, `line` is for the caseworker to read."""

    kind: str
    text: str
    section: str = ""
    line: str = ""


@act
def add(case: Case, said: Written, *, by: Staff, corrects: Note | None = None) -> Note:
    """Write a note into the case or a section that `by` reads."""
    require(by, Verb.ADD_NOTE)
    if said.section and said.section not in sections_of(case, by):
        raise ValidationError({"section": _("You do not read this section.")})
    if said.line and not said.section:
        raise ValidationError({"line": _("The caseworker reads the whole note: put the line into it.")})
    if corrects and (corrects.case_id, corrects.section) != (case.pk, said.section):
        raise ValidationError({"section": _("A correction stays in the section of what it corrects.")})
    about = {"case": case, "victim": case.victim, "author": by, "kind": said.kind}
    made = Note.objects.create(**about, section=said.section, text=said.text, corrects=corrects)
    if said.line:
        Note.objects.create(**about, text=said.line, line_of=made)
    audit.record("note.add", by=by, case=case.pk, ids=[made.pk], section=said.section)
    return made


def called(case: Case, *, reached: bool, words: str, by: Staff) -> Note:
    """Write down a call to the person, in the language of the writer."""
    said = (
        _("The person was reached by telephone.")
        if reached
        else _("The person was not reached by telephone.")
    )
    return add(case, Written("call", f"{said}\n{words}".strip()), by=by)


@act
def save_draft(case: Case, form: str, said: dict[str, Any], *, by: Staff) -> None:
    """Keep what `by` has typed so far, encrypted like the case."""
    require(by, Verb.ADD_NOTE)
    draft = Draft.objects.filter(case=case, person=by, form=form).first()
    draft = draft or Draft(case=case, victim=case.victim, person=by, form=form)
    draft.said, draft.saved_at = said, Now()
    draft.save()
    audit.record("draft.save", by=by, case=case.pk, form=form)


def draft(case: Case, form: str, *, by: Staff) -> dict[str, Any]:
    """What was typed and not sent; {} when nothing was."""
    found = Draft.objects.filter(case=case, person=by, form=form).select_related("victim").first()
    return (found.said or {}) if found else {}


def drop_draft(case: Case, form: str, *, by: Staff) -> None:
    """It was sent."""
    Draft.objects.filter(case=case, person=by, form=form).delete()
