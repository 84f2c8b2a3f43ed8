"""Taking a list of cases, or figures, out: a spreadsheet in an encrypted zip, fetched once, within an hour.

The passphrase is made here, shown once, and kept nowhere. More cases than `EXPORT_ALONE` in a day need
somebody else, who learns how many and by which choice, and reads none of them.
"""

import io
import secrets
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pyzipper
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext as _

from aidcenter import audit, crypto, registry, sealedtext, spreadsheet
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Verb
from cases.actions import one_window_at_a_time
from cases.listing import Asked, ListForm
from cases.models import Case, Export, ExportFile

MOST = 5000  # rows
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
GROUPS, GROUP = 6, 4  # 24 letters are 118 bits
DAY = timedelta(days=1)
CASES = "cases"


class Sheet(NamedTuple):
    """What a file will say: the name of its sheet, which choice it is in words, the head and the rows."""

    name: str
    words: list[str]
    head: list[str]
    rows: list[list[spreadsheet.Cell]]


def of(person: Staff) -> QuerySet[Export]:
    """What `person` has asked to take out, and may still fetch."""
    return Export.objects.filter(person=person, until__gt=Now())


def to_decide(person: Staff) -> QuerySet[Export]:
    """What others have asked for and `person` may decide."""
    rows = Export.objects.filter(by_two=True, decided_at__isnull=True, until__gt=Now())
    return rows.exclude(person=person).select_related("person")


def asked_of(export: Export) -> Asked:
    """Which list it is."""
    return ListForm.asked(QueryDict(export.query))


def words_of(export: Export) -> list[str]:
    """Which choice it is, as a person says it."""
    return asked_of(export).words if export.what == CASES else figures(export, export.person).words


def figures(export: Export, person: Staff) -> Sheet:
    """The figures that are taken out, as `person` may see them."""
    found = registry.ask("sheets", export.what, QueryDict(export.query), person)
    return next(sheet for sheet in found if sheet)


def weigh(asked: Asked, person: Staff) -> tuple[int, bool]:
    """How many cases the list has, and whether somebody else decides on it first."""
    ids = set(asked.rows(person, baku_today()).values_list("pk", flat=True)[: MOST + 1])
    return len(ids), len(ids | _taken_today(person)) > settings.EXPORT_ALONE


@act
def ask(asked: Asked, *, with_names: bool, by: Staff) -> Export:
    """Ask to take the list out; `by_two` of the answer says whether somebody else decides first."""
    require(by, Verb.EXPORT_CASES)
    one_window_at_a_time(by)
    drop_over()
    rows, by_two = weigh(asked, by)
    if not rows:
        raise ValidationError(_("No case fits this choice."))
    if rows > MOST:
        raise ValidationError(_("These are more than %(most)s cases: choose fewer of them.") % {"most": MOST})
    made = Export.objects.create(
        person=by, query=asked.query, with_names=with_names, rows=rows, by_two=by_two
    )
    audit.record("export.ask", by=by, ids=[made.pk], rows=made.rows, names=with_names, by_two=made.by_two)
    return made


@act
def take(asked: Asked, *, with_names: bool, by: Staff) -> tuple[Export, str]:
    """Ask for the list and, when nobody else decides, make its file; with the passphrase, or ""."""
    export = ask(asked, with_names=with_names, by=by)
    return export, "" if export.by_two else make(export, by=by)


@act
def take_figures(what: str, query: QueryDict, *, by: Staff) -> tuple[Export, str]:
    """Take figures out: they name nobody, so no second person is asked; with the passphrase."""
    require(by, Verb.EXPORT_FIGURES)
    drop_over()
    export = Export(person=by, what=what, query=query.urlencode(), with_names=False, by_two=False)
    export.rows = len(figures(export, by).rows)
    if not export.rows:
        raise ValidationError(_("There is nothing to take out."))
    export.save(force_insert=True)
    audit.record("export.ask", by=by, ids=[export.pk], rows=export.rows, what=what)
    return export, make(export, by=by)


def _taken_today(person: Staff) -> set[uuid.UUID]:
    """The cases that `person` has taken out within a day: many short lists are a long one."""
    events = AuditEvent.objects.filter(actor_id=person.pk, action="case.export", at__gt=Now() - DAY)
    return set().union(*events.values_list("ids", flat=True))


@act
def decide(export: Export, *, approved: bool, by: Staff) -> None:
    """Let a long list be taken out, or not; somebody else than who asked says so, once."""
    require(by, Verb.APPROVE_EXPORT)
    rows = to_decide(by).filter(pk=export.pk)
    if not rows.update(approved=approved, decided_by=by, decided_at=Now()):
        raise ValidationError(_("This is decided already, or it is for somebody else to decide."))
    audit.record("export.decide", by=by, ids=[export.pk], approved=approved, person=export.person_id)


@act
def make(export: Export, *, by: Staff) -> str:
    """Make the file of an export, once; returns the passphrase."""
    require(by, Verb.EXPORT_FIGURES)
    if not of(by).filter(pk=export.pk, made_at__isnull=True).update(made_at=Now()):
        raise ValidationError(_("The file was made already. Ask for a new one."))
    sheet = _cases(export, by) if export.what == CASES else figures(export, by)
    passphrase = new_passphrase()
    content = _zipped(spreadsheet.made(sheet.name, sheet.head, sheet.rows), passphrase)
    ExportFile.objects.create(export=export, content=sealedtext.seal_bytes(content, _about(export)))
    return passphrase


def _cases(export: Export, by: Staff) -> Sheet:
    """The list of cases as it is now, on record as taken out."""
    require(by, Verb.EXPORT_CASES)
    asked = asked_of(export)
    cases = list(asked.rows(by, baku_today()).select_related("victim", "owner")[: export.rows + 1])
    if len(cases) > export.rows:
        raise ValidationError(_("The list has grown since you asked. Ask again."))
    if export.with_names:
        crypto.load_keys([case.victim for case in cases])
    ids = [case.pk for case in cases]
    audit.record("case.export", by=by, ids=ids, rows=len(ids), names=export.with_names, export=str(export.pk))
    return Sheet(_("Cases"), asked.words, _head(export.with_names), list(_rows(cases, export.with_names)))


def new_passphrase() -> str:
    """Random words of letters that are not mistaken for one another."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(GROUP)) for _g in range(GROUPS))


def _head(with_names: bool) -> list[str]:
    names = [_("Given name"), _("Family name")] if with_names else []
    return [
        *(_("Number"), *names, _("Child or adult"), _("Status"), _("State"), _("Risk")),
        *(_("Opened on"), _("Next step due"), _("Last contact"), _("Caseworker")),
    ]


def _rows(cases: list[Case], with_names: bool) -> Iterator[list[spreadsheet.Cell]]:
    for case in cases:
        names = [case.victim.given_name, case.victim.family_name] if with_names else []
        yield [
            *(case.number, *names, case.get_child_status_display(), case.get_victim_status_display()),  # type: ignore[attr-defined] # of CodeField
            *(case.get_state_display(), case.get_risk_level_display()),  # type: ignore[attr-defined] # the same
            *(case.opened_on, case.next_due, case.active_on, case.owner.display_name),
        ]


def _zipped(content: bytes, passphrase: str) -> bytes:
    """One file under a name and a day that say nothing, AES-256."""
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as file:
        file.setpassword(passphrase.encode())
        file.writestr(file.zipinfo_cls("list.xlsx"), content)
    return out.getvalue()


def file_of(export: Export, person: Staff) -> QuerySet[ExportFile]:
    """The file of what `person` has asked for, while it is there."""
    return ExportFile.objects.filter(export=export, export__in=of(person))


@act
def fetch(export: Export, *, by: Staff) -> bytes | None:
    """The file, for the first and only time; None when it is gone."""
    require(by, Verb.EXPORT_FIGURES)
    file = file_of(export, by).first()
    # Of two who fetch at once the second waits here, and deletes nothing.
    if file is None or not ExportFile.objects.filter(pk=file.pk).delete()[0]:
        return None
    audit.record("export.fetch", by=by, ids=[export.pk])
    return sealedtext.unseal_bytes(bytes(file.content), _about(export))


def drop_over() -> int:
    """Delete what nobody may fetch any more; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exports_drop()")
        return int(cursor.fetchone()[0])


def _about(export: Export) -> str:
    return f"export|{export.pk}"
