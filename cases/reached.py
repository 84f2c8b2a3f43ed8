"""The case that an address names, as far as the person reaches it; hidden and absent are the same 404."""

import uuid

from aidcenter.access import StaffRequest, reached_or_404
from cases.models import Case


def readable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case `pk` with its person and caseworker, if the person of the request may read it."""
    rows = Case.objects.visible_to(request.user)
    return reached_or_404(rows.select_related("victim", "owner"), pk=pk)


def changeable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The same, if they may change it."""
    rows = Case.objects.changeable_by(request.user)
    return reached_or_404(rows.select_related("victim", "owner"), pk=pk)
