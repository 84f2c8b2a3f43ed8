"""The case that an address names, as far as the person reaches it; hidden and absent are the same 404.

Whoever would reach it, were it not for an order, is told of the order instead (403).
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404

from aidcenter.access import StaffRequest, reached_or_404
from aidcenter.models import Staff
from aidcenter.prepared import SOMEBODY, Prepared
from cases import beside, orders
from cases.models import Case


class AccessStopped(PermissionDenied):
    """Access to the case is stopped by order; its text says which, and the page of the refusal shows it."""

    by_order = True


def found(request: StaffRequest, rows: QuerySet[Case], pk: uuid.UUID) -> Case:
    """The case `pk` of the already restricted `rows`."""
    try:
        return reached_or_404(rows, pk=pk)
    except Http404:
        raise _refusal(request, pk) from None


def _refusal(request: StaffRequest, pk: uuid.UUID) -> Exception:
    order = orders.stopped_for(request.user).filter(case_id=pk).first()
    return AccessStopped(order.sentence) if order else Http404()


def _shown(case: uuid.UUID) -> QuerySet[Case]:
    rows = Case.objects.visible_to(Staff(pk=SOMEBODY)).select_related("victim", "owner", "team")
    may_change = ExpressionWrapper(Q(access__change_until__gt=Now()), BooleanField())
    return rows.annotate(may_change=may_change, **beside.marks()).filter(pk=case)


_SHOWN = Prepared(_shown)


def shown(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case `pk` with what its own page shows beside it, if the person of the request may read it."""
    case = next(iter(_SHOWN.found(pk, request.user)), None)
    if case is None:
        raise _refusal(request, pk)
    return case


def readable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case `pk` with its person and caseworker, if the person of the request may read it."""
    return found(request, Case.objects.visible_to(request.user).select_related("victim", "owner"), pk)


def changeable(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The same, if they may change it."""
    return found(request, Case.objects.changeable_by(request.user).select_related("victim", "owner"), pk)
