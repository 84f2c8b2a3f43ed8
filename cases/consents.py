"""Consent: who agrees at which age, whether it holds for an act, and what stops when it is withdrawn."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import folding
from aidcenter.access import Source
from aidcenter.clock import baku_today
from aidcenter.prepared import Prepared
from cases.models import Case, CaseUserGrant, Consent, Disclosure, Guardianship

NAMED = ("share_provider", "share_police")  # these hold for whom they name
WRITTEN = "informed_consent_written"
BOTH = "person_guardian"
GUARDIANS = ("guardian", "representative", BOTH)


class Rule(NamedTuple):
    """Below an age (in years): whose consent is enough, whether in writing, and how that is said."""

    below: int
    givers: tuple[str, ...]
    said: Any
    written: bool = False


# Caring for Child Survivors (IRC, UNICEF 2012). What the list does not allow needs a reason.
RULES = (
    Rule(6, GUARDIANS, gettext_lazy("Below 6 years a parent or guardian agrees.")),
    Rule(12, (BOTH,), gettext_lazy(
        "From 6 to 11 years the child agrees in its own words, and a parent or guardian agrees."
    )),
    Rule(15, (BOTH,), gettext_lazy(
        "From 12 to 14 years the child agrees in writing, and a parent or guardian agrees."
    ), written=True),
    Rule(18, ("person", BOTH), gettext_lazy(
        "From 15 to 17 years the child agrees; a parent or guardian too, if the child wants it."
    )),
)  # fmt: skip
GROWN = Rule(0, ("person", *GUARDIANS), gettext_lazy("An adult agrees, or whom the law names for them."))


def rule_of(case: Case, day: date) -> Rule:
    """Who has to agree for the person of `case`, as old as they are on that day."""
    years = case.victim.age.years(day)
    return next((rule for rule in RULES if years is not None and years < rule.below), GROWN)


def check(record: Consent) -> dict[str, str]:
    """What is wrong with a consent, by field. One that ends is never held back."""
    if record.withdrawn_on:
        return {}
    found = {} if record.why_alone else _who_agrees(record)
    if record.ends_on and record.ends_on < record.given_on:
        found["ends_on"] = _("The end lies before the beginning.")
    if len(record.purposes) > 1:
        found["purposes"] = _(
            "One purpose a record, so that each is withdrawn by itself: the sheet makes them."
        )
    if set(record.purposes) & set(NAMED) and not record.recipient:
        found["recipient"] = _("Say with whom it may be shared.")
    return found


def _who_agrees(record: Consent) -> dict[str, str]:
    """What the age of the person asks for and the consent does not have."""
    found, rule = {}, rule_of(record.case, record.given_on)
    if record.giver not in rule.givers:
        found["why_alone"] = f"{rule.said} " + _("Say why it was otherwise.")
    elif rule.written and record.form != WRITTEN:
        found["form"] = str(rule.said)
    if record.giver in GUARDIANS and (trouble := guardian_trouble(record.case, record.given_on)):
        found["giver"] = trouble
    return found


def guardian_trouble(case: Case, day: date) -> str:
    """Why no guardian that we know of can agree on that day; "" where one can, or none is known."""
    rows = list(Guardianship.objects.filter(case=case, struck_at__isnull=True))
    in_force = [row for row in rows if row.holds(day)]
    if not rows or any(not row.conflict for row in in_force):
        return ""
    if not in_force:
        return _(
            "The guardianship that we know of has ended: record who stands for the child now, or say why."
        )
    return _(
        "Every guardian we know of has a conflict of interest: ask an adult whom the child trusts,"
        " or say why."
    )


_KEPT = Prepared(
    lambda case: Consent.objects.filter(case_id=case, struck_at__isnull=True), mark="has_consent"
)


def kept(case: Case) -> list[Consent]:
    """Every consent of `case` that is not struck out, the newest first."""
    rows = _KEPT.of(case)
    for row in rows:
        row.case = case
    return rows


def consent_holds(case: Case, purpose: str, recipient: str = "") -> bool:
    """Whether the person agrees to `purpose` today; to share with `recipient`, when one is named."""
    return relied_on(case, purpose, recipient) is not None


def relied_on(case: Case, purpose: str, recipient: str = "") -> Consent | None:
    """The consent that makes it so."""
    today = baku_today()
    rows = (row for row in kept(case) if purpose in row.purposes and row.holds(today))
    fitting = (row for row in rows if not recipient or purpose not in NAMED or _names(row, recipient))
    return next(fitting, None)


def _names(row: Consent, recipient: str) -> bool:
    """Whether the consent names `recipient`, in any spelling."""
    said = row.recipient or ""
    return _spelt(recipient) in {_spelt(name) for name in (said, *said.replace("\n", ";").split(";"))}


def _spelt(name: str) -> str:
    return " ".join(folding.canonical(token) for token in folding.name_tokens(name))


def withdrawn(case: Case, purpose: str) -> bool:
    """Whether the person agreed to `purpose` once, and has taken it back."""
    today = baku_today()
    rows = [row for row in kept(case) if purpose in row.purposes]
    return any(row.withdrawn_on for row in rows) and not any(row.holds(today) for row in rows)


def losing(case: Case) -> list[CaseUserGrant]:
    """Whose access to `case` rests on the consent to be helped: it ends in the database, with the consent."""
    others = Q(source=Source.SHARE) & ~Q(user__team=case.team_id)
    rows = CaseUserGrant.objects.filter(
        Q(source__in=(Source.CARE_TEAM, Source.SESSION)) | others,
        content_object=case,
        permission__codename="view_case",
    )
    rows = rows.exclude(expires_at__lte=Now()).select_related("user")
    return list(rows.order_by("user__display_name", "user").distinct("user__display_name", "user"))


def waiting(case: Case) -> int:
    """Requests of others that rest on consent and are not answered."""
    rows = Disclosure.objects.filter(
        case=case, basis="consent", given_on__isnull=True, struck_at__isnull=True
    )
    return rows.count()


EFFECTS = {
    "services": gettext_lazy(
        "The care team and colleagues of other teams lose the case at once. The caseworker, the deputy and"
        " the supervisors keep it: to help and to keep the record is the centre's duty by law."
    ),
    "data_processing": gettext_lazy(
        "The record stays, because the law obliges the centre to keep it. Decide with your supervisor what"
        " can do without it."
    ),
    "share_provider": gettext_lazy(
        "Nothing more is given to them on this ground, and what they were still to give is cancelled. What"
        " they have stays with them: tell them in writing."
    ),
    "share_police": gettext_lazy(
        "Nothing more is given to them on this ground. What a court orders or the law demands is given still."
    ),
    "statistics": gettext_lazy("The figures name nobody, and stay. Use the story as an example no more."),
    "contact": gettext_lazy(
        "Do not call or write any more. Contacts that are planned stay in the record: strike them out."
    ),
    "photo": gettext_lazy(
        "No new photograph is kept. Those that are here stay under Documents for who reads the case."
    ),
}
