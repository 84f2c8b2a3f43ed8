"""The service or case that an address names, as far as the person reaches it; else the same 404."""

import uuid

from django.db.models import QuerySet

from aidcenter.access import StaffRequest, reached_or_404
from aidcenter.roles import Role
from cases.models import Case, Note
from cases.reached import changeable, readable
from rehabilitation.models import Service

WITH = ("case__victim", "case__owner", "provider", "given_by", "room", "recorded_by", "struck_by")


def _one(rows: QuerySet[Service], pk: uuid.UUID) -> Service:
    service = reached_or_404(rows.select_related(*WITH), pk=pk)
    service.victim = service.case.victim  # whose keys are there already
    return service


def readable_service(request: StaffRequest, pk: uuid.UUID) -> Service:
    """The service `pk`, if the person of the request may read its case."""
    return _one(Service.objects.visible_to(request.user).with_labels(), pk)


def recordable_service(request: StaffRequest, pk: uuid.UUID) -> Service:
    """The same, if they may change the case, or give this service themself."""
    return _one(Service.objects.recordable_by(request.user).with_labels(), pk)


def recordable_case(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case `pk`, if they may record a service in it; a specialist records their own where they read."""
    return (readable if request.user.role == Role.SPECIALIST else changeable)(request, pk)


def note_read(request: StaffRequest, row: Service) -> Note | None:
    """The note of a service, as far as the person reads its section."""
    rows = Note.objects.visible_to(request.user).select_related("author")
    found = rows.filter(pk=row.note_id).first() if row.note_id else None
    if found:
        found.victim = row.case.victim  # whose keys are there already
    return found
