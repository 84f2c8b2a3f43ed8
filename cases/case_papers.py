"""Papers that the centre writes about a case: numbered, filed among its documents, handed to the person.

The letterhead is neutral unless asked otherwise, and no paper names the case or says what happened.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, codelists, papers
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from cases import documents, notes, providers
from cases.actions import require
from cases.models import Case, Document, Provider

KINDS = codelists.codes("case_paper")  # attendance, clinic, cover
SPOKEN = {"aze": "az", "rus": "ru", "eng": "en"}


@dataclass(frozen=True)
class Paper:
    """What a paper of one of `KINDS` says: to whom (`to`), its `text`, and when somebody was here."""

    kind: str
    language: str
    text: str = ""
    to: str = ""
    on: date | None = None
    starts: str = ""
    ends: str = ""
    neutral: bool = True


def language_of(case: Case, reader: str) -> str:
    """The language of a paper for the person: one of theirs, else the reader's."""
    return next((SPOKEN[code] for code in case.victim.languages if code in SPOKEN), reader)


@act
def write(case: Case, said: Paper, *, by: Staff) -> Document:
    """Number the paper, make the PDF and file it."""
    require(by, Verb.ADD_NOTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT paper_number()")
        (number,) = cursor.fetchone()
    content = papers.pdf("case_paper", _data(case, said, number, by), said.language)
    title = codelists.label_in("case_paper", said.kind, said.language)
    made = documents.keep(case, documents.Upload("letter", content, title, number=number), by=by)
    audit.record("paper.write", by=by, case=case.pk, ids=[made.pk], kind=said.kind)
    return made


@act
def ask_clinic(case: Case, provider: Provider, said: Paper, *, why: str, by: Staff) -> Document:
    """The same to a provider of medical help: the person agrees to it, or there is a reason `why`."""
    consent = providers.check(case, provider, "medical", baku_today(), why)
    made = write(case, said, by=by)
    if consent is None and provider.outside:
        said_why = _("%(paper)s to %(provider)s without consent: %(why)s")
        named = {"paper": made.number, "provider": provider.name, "why": why}
        notes.add(case, notes.Written("note", said_why % named), by=by)
    return made


def _data(case: Case, said: Paper, number: str, by: Staff) -> dict[str, Any]:
    with override(said.language):
        names = settings.CENTRE_NEUTRAL_NAMES if said.neutral else settings.CENTRE_NAMES
        title = codelists.label_in("case_paper", said.kind, said.language)
        return {
            "title": title,
            "foot": f"{title} · {number}",
            "centre": {"name": names[said.language], "phone": settings.CENTRE_PHONE},
            "to": said.to,
            "head": [(_("Number"), number), (_("Date"), dmy(baku_today())), *_person(case)],
            "text": [*_opening(said), *said.text.splitlines()],
            "contact": _("Questions: %(name)s, %(phone)s")
            % {"name": by.display_name, "phone": settings.CENTRE_PHONE},
            "signers": [_("Name and signature")],
        }


def _person(case: Case) -> list[tuple[str, str]]:
    victim = case.victim
    born = dmy(victim.birth_date) or str(victim.birth_year or "")
    return [(what, said) for what, said in ((_("Name"), victim.full_name), (_("Born"), born)) if said]


def _opening(said: Paper) -> list[str]:
    """The first sentence of a certificate; the other kinds say all in their text."""
    if said.kind != "attendance":
        return []
    when = {"day": dmy(said.on), "start": said.starts, "end": said.ends}
    words = _("This certifies that the person named above was with us on %(day)s.")
    if said.starts and said.ends:
        words = _(
            "This certifies that the person named above was with us on %(day)s from %(start)s to %(end)s."
        )
    return [words % when]
