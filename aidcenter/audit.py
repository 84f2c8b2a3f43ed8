"""The record of who looked: `record` is its only writer.

It stands in the same transaction as the act, so an act that cannot be recorded does not happen.
Only ids are written, never what they stand for.
"""

import uuid
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from aidcenter.context import request_id
from aidcenter.models import AuditEvent, Staff


def record(
    action: str,
    *,
    by: Staff | None,
    case: uuid.UUID | None = None,
    ids: Iterable[uuid.UUID] = (),
    **facts: str | int | bool | None,
) -> AuditEvent:
    """Write that `by` did `action` (like "case.view") to `case` or to the rows `ids`."""
    return AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        case_id=case,
        ids=list(ids),
        facts=facts,
        request_id=request_id(),
    )


def looks_at(case: uuid.UUID, limit: int = 5) -> QuerySet[AuditEvent]:
    """The latest times somebody opened `case`, newest first, each with the `person`'s name."""
    names = Staff.objects.filter(pk=OuterRef("actor_id")).values("display_name")
    rows = AuditEvent.objects.filter(case_id=case, action="case.view").annotate(person=Subquery(names))
    return rows.order_by("-at")[:limit]
