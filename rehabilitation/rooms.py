"""The rooms in which services are given, and their editing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import broken
from rehabilitation.models import Room

MOST = 100


def in_use() -> QuerySet[Room]:
    """Those that can be booked."""
    return Room.objects.filter(active=True)


@act
def keep(rows: list[dict[str, Any]], *, by: Staff) -> None:
    """Save the rooms: `rows` have `name` and `active`, and `id` where the room is there already."""
    require(by, Verb.EDIT_ROOMS)
    try:
        with transaction.atomic():
            for row in rows:
                said = {"name": row["name"], "active": row["active"]}
                if row.get("id"):
                    Room.objects.filter(pk=row["id"]).update(**said)
                else:
                    Room.objects.create(**said)
    except IntegrityError as refusal:
        if broken(refusal) == "room_name_once":
            raise ValidationError(_("Two rooms have the same name.")) from None
        raise
    audit.record("rooms.edit", by=by, number=len(rows))
