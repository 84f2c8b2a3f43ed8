"""The consent sheet: its texts by language, signing it, the signed scan, and taking a consent back."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, codelists
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.editions import MOST
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import consents, documents, records
from cases.actions import one_at_a_time
from cases.kinds import KINDS
from cases.models import Case, Consent, ConsentText

KIND = KINDS["consent"]
ORDER = codelists.codes("consent_scope")


def texts() -> dict[str, ConsentText]:
    """The newest text of each language, in the order of the list of languages."""
    rows = ConsentText.objects.order_by("language", "-pk").distinct("language").select_related("made_by")
    there = {row.language: row for row in rows}
    return {code: there[code] for code in codelists.codes("language") if code in there}


def versions(language: str) -> list[ConsentText]:
    """What the sheet said in that language, the newest first: as many as a page shows, and one more."""
    return list(ConsentText.objects.filter(language=language).select_related("made_by")[: MOST + 1])


@act
def edit_text(language: str, said: dict[str, str], *, replaces: str, by: Staff) -> ConsentText:
    """A new version of the sheet in a language; consents that were given keep theirs.

    `replaces` is the id of the version that `by` has read, "" when there was none.
    """
    require(by, Verb.EDIT_CONSENT_TEXTS)
    now = texts().get(language)
    if replaces != (str(now.pk) if now else ""):
        raise ValidationError(_("Somebody changed this while you were typing. Compare, and save again."))
    if missing := [part for part in ConsentText.PARTS if not said.get(part)]:
        raise ValidationError(dict.fromkeys(missing, _("A sheet is signed whole: every part needs a text.")))
    made = ConsentText.objects.create(language=language, said=said, made_by=by)
    audit.record("consent_text.edit", by=by, number=made.pk, language=language)
    return made


@dataclass(frozen=True)
class Signed:
    """A sheet that was read and agreed to: `agreed` is (purpose, recipient or "") of each tick.

    `how` has giver, why_alone, form, interpreter, leaflet, given_on and ends_on.
    """

    text: ConsentText
    agreed: list[tuple[str, str]]
    how: dict[str, Any]
    scan: bytes = b""


@act
def sign(case: Case, said: Signed, *, by: Staff) -> list[Consent]:
    """Keep one consent for each purpose and recipient, with the text that was read and the signed scan."""
    require(by, Verb.CHANGE_CASE)
    try:
        scan = _scan(case, said.scan, by) if said.scan else None
    except ValidationError as refusal:
        raise ValidationError({"scan": refusal.messages}) from None  # of the sheet, where it is typed
    made = []
    for purpose, recipient in said.agreed:
        record = Consent(
            case=case, victim=case.victim, purposes=[purpose], recipient=recipient, text=said.text,
            language=said.text.language, scan=scan, **said.how,
        )  # fmt: skip
        records.add(KIND, record, by=by)
        made.append(record)
    return made


def _scan(case: Case, content: bytes, by: Staff) -> Any:
    return documents.add(case, documents.Upload("consent", content), by=by)


@act
def attach(record: Consent, content: bytes, *, by: Staff) -> None:
    """Link the signed scan to a consent, and to all that were given with it on the same sheet."""
    require(by, Verb.CHANGE_CASE)
    if record.scan_id:
        raise ValidationError({"file": _("The signed sheet is here already.")})
    scan = _scan(record.case, content, by)
    same = Consent.objects.filter(case=record.case, given_on=record.given_on, text=record.text_id)
    rows = same.filter(giver=record.giver, scan__isnull=True, struck_at__isnull=True)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(scan=scan)
    audit.record("consent.scan", by=by, case=record.case_id, ids=[scan.pk, *ids])


@act
def withdraw(record: Consent, *, on: date, by: Staff) -> None:
    """The person takes it back: every consent to the same, for the same recipient, ends.

    The database ends what rests on it, in the same transaction (cases/consent_triggers.py).
    """
    require(by, Verb.CHANGE_CASE)
    case, today = record.case, baku_today()
    one_at_a_time(case)
    same = [row for row in consents.kept(case) if row.holds(today) and _what(row) == _what(record)]
    if not same:
        raise ValidationError(_("This consent is not in force any more."))
    if not max(row.given_on for row in same) <= on <= today:
        raise ValidationError({"on": _("The day must lie between the consent and today.")})
    lost = consents.losing(case) if "services" in record.purposes else []
    for row in same:
        before = records.said(KIND, row)
        row.withdrawn_on = on
        records.change(KIND, row, before=before, by=by)
    people = ",".join(str(grant.user_id) for grant in lost)
    audit.record("consent.withdraw", by=by, case=case.pk, ids=[row.pk for row in same], people=people)


def _what(row: Consent) -> tuple[list[str], str]:
    return sorted(row.purposes), row.recipient or ""


class Standing(NamedTuple):
    """What is agreed to for one purpose and recipient: its newest consent, and whether it holds."""

    record: Consent
    holds: bool


def standing(case: Case) -> list[Standing]:
    """Each purpose and recipient that was ever agreed to, in the order of the sheet."""
    found: dict[Any, Standing] = {}
    today = baku_today()
    for row in consents.kept(case):
        key, holds = (*row.purposes, row.recipient), row.holds(today)
        if key not in found or (holds and not found[key].holds):
            found[key] = Standing(row, holds)
    return sorted(found.values(), key=lambda one: ORDER.index(one.record.purposes[0]))
