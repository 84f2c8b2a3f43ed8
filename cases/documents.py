"""Keeping documents: each file is made harmless first, then stored in encrypted parts."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit, cleanfile
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import one_at_a_time
from cases.consents import consent_holds
from cases.models import Case, Document, DocumentPart
from cases.notes import sections_of

PART = 1 << 20  # bytes
PREVIEW = 0  # the number of the part that shows the first page


@dataclass(frozen=True)
class Upload:
    """What somebody hands in; `section` is "" for the case itself, `number` that of a paper of the centre."""

    kind: str
    content: bytes
    title: str = ""
    section: str = ""
    number: str = ""


@act
def add(case: Case, upload: Upload, *, by: Staff, replaces: Document | None = None) -> Document:
    """Keep a document, or a new version of one; refused is what cannot be made harmless."""
    require(by, Verb.ADD_NOTE)
    if upload.section and upload.section not in sections_of(case, by):
        raise ValidationError({"section": _("You do not read this section.")})
    if upload.kind == "photo" and not consent_holds(case, "photo"):
        raise ValidationError(
            {"kind": _("The person has not agreed to a photograph: record the consent first.")}
        )
    if replaces:
        one_at_a_time_document(case, replaces)
    return keep(case, upload, by=by, replaces=replaces)


@act
def keep(case: Case, upload: Upload, *, by: Staff, replaces: Document | None = None) -> Document:
    """The same for who has asked already whether `by` may; the database asks again."""
    clean = _clean(upload.content)
    made = Document.objects.create(
        case=case, victim=case.victim, section=upload.section, kind=upload.kind, title=upload.title,
        number=upload.number, type=clean.type, size=len(clean.content),
        sha256=hashlib.sha256(clean.content).hexdigest(),
        replaces=replaces, author=by,
    )  # fmt: skip
    pieces = [clean.preview, *(clean.content[at : at + PART] for at in range(0, len(clean.content), PART))]
    for number, piece in enumerate(pieces):
        DocumentPart.objects.create(document=made, victim=case.victim, number=number, content=piece)
    audit.record("document.add", by=by, case=case.pk, ids=[made.pk], kind=made.kind, section=made.section)
    return made


def one_at_a_time_document(case: Case, replaces: Document) -> None:
    """A version is replaced once, in its own section."""
    one_at_a_time(case)
    if Document.objects.filter(replaces=replaces).exists():
        raise ValidationError({"file": _("Somebody has added a newer version of this meanwhile.")})


def _clean(content: bytes) -> cleanfile.Clean:
    if len(content) > settings.UPLOAD_BYTES:
        raise ValidationError({"file": too_large()})
    try:
        return cleanfile.clean(content)
    except cleanfile.Refused as refusal:
        raise ValidationError({"file": str(cleanfile.REFUSALS[refusal.why])}) from None


def too_large() -> str:
    """What is said of a file over the limit."""
    return _("The file is larger than %(most)s MB.") % {"most": settings.UPLOAD_BYTES >> 20}


def of_case(case: Case, person: Staff) -> QuerySet[Document]:
    """The documents of `case` that `person` reads, the newest first."""
    return Document.objects.visible_to(person).filter(case=case).select_related("author")


def content_of(document: Document, *, by: Staff, preview: bool = False) -> bytes:
    """The bytes of a document, or of the picture of its first page; the look is on record."""
    numbers: dict[str, Any] = {"number": PREVIEW} if preview else {"number__gt": PREVIEW}
    parts = list(document.parts.filter(**numbers))
    for part in parts:
        part.victim = document.victim  # whose keys are there already
    audit.record("document.open", by=by, case=document.case_id, ids=[document.pk], preview=preview)
    return b"".join(part.content for part in parts)
