"""Whether the persons of two cases are one: compared side by side, decided by a supervisor, never merged."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from aidcenter import audit, folding
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from cases.marks import digits_of
from cases.models import PossibleMatch, Victim

LAST_DIGITS = 4


@dataclass(frozen=True)
class Compared:
    """One fact of both persons."""

    what: str
    ours: str
    theirs: str

    @property
    def same(self) -> bool:
        """Whether they say the same; a name, in any spelling."""
        return bool(self.ours) and _plain(self.ours) == _plain(self.theirs)


def _plain(text: str) -> list[str]:
    return [folding.canonical(word) if word.isalpha() else word for word in folding.name_tokens(text)]


@act
def decide(found: PossibleMatch, *, same: bool, by: Staff) -> None:
    """Say whether it is one person: then the cases are linked. For a week it may be said otherwise."""
    require(by, Verb.ASSIGN_CASE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT decide_match(%s, %s)", [found.pk, same])
        if not cursor.fetchone()[0]:
            raise ValidationError(_("This is decided, or no longer yours to decide."))
    audit.record("case.match", by=by, case=found.other_id, ids=[found.pk, found.case_id], same=same)


def contact(found: PossibleMatch) -> dict[str, str]:
    """Number, caseworker and team of the new case: whom to talk to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, caseworker, team FROM match_contact(%s)", [found.pk])
        number, caseworker, team = cursor.fetchone()
    return {"number": number, "caseworker": caseworker, "team": team}


def side_by_side(found: PossibleMatch, *, by: Staff) -> list[Compared]:
    """What is known of both persons, as far as it takes to compare; [] when that time is over."""
    audit.record("case.compare", by=by, case=found.case_id, ids=[found.pk, found.other_id])
    theirs = next(iter(Victim.objects.raw("SELECT * FROM match_person(%s)", [found.pk])), None)
    if theirs is None:
        return []
    ours = found.other.victim
    names = ("given_name", "family_name", "father_name", "name_to_use")
    rows = [(Victim._meta.get_field(name), getattr(ours, name), getattr(theirs, name)) for name in names]
    return [
        *(Compared(str(field.verbose_name), one or "", two or "") for field, one, two in rows),  # type: ignore[union-attr]
        Compared(_("born"), _born(ours), _born(theirs)),
        Compared(_("sex"), ours.get_sex_display(), theirs.get_sex_display()),  # type: ignore[attr-defined]
        Compared(
            _("citizenship"),
            ours.get_citizenship_display(),  # type: ignore[attr-defined]
            theirs.get_citizenship_display(),  # type: ignore[attr-defined]
        ),
        Compared(_("phone, the last digits"), _ending(ours), _ending(theirs)),
    ]


def _born(victim: Victim) -> str:
    if victim.birth_date:
        return dmy(victim.birth_date)
    if victim.birth_year:
        return str(victim.birth_year)
    return _("about %(age)s") % {"age": victim.estimated_age} if victim.estimated_age is not None else ""


def _ending(victim: Victim) -> str:
    digits = digits_of(victim.phone or "")
    return f"…{digits[-LAST_DIGITS:]}" if digits else ""
