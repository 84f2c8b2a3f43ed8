"""Who stays where: giving a place, coming, and leaving."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Role, Verb
from cases import centre
from cases.actions import broken
from cases.models import Case
from rehabilitation.models import Stay, StayExtension

KNOWN = ("bed", "name_to_use", "visitors", "call_whom")
DECISION = ("decision_body", "decision", "decision_on")
SOON = timedelta(days=7)
LONGEST_AHEAD = timedelta(days=90)  # a bed is not reserved earlier

_STAY = Prepared(
    lambda case: (
        Stay.objects.open()
        .filter(case_id=case)
        .annotate(
            house_name=F("house__name"),
            bed_label=F("bed__label"),
            asked=Exists(StayExtension.objects.filter(stay=OuterRef("pk"), decided_at__isnull=True)),
        )[:1]
    ),
    mark="has_stay",
)


def stay_of(case: Case) -> Any:
    """Where the person of `case` lives, or will: a Stay with house_name, bed_label and asked, or None."""
    return next(iter(_STAY.of(case)), None)


def longest(case: Case) -> timedelta:
    """How long a stay may be planned without an extension."""
    return centre.after("STAY_DAYS_CHILD" if case.is_child else "STAY_DAYS_ADULT")


def beds_taken(first: date, end: date) -> set[int]:
    """The beds that somebody has on some of these days."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT beds_taken(%s, %s)", [first, end])
        return {row[0] for row in cursor.fetchall()}


@act
def place(case: Case, said: dict[str, Any], *, by: Staff) -> Stay:
    """Give the person a place: `said` has KNOWN, perhaps starts_on and ends_on, and for a child DECISION.

    From today on, or from an earlier day, the person is there; a later day reserves the bed.
    """
    require(by, Verb.RECORD_SERVICE)
    today = baku_today()
    said = {"starts_on": today} | said
    said["ends_on"] = said.get("ends_on") or said["starts_on"] + longest(case)
    _check(case, said, today)
    said["came_on"] = said["starts_on"] if said["starts_on"] <= today else None
    said["house_id"] = said["bed"].house_id
    try:
        with transaction.atomic():
            stay = Stay.objects.create(case=case, victim=case.victim, placed_by=by, **said)
    except IntegrityError as refusal:
        raise refused(refusal) from None
    audit.record("house.place", by=by, case=case.pk, ids=[stay.pk], house=stay.house_id)
    return stay


def _check(case: Case, said: dict[str, Any], today: date) -> None:
    """Say kindly what does not go together; raises ValidationError by field."""
    wrong: dict[str, str] = {}
    first, end = said["starts_on"], said["ends_on"]
    if case.is_child and not all(said.get(name) for name in DECISION):
        wrong["decision"] = _(
            "A child is placed by a decision of a body that may make it: name body, number and date."
        )
    elif said.get("decision_on") and said["decision_on"] > today:
        wrong["decision_on"] = _("This day lies in the future.")
    if not case.opened_on <= first <= today + LONGEST_AHEAD:
        wrong["starts_on"] = _("A stay begins after the case was opened, and in 90 days at the latest.")
    if end <= first:
        wrong["ends_on"] = _("The end lies after the beginning.")
    elif end - first > longest(case):
        days = {"days": longest(case).days}
        wrong["ends_on"] = _("A stay is planned for %(days)s days at most; later it can be extended.") % days
    if wrong:
        raise ValidationError(wrong)


def refused(refusal: IntegrityError) -> ValidationError:
    """In words what the database has refused."""
    bed, plain = {
        "stay_one_at_a_time": (False, _("This person has a place already: end that stay first.")),
        "stay_bed_planned_once": (True, _("Somebody else has this bed in these days.")),
        "stay_one_in_a_bed": (True, _("Somebody else has this bed.")),
        "stay_bed_in_use": (True, _("This bed is not in use in all of these days.")),
        "stay_bed_for_whom": (True, _("This bed is for others: see for whom it is.")),
        "stay_of_open_case": (False, _("The case is closed: open it again first.")),
        "stay_late_says_why": (False, _("Say why the stay ended later than planned.")),
        "extension_one_open": (False, _("This is asked for already.")),
        "extension_of_open_stay": (False, _("This stay has ended.")),
        "extension_decided_by_another": (False, _("Somebody who did not ask for it decides, once.")),
    }.get(broken(refusal), (False, _("The days of this stay do not follow each other.")))
    return ValidationError({"bed": plain} if bed else plain)


def _save(stay: Stay, *names: str) -> None:
    try:
        with transaction.atomic():
            stay.save(update_fields=names)
    except IntegrityError as refusal:
        raise refused(refusal) from None


@act
def change(stay: Stay, said: dict[str, Any], *, by: Staff) -> None:
    """Change what the house knows: the fields of KNOWN; another bed is one of the same house."""
    require(by, Verb.RECORD_SERVICE)
    for name in KNOWN:
        setattr(stay, name, said[name])
    _save(stay, *KNOWN)
    audit.record("house.change", by=by, case=stay.case_id, ids=[stay.pk])


@act
def come(stay: Stay, *, by: Staff) -> None:
    """Whoever a bed was reserved for has come: said by the caseworker, or by the officer on shift."""
    require(by, Verb.VIEW_HOUSE if by.role == Role.HOUSE else Verb.RECORD_SERVICE)
    if stay.came_on is None and stay.left_on is None:
        stay.came_on = baku_today()
        _save(stay, "came_on")
        audit.record("house.come", by=by, case=stay.case_id, ids=[stay.pk])


@act
def leave(stay: Stay, *, on: date | None = None, why_late: str = "", by: Staff) -> None:
    """The stay ended on a day; the house sees nothing of the person any more.

    Whoever leaves later than planned, `why_late` says why; a reservation is given up.
    """
    require(by, Verb.RECORD_SERVICE)
    today = baku_today()
    on = on or today
    if stay.came_on is None:
        on = stay.starts_on
    elif not stay.came_on <= on <= today:
        raise ValidationError({"left_on": _("Nobody leaves before they came, or in the future.")})
    elif on > stay.ends_on and not why_late:
        raise ValidationError({"why_late": _("Say why the stay ended later than planned.")})
    stay.left_on, stay.why_late = on, why_late
    _save(stay, "left_on", "why_late")
    audit.record("house.leave", by=by, case=stay.case_id, ids=[stay.pk])


def due(person: Staff, today: date) -> QuerySet[Stay]:
    """Stays of one's own cases that end within a week, or for which the person should have come by today;
    to a supervisor those that are late too."""
    rows = Stay.objects.changeable_by(person).open()
    own = rows.filter(case__owner=person)
    found = own.filter(ends_on__lte=today + SOON) | own.filter(came_on__isnull=True, starts_on__lte=today)
    if person.role == Role.SUPERVISOR:
        found |= rows.filter(ends_on__lt=today)
    return found.select_related("case").order_by("ends_on")


def team_leaving(person: Staff, today: date) -> QuerySet[Stay]:
    """Who of the cases that `person` sees is to leave within a week, or should have left."""
    rows = Stay.objects.visible_to(person).ending(today + SOON)
    return rows.select_related("case__owner", "house", "bed").order_by("ends_on")
