"""What a member of a body does beside the receipt and the decision: open, ask, step aside."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import sent
from aidcenter.roles import Verb
from cases import documents
from cases.document_views import ENDINGS, handed_out
from cases.models import Document, Victim
from referrals import actions, aside, pages, questions
from referrals.forms import AskForm


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def open_letters(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the letters to another member, on record."""
    try:
        actions.open_letters(pages.one(request, pk), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def ask(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A question to the centre, or the request for a further field."""
    notification = pages.one(request, pk)
    form = AskForm(request.POST, body=notification.body)
    if not sent(form, lambda said: questions.ask(notification, **said, by=request.user)):
        return pages.page(request, notification, ask=form)
    messages.success(request, _("The centre reads your question."))
    return redirect("referrals:detail", pk)


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def step_aside(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """I know this family."""
    notification = pages.one(request, pk)
    colleagues = aside.others(notification).exclude(staff=request.user).exists()
    aside.step_aside(notification, by=request.user)
    said = (
        _("Thank you. You do not see this notification any more; your body and the centre are told.")
        if colleagues
        else _("Thank you. You do not see this notification any more; the centre is told and will telephone.")
    )
    messages.success(request, said)
    return redirect("referrals:inbox")


@require_GET
@guard(Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)
def document(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The paper of the decision, to be saved: under the number of the notification."""
    return decision_paper(request, pk)


def decision_paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The paper of what was decided about the notification `pk`, if there is one."""
    row = pages.one(request, pk)
    if row.decision_scan_id is None:
        raise Http404
    found = reached_or_404(Document.objects.all(), pk=row.decision_scan_id)
    found.victim = Victim(pk=row.victim_id)  # for its key; the row itself stays closed to the body
    audit.record("notification.document", by=request.user, case=row.case_id, ids=[row.pk])
    name = f"{row.reference}.{ENDINGS[found.type]}"
    return handed_out(
        documents.content_of(found, by=request.user), found.type, f'attachment; filename="{name}"'
    )
