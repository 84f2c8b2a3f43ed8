"""Several people who arrive together: each registered as anybody is, all of them or nobody."""

import uuid
from collections.abc import Mapping
from datetime import date

from aidcenter import audit
from aidcenter.context import act
from aidcenter.models import Staff
from cases.actions import Registration, register_victim
from cases.models import Case

MOST = 10  # people in one arrival


def ids_of(key: uuid.UUID) -> list[uuid.UUID]:
    """The ids that the cases of the arrival `key` have, by row: sent twice, it makes them once."""
    return [uuid.uuid5(key, str(row)) for row in range(MOST)]


@act
def register_arrival(
    people: Mapping[uuid.UUID, Registration], *, by: Staff, opened_on: date | None = None, reason: str = ""
) -> list[Case]:
    """Register `people`, each under the id of the case."""
    cases = [
        register_victim(said, by=by, key=key, opened_on=opened_on, reason=reason)
        for key, said in people.items()
    ]
    audit.record("arrival.register", by=by, ids=[case.pk for case in cases])
    return cases
