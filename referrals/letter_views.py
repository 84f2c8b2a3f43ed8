"""The letter of a notification as PDF, from its first minute."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.roles import Verb
from referrals import letter_paper
from referrals.models import Notification


@require_GET
@guard(Verb.VIEW_NOTIFICATION)
def paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The letter to the body, for who reads the case."""
    return letter_of(request, pk)


def letter_of(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The same; of a cancelled notification there is none."""
    rows = Notification.objects.visible_to(request.user).exclude(state="cancelled")
    row = reached_or_404(rows.select_related("case__victim", "commission"), pk=pk)
    audit.record("notification.letter", by=request.user, case=row.case_id, ids=[row.pk])
    made = HttpResponse(letter_paper.pdf(row, baku_today()), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{row.reference}.pdf"'
    return made
