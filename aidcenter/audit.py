"""The record of who looked: `record` is its only writer.

It stands in the same transaction as the act, so an act that cannot be recorded does not happen.
Only ids are written, never what they stand for.
"""

import uuid
from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery

from aidcenter.acts import ACTS
from aidcenter.context import request_id
from aidcenter.models import AuditEvent, Staff
from aidcenter.prepared import Prepared

LOOKS = 5  # shown on the page of a case


def record(
    action: str,
    *,
    by: Staff | None,
    case: uuid.UUID | None = None,
    ids: Iterable[uuid.UUID] = (),
    **facts: str | int | bool | None,
) -> AuditEvent:
    """Write that `by` did `action` (like "case.view") to `case` or to the rows `ids`."""
    if action not in ACTS:
        raise ValueError(f"{action} has no name in aidcenter/acts.py.")
    return AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        case_id=case,
        ids=list(ids),
        facts=facts,
        request_id=request_id(),
    )


def looks_at(case: uuid.UUID) -> list[AuditEvent]:
    """The latest times somebody opened `case`, newest first, each with the `person`'s name."""
    return _LOOKS.found(case)


def with_names(rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """The same events, each with the name of its `person`."""
    names = Staff.objects.filter(pk=OuterRef("actor_id")).values("display_name")
    return rows.annotate(person=Subquery(names))


_LOOKS = Prepared(
    lambda case: with_names(AuditEvent.objects.filter(case_id=case, action="case.view")).order_by("-at")[
        :LOOKS
    ]
)


def about(rows: QuerySet[AuditEvent], row: uuid.UUID) -> QuerySet[AuditEvent]:
    """Those of `rows` that name the case or row `row`."""
    return rows.filter(Q(case_id=row) | Q(ids__contains=[row]))
