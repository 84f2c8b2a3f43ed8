"""Papers that the centre writes about a case: numbered, filed among its documents, handed to the person.

The letterhead is neutral unless asked otherwise, and no paper names the case or says what happened.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, codelists, papers
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from cases import documents, notes, providers
from cases.models import Case, Document, Provider

SPOKEN = {"aze": "az", "rus": "ru", "eng": "en"}


@dataclass(frozen=True)
class Paper:
    """What a paper says: `kind` is of the list case_paper.

    A request to a clinic names its `provider`, and `why` where the person has not agreed; a cover letter
    says `to` whom it is; a certificate, when somebody was here.
    """

    kind: str
    language: str
    text: str = ""
    to: str = ""
    on: date | None = None
    starts: str = ""
    ends: str = ""
    neutral: bool = True
    provider: Provider | None = None
    why: str = ""


def language_of(case: Case, reader: str) -> str:
    """The language of a paper for the person: one of theirs, else the reader's."""
    return next((SPOKEN[code] for code in case.victim.languages if code in SPOKEN), reader)


@act
def write(case: Case, said: Paper, *, by: Staff) -> Document:
    """Number the paper, make the PDF and file it; a clinic is asked with consent or a reason."""
    require(by, Verb.ADD_NOTE)
    alone = _asked_alone(case, said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT paper_number()")
        (number,) = cursor.fetchone()
    content = papers.pdf("case_paper", _data(case, said, number, by), said.language)
    title = codelists.label_in("case_paper", said.kind, said.language)
    made = documents.keep(case, documents.Upload("letter", content, title, number=number), by=by)
    audit.record("paper.write", by=by, case=case.pk, ids=[made.pk], kind=said.kind)
    if alone:
        words = _("%(paper)s to %(provider)s without consent: %(why)s")
        named = {"paper": number, "provider": alone.name, "why": said.why}
        notes.add(case, notes.Written("note", words % named), by=by)
    return made


def _asked_alone(case: Case, said: Paper) -> Provider | None:
    """The provider that is asked without consent, for a reason; None where consent is there or not needed.

    Raises ValidationError where there is neither.
    """
    if said.kind != "clinic":
        return None
    if said.provider is None:
        raise ValidationError({"provider": _("Choose.")})
    consent = providers.check(case, said.provider, "medical", baku_today(), said.why)
    return said.provider if consent is None and said.provider.outside else None


def _data(case: Case, said: Paper, number: str, by: Staff) -> dict[str, Any]:
    with override(said.language):
        names = settings.CENTRE_NEUTRAL_NAMES if said.neutral else settings.CENTRE_NAMES
        title = codelists.label_in("case_paper", said.kind, said.language)
        return {
            "title": title,
            "foot": f"{title} · {number}",
            "centre": {"name": names[said.language], "phone": settings.CENTRE_PHONE},
            "to": said.provider.name if said.provider else said.to,
            "head": [(_("Number"), number), (_("Date"), dmy(baku_today())), *_person(case)],
            "text": [*_opening(said), *said.text.splitlines()],
            "contact": codelists.text(
                "paper_text", "questions", name=by.display_name, phone=settings.CENTRE_PHONE
            ),
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
    if said.starts and said.ends:
        return [codelists.text("paper_text", "attendance_hours", **when)]
    return [codelists.text("paper_text", "attendance", **when)]
