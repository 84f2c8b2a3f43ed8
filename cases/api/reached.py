"""The case of an address, for the API."""

import uuid
from typing import Any

from cases import actions
from cases.models import Case
from cases.reached import changeable


def held(request: Any, pk: uuid.UUID) -> Case:
    """The case `pk` if the person may change it, as it is now, with nobody else at it until the end."""
    actions.one_at_a_time(changeable(request, pk))
    return changeable(request, pk)
