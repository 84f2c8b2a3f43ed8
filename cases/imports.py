"""Bringing in old cases: look through a spreadsheet, register everybody in it or nobody, undo it whole.

Each person is registered by the same action as anybody, so that a child owes what every child owes.
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit, blindindex, progress, registry, sealedtext
from aidcenter.access import require
from aidcenter.acts import LOOKS
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Role, Verb
from cases import sharing, sheet
from cases.actions import register_victim
from cases.childhood import CHILD, PRESUMED_CHILD
from cases.import_forms import ImportRow
from cases.marks import digits_of, marks_of
from cases.models import Case, CaseImport, Victim
from cases.sheet import Line

STEP = 10  # people between two words about the progress


class Problem(NamedTuple):
    """What is wrong in one cell: the row of the sheet, the column by name, a sentence."""

    row: int
    column: str
    text: str


class Edit(NamedTuple):
    """The first change of an imported case, after which the import stays."""

    number: str
    person: str
    at: datetime


def of_team(person: Staff) -> QuerySet[CaseImport]:
    """The imports of the person's team, the newest first."""
    return CaseImport.objects.filter(team=person.team).select_related("author", "undone_by")


def forms_of(lines: list[Line], by: Staff) -> list[tuple[Line, ImportRow]]:
    """Each line as the form of a registration."""
    mine = Q(pk=by.pk) | Q(role=Role.CASEWORKER, is_active=True, team_id=by.team_id)
    people = {person.username: person for person in Staff.objects.filter(mine)}
    return [(line, ImportRow(sheet.posted(line), people=people, by=by)) for line in lines]


@act
def check(content: bytes, *, by: Staff) -> tuple[CaseImport | None, list[Problem]]:
    """Look through a spreadsheet, and keep its rows for a day when nothing is wrong; registers nobody."""
    require(by, Verb.IMPORT_CASES)
    if by.team is None:
        raise ValidationError(_("You belong to no team; ask the administrator to add you to one."))
    lines = sheet.lines(content)
    forms = forms_of(lines, by)
    problems = [problem for line, form in forms for problem in _problems(line, form)]
    made = None if problems else _keep(lines, [form for _line, form in forms], by)
    audit.record(
        "import.check", by=by, ids=[made.pk] if made else [],
        people=len(lines), wrong=len(problems), known=made.known if made else 0,
    )  # fmt: skip
    return made, problems


def _problems(line: Line, form: ImportRow) -> list[Problem]:
    return [
        Problem(line.number, sheet.label(name) if name in form.fields else "", str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]


def _keep(lines: list[Line], forms: list[ImportRow], by: Staff) -> CaseImport:
    said = json.dumps([[line.number, line.said] for line in lines], ensure_ascii=False)
    statuses = [form.status for form in forms]
    made = CaseImport(
        author=by,
        team=by.team,
        mark=_mark(lines),
        people=len(lines),
        children=statuses.count(CHILD),
        presumed=statuses.count(PRESUMED_CHILD),
        known=_count_known(forms),
    )
    made.rows = sealedtext.seal(said, _about(made))
    made.save(force_insert=True)
    return made


def _about(batch: CaseImport) -> str:
    return f"import|{batch.pk}"


def _mark(lines: list[Line]) -> str:
    """A keyed hash of what the lines say: the same sheet has the same, and it tells nothing of it."""
    said = json.dumps([line.said for line in lines], sort_keys=True).encode()
    return hmac.digest(blindindex.key(), b"import|" + said, hashlib.sha256).hex()


def _count_known(forms: list[ImportRow]) -> int:
    """How many may be known already; who, nobody learns here."""
    people = []
    for form in forms:
        victim = Victim(**form.registration().victim)
        phone = digits_of(victim.phone or "")
        mark = blindindex.marks("phone", [phone])[0] if phone else None
        people.append({"marks": marks_of(victim), "year": victim.birth_year, "phone": mark})
    return int(_ask("SELECT count_known(%s)", json.dumps(people)))


def _ask(sql: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def done_before(batch: CaseImport) -> CaseImport | None:
    """An import of the very same rows that was done, and not undone."""
    return CaseImport.objects.filter(team_id=batch.team_id, mark=batch.mark, state="done").first()


@act
def run(batch: CaseImport, *, again: bool, by: Staff) -> int:
    """Register everybody of an import that was looked through; returns how many may be known already."""
    require(by, Verb.IMPORT_CASES)
    if batch.state == "checked" and done_before(batch) and not again:
        raise ValidationError(_("These rows were imported before. Say that you want them again."))
    sealed = _ask("SELECT import_take(%s)", batch.pk)
    if not sealed:
        raise ValidationError(_("This import is done, or its rows are no longer there."))
    lines = [Line(number, said) for number, said in json.loads(sealedtext.unseal(sealed, _about(batch)))]
    known = 0
    for done, (line, form) in enumerate(forms_of(lines, by)):
        if done % STEP == 0:
            progress.say(batch.pk, done, len(lines))
        if not form.is_valid():
            raise ValidationError(_no_longer(line))
        known += _register(batch, form, by).may_be_known
    audit.record("import.run", by=by, ids=[batch.pk], people=len(lines))
    return known


def _no_longer(line: Line) -> str:
    return _("Row %(row)s is no longer right: upload it again.") % {"row": line.number}


def _register(batch: CaseImport, form: ImportRow, by: Staff) -> Case:
    day, owner = form.cleaned_data["opened_on"], form.cleaned_data["caseworker"]
    reason = "" if day == baku_today() else _("From old records")
    case = register_victim(form.registration(), opened_on=day, reason=reason, imported_in=batch, by=by)
    if form.letters:
        list(registry.ask("told_on_paper", case, form.letters, by=by))
    if owner != by:
        sharing.assign(case, to=owner, by=by)
    return case


def first_edit(batch: CaseImport) -> Edit | None:
    """Who first changed one of the cases after the import, from the record."""
    numbers = dict(batch.cases.values_list("pk", "number"))
    run = AuditEvent.objects.filter(action="import.run", ids__contains=[batch.pk]).order_by("pk").last()
    if run is None or not numbers:
        return None
    rows = AuditEvent.objects.filter(case_id__in=numbers, pk__gt=run.pk).exclude(action__in=LOOKS)
    event: Any = audit.with_names(rows).order_by("pk").first()
    return Edit(numbers[event.case_id], event.person or "", event.at) if event else None


@act
def undo(batch: CaseImport, *, by: Staff) -> None:
    """Take the whole import back, as long as nobody has changed one of its cases."""
    require(by, Verb.IMPORT_CASES)
    if edit := first_edit(batch):
        raise ValidationError(edited(edit))
    ids = list(batch.cases.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            _ask("SELECT import_undo(%s)", batch.pk)
    except (IntegrityError, InternalError):
        raise ValidationError(_("One of its cases was changed meanwhile: the import stays.")) from None
    audit.record("import.undo", by=by, ids=[batch.pk, *ids])


def edited(edit: Edit) -> str:
    """Why an import can no longer be undone."""
    return _("%(person)s changed case %(number)s: the import can no longer be undone.") % edit._asdict()


@act
def drop(batch: CaseImport, *, by: Staff) -> None:
    """Give an import up, and forget its rows."""
    require(by, Verb.IMPORT_CASES)
    if not _ask("SELECT import_drop(%s)", batch.pk):
        raise ValidationError(_("This import is done, or its rows are no longer there."))
    audit.record("import.drop", by=by, ids=[batch.pk])


def expire() -> int:
    """Forget the rows that nobody imported within a day."""
    return int(_ask("SELECT imports_expire()"))
