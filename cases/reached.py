"""The case that an address names, as far as the person reaches it; hidden and absent are the same 404.

Whoever would reach it, were it not for an order, is told of the order instead (403).
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from aidcenter.access import StaffRequest, reached_or_404
from cases import orders
from cases.models import Case


class AccessStopped(PermissionDenied):
    """Access to the case is stopped by order; its text says which."""


def found(request: StaffRequest, rows: QuerySet[Case], pk: uuid.UUID) -> Case:
    """The case `pk` of the already restricted `rows`."""
    try:
        return reached_or_404(rows, pk=pk)
    except Http404:
        if order := orders.stopped_for(request.user).filter(case_id=pk).first():
            raise AccessStopped(order.sentence) from None
        raise


def readable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case `pk` with its person and caseworker, if the person of the request may read it."""
    return found(request, Case.objects.visible_to(request.user).select_related("victim", "owner"), pk)


def changeable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The same, if they may change it."""
    return found(request, Case.objects.changeable_by(request.user).select_related("victim", "owner"), pk)
