"""The kinds of records kept in a case: one declaration each, for the pages, the rules and the duties."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter.clock import baku_today
from cases import consents, models
from cases.childhood import ADULT_AGE
from cases.models import Kept

MUCH = 5000  # characters of a long text
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
Errors = dict[str, str]


def _nothing(_record: Any) -> Errors:
    return {}


def _never(_record: Any) -> None:
    return None


def _nobody(_record: Any) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """`due` says when a record asks for something (with how long before one is reminded), `asks` for what.

    `check` gives what is wrong with a record, by field; `once` allows one for a case. `child` says whether a
    record tells of a child who may have to be registered as a person.
    """

    slug: str
    model: type[Kept]
    fields: tuple[str, ...]
    long: tuple[str, ...] = ()
    hints: dict[str, Any] = field(default_factory=dict)
    once: bool = False
    check: Callable[[Any], Errors] = _nothing
    due: Callable[[Any], tuple[date, timedelta] | None] = _never
    asks: Any = ""
    child: Callable[[Any], bool] = _nobody
    page: str = ""  # where a new one is written, when it has a page of its own
    rows: dict[str, Callable[[Any], Any]] = field(default_factory=dict)  # field: what a record may point to

    @property
    def title(self) -> str:
        """What the record is called."""
        return str(self.model._meta.verbose_name)

    @property
    def tells_of_children(self) -> bool:
        """Whether such a record may tell of a child."""
        return self.child is not _nobody

    def field(self, name: str) -> Any:
        """A field of the record."""
        return self.model._meta.get_field(name)


def _past(record: Any, *names: str) -> Errors:
    """Days that cannot have come yet."""
    today, said = baku_today(), _("This day has not come yet.")
    return {name: said for name in names if (getattr(record, name) or today) > today}


def _check_profile(record: models.ExploitationProfile) -> Errors:
    found = _past(record, "began_on", "ended_on")
    born = record.victim.birth_date
    if born and record.began_on and record.began_on < born:
        found["began_on"] = _("The person was not born yet.")
    return found


def _check_consent(record: models.Consent) -> Errors:
    return consents.check(record) | _past(record, "given_on", "withdrawn_on")


def _check_disclosure(record: models.Disclosure) -> Errors:
    found = _past(record, "asked_on", "given_on")
    if not record.given_on:
        return found
    if not record.given:
        found["given"] = _("Say what was given.")
    if not record.approved_by_id:
        found["approved_by"] = _("Nothing is given before somebody has approved it.")
    if record.basis == "consent" and not record.without_consent:
        if not record.asked_by:
            found["asked_by"] = _("Consent holds for whom it names: say who asked.")
        elif not any(consents.consent_holds(record.case, each, record.asked_by) for each in consents.NAMED):
            found["without_consent"] = _(
                "No consent to share with them is in force: say why it was given all the same."
            )
    return found


def _dependent_child(record: models.ConnectedPerson) -> bool:
    year = record.birth_year
    young = year >= baku_today().year - ADULT_AGE if year else record.relation == "child"
    return record.dependant and young


def _due_hearing(record: models.Proceeding) -> tuple[date, timedelta] | None:
    if record.ended_on or not record.next_hearing:
        return None
    return timezone.localdate(record.next_hearing), WEEK


def _due_paper(record: models.IdentityPaper) -> tuple[date, timedelta] | None:
    return (record.ends_on, MONTH) if record.ends_on and not record.replaced else None


def _due_back(record: models.Belonging) -> tuple[date, timedelta] | None:
    return (record.asked_back_on, WEEK) if record.asked_back_on and not record.returned_on else None


def _due_consent(record: models.Consent) -> tuple[date, timedelta] | None:
    return (record.ends_on, 2 * WEEK) if record.ends_on and not record.withdrawn_on else None


def _due_reflection(record: models.ReflectionPeriod) -> tuple[date, timedelta] | None:
    return None if record.ended_on else (record.last_day, WEEK)


def _due_follow_up(record: models.FollowUp) -> tuple[date, timedelta] | None:
    return None if record.done_on else (record.planned_on, WEEK)


def _due_guardian(record: models.Guardianship) -> tuple[date, timedelta] | None:
    return (record.ends_on, MONTH) if record.ends_on else None


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "consent", models.Consent,
            ("purposes", "recipient", "giver", "why_alone", "form", "language", "interpreter", "leaflet",
             "given_on", "ends_on", "withdrawn_on"),
            page="cases:consent",
            hints={"recipient": gettext_lazy("A semicolon between names; without one it shares with nobody."),
                   "withdrawn_on": gettext_lazy("From then on nothing more is shared."),
                   "why_alone": gettext_lazy("When somebody else agreed than the age asks for, or nobody.")},
            check=_check_consent, due=_due_consent, asks=gettext_lazy("A consent ends"),
        ),
        Kind(
            "reflection", models.ReflectionPeriod, ("begins_on", "days", "outcome", "ended_on"),
            long=("outcome",), check=lambda record: _past(record, "ended_on"),
            due=_due_reflection, asks=gettext_lazy("The reflection period ends"),
        ),
        Kind(
            "exploitation", models.ExploitationProfile,
            ("acts", "means", "types", "sex_types", "industry", "countries", "began_on", "ended_on",
             "recruited_by", "recruiter", "platforms", "controls", "story"),
            long=("story",), once=True, check=_check_profile,
            hints={"means": gettext_lazy("For a child no means is needed."),
                   "story": gettext_lazy("Ask only what helps: nobody should tell it twice.")},
        ),
        Kind(
            "route", models.RouteEvent, ("kind", "happened_on", "country", "place", "description"),
            long=("description",), check=lambda record: _past(record, "happened_on"),
        ),
        Kind(
            "people", models.ConnectedPerson,
            ("name", "relation", "roles", "dangerous", "dependant", "birth_year", "contact", "about"),
            long=("about",), child=_dependent_child,
            hints={"dangerous": gettext_lazy("Their contact is left out of every letter."),
                   "dependant": gettext_lazy("A child who may be a victim too is registered as a person.")},
        ),
        Kind(
            "guardian", models.Guardianship,
            ("kind", "name", "contact", "body", "document_number", "decided_on", "ends_on", "conflict",
             "about"),
            long=("about",), check=lambda record: _past(record, "decided_on"),
            due=_due_guardian, asks=gettext_lazy("A guardianship ends"),
        ),
        Kind(
            "proceeding", models.Proceeding,
            ("kind", "role", "body", "number", "lawyer", "next_hearing", "hearing_place", "measures",
             "claimed", "awarded", "paid", "outcome", "ended_on"),
            long=("measures", "outcome"), due=_due_hearing, asks=gettext_lazy("Hearing"),
        ),
        Kind(
            "paper", models.IdentityPaper, ("kind", "number", "country", "ends_on", "where", "replaced"),
            due=_due_paper, asks=gettext_lazy("A paper expires"),
        ),
        Kind(
            "belonging", models.Belonging, ("what", "receipt", "received_on", "asked_back_on", "returned_on"),
            check=lambda record: _past(record, "received_on", "returned_on"),
            due=_due_back, asks=gettext_lazy("Something is asked back"),
        ),
        Kind(
            "disclosure", models.Disclosure,
            ("asked_on", "asked_by", "basis", "document_number", "approved_by", "given", "given_on",
             "without_consent"),
            long=("given",), check=_check_disclosure,
        ),
        Kind(
            "follow-up", models.FollowUp, ("planned_on", "done_on", "reached", "about"),
            long=("about",), check=lambda record: _past(record, "done_on"),
            due=_due_follow_up, asks=gettext_lazy("Contact after closing"),
        ),
    )
}  # fmt: skip


def keep(kind: Kind) -> None:
    """Let an app above keep a kind of its own in the record; called in its `AppConfig.ready`."""
    KINDS[kind.slug] = kind
