"""The houses and their beds, and how they are filled now and over time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import broken
from rehabilitation.models import Bed, House

WEEKS = 26
BED = ("label", "for_whom", "accessible", "active_from", "active_until")


def houses() -> QuerySet[House]:
    """Every house with its beds."""
    return House.objects.order_by("name").prefetch_related("beds")


@act
def keep(house: House, rows: list[dict[str, Any]], *, by: Staff) -> None:
    """Save the house and its beds: `rows` have the fields of BED, and `id` where the bed is there already."""
    require(by, Verb.EDIT_BEDS)
    try:
        with transaction.atomic():
            house.save()
            for row in rows:
                _keep_bed(house, row)
    except IntegrityError as refusal:
        if broken(refusal) == "bed_once_in_a_house":
            raise ValidationError(_("Two beds have the same name.")) from None
        raise ValidationError(_("Another house has this name.")) from None
    audit.record("beds.edit", by=by, house=house.pk, beds=len(rows))


def _keep_bed(house: House, row: dict[str, Any]) -> None:
    bed = house.beds.filter(pk=row["id"]).first() if row.get("id") else Bed(house=house)
    if bed is None:
        raise ValidationError(_("This bed is of another house."))
    for name in BED:
        setattr(bed, name, row[name])
    try:
        with transaction.atomic():
            bed.save()
    except IntegrityError as refusal:
        if broken(refusal) == "bed_lived_in":
            said = {"bed": bed.label}
            raise ValidationError(
                _("Somebody lives in %(bed)s who would not fit it any more.") % said
            ) from None
        raise


# --- how they are filled --------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """The beds of a house on a day, and how many of them somebody had."""

    day: date
    beds: int
    taken: int

    @property
    def free(self) -> int:
        """Beds that nobody had."""
        return max(0, self.beds - self.taken)


@dataclass(frozen=True)
class Occupancy:
    """A house today, and on the same weekday of the weeks before, the oldest first."""

    name: str
    kind: str
    today: Filled
    weeks: list[Filled]


def occupancy(today: date) -> list[Occupancy]:
    """How each house is filled: two queries, however many houses, beds and stays there are."""
    days = [today - timedelta(weeks=weeks) for weeks in range(WEEKS, -1, -1)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM house_occupancy(%s)", [days])
        rows = cursor.fetchall()
    found: dict[int, list[Filled]] = {}
    for house, day, beds, taken in rows:
        found.setdefault(house, []).append(Filled(day, beds, taken))
    return [
        Occupancy(house.name, house.get_kind_display(), found[house.pk][-1], found[house.pk])  # type: ignore[attr-defined]
        for house in House.objects.order_by("name")
        if house.pk in found
    ]
