"""What the centre does about a body's answers: letters, replies, papers, the guardian."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import sent
from aidcenter.roles import Verb
from cases.reached import changeable
from referrals import (
    aside,
    extract,
    guardians,
    letter_facts,
    letters,
    pages,
    paper_answer,
    questions,
    uploads,
)
from referrals.forms import FactsForm, PaperForm, ProposalForm, RefusalForm, ReplyForm, paper_of
from referrals.models import BodyWord, LetterFacts, Notification, Recusal


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ANSWER_BODY)
def letter(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the bodies are told: the form, and each letter as it would leave."""
    case = changeable(request, pk)
    facts = letters.Sources(case).facts or LetterFacts()
    now = {name: getattr(facts, name) for name in LetterFacts.FACTS}
    form = FactsForm(request.POST or None, initial=now)
    if sent(form, lambda said: letter_facts.tell(case, said, by=request.user)):
        messages.success(request, _("It is on its way to the bodies."))
        return redirect("cases:detail", case.pk)
    audit.record("notification.tell.form", by=request.user, case=case.pk)
    shown = [(row, extract.lines(dict(said))) for row, said in letter_facts.told_now(case)]
    return render(request, "referrals/letter.html", {"case": case, "form": form, "letters": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.ANSWER_BODY)
def paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A paper answer of the body, with its scan."""
    row = pages.mine(request, pk)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*given, received=row.state == "acknowledged")
    if given:
        uploads.checked(request, form)
    if sent(form, lambda said: paper_answer.record(row, paper_of(said), by=request.user)):
        messages.success(request, _("The answer is recorded."))
        return redirect("referrals:detail", pk)
    audit.record("notification.paper.form", by=request.user, case=row.case_id, ids=[pk])
    return render(request, "referrals/paper_answer.html", {"notification": row, "form": form})


def _asked(request: StaffRequest, row: Notification, word: uuid.UUID) -> BodyWord:
    """The question `word` of that notification; another's is absent."""
    rows = BodyWord.objects.changeable_by(request.user).filter(notification=row, about__isnull=True)
    found = reached_or_404(rows, pk=word)
    found.case, found.victim = row.case, row.case.victim  # whose keys are there already
    return found


def _said(
    request: StaffRequest,
    ids: tuple[uuid.UUID, uuid.UUID],
    name: str,
    form: forms.Form,
    act: Callable[..., Any],
) -> HttpResponse:
    """Say it; or the page again, with what was typed."""
    row = pages.mine(request, ids[0])
    asked = _asked(request, row, ids[1])
    if not sent(form, lambda said: act(asked, **said, by=request.user)):
        return pages.page(request, pages.one(request, row.pk), **{f"{name} {asked.pk}": form})
    messages.success(request, _("Saved."))
    return redirect("referrals:detail", row.pk)


@require_POST
@guard(Verb.ANSWER_BODY)
def answer(request: StaffRequest, pk: uuid.UUID, word: uuid.UUID) -> HttpResponse:
    """Answer a question of the body."""
    return _said(request, (pk, word), "answer", ReplyForm(request.POST), questions.answer)


@require_POST
@guard(Verb.ANSWER_BODY)
def propose(request: StaffRequest, pk: uuid.UUID, word: uuid.UUID) -> HttpResponse:
    """Propose what the body is told of a further field."""
    return _said(request, (pk, word), "propose", ProposalForm(request.POST), questions.propose)


@require_POST
@guard(Verb.APPROVE_FIELD)
def approve(request: StaffRequest, pk: uuid.UUID, word: uuid.UUID) -> HttpResponse:
    """Approve what somebody else proposed."""
    return _said(request, (pk, word), "approve", forms.Form(request.POST), questions.approve)


@require_POST
@guard(Verb.ANSWER_BODY)
def refuse(request: StaffRequest, pk: uuid.UUID, word: uuid.UUID) -> HttpResponse:
    """Say that the field is not given."""
    return _said(request, (pk, word), "refuse", RefusalForm(request.POST), questions.refuse)


@require_POST
@guard(Verb.ANSWER_BODY)
def guardian(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter the guardian whom the body appointed, then complete the record."""
    row = pages.mine(request, pk)
    try:
        made = guardians.enter(row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("referrals:detail", pk)
    messages.success(
        request, _("Entered as the body decided. Add the name, and whether there is a conflict.")
    )
    return redirect("cases:change_record", row.case_id, "guardian", made.pk)


@require_POST
@guard(Verb.ANSWER_BODY)
def aside_seen(request: StaffRequest, pk: uuid.UUID, recusal: uuid.UUID) -> HttpResponse:
    """Somebody else of the body takes over."""
    row = pages.mine(request, pk)
    found = reached_or_404(Recusal.objects.changeable_by(request.user).filter(notification=row), pk=recusal)
    try:
        aside.seen(found, by=request.user)
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    return redirect("referrals:detail", pk)
