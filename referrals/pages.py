"""The page of one notification, as its body and as the centre read it."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from aidcenter import audit, crypto
from aidcenter.access import StaffRequest, reached_or_404
from aidcenter.clock import baku_today
from aidcenter.models import AuditEvent, Staff
from aidcenter.roles import Verb, may
from referrals import aside, authority_members, extract, questions, silence
from referrals.forms import AskForm, DecisionForm, ProposalForm, RefusalForm, ReplyForm
from referrals.guardians import APPOINTS
from referrals.models import Message, Notification

FILTERS = [("", _("All")), ("sent", _("New")), ("acknowledged", _("Received")), ("decided", _("Decided"))]
OPENED = ("notification.acknowledge", "notification.open")


def reached(person: Staff) -> QuerySet[Notification]:
    """The notifications of one's own body, or of the cases one may read."""
    rows = Notification.objects.select_related("commission", "acknowledged_by", "decided_by")
    if may(person, Verb.RECEIVE_NOTIFICATION):
        return rows.addressed_to(person)
    return rows.visible_to(person).select_related("case__victim")


def one(request: StaffRequest, pk: uuid.UUID) -> Notification:
    """The notification `pk`, as far as the person reaches it; else 404."""
    return reached_or_404(reached(request.user), pk=pk)


def mine(request: StaffRequest, pk: uuid.UUID) -> Notification:
    """The notification `pk` of a case that the person may change; else 404."""
    rows = Notification.objects.changeable_by(request.user).select_related("case__victim", "commission")
    return reached_or_404(rows, pk=pk)


def page(request: StaffRequest, notification: Notification, **forms_sent: forms.Form) -> HttpResponse:
    """The page, with the forms that were refused as they were sent, by the name of the act and its word."""
    member = may(request.user, Verb.RECEIVE_NOTIFICATION)
    audit.record("notification.view", by=request.user, case=notification.case_id, ids=[notification.pk])
    context = {
        "notification": notification, "member": member, "others": notification.others(),
        "centre_phone": settings.CENTRE_PHONE, "refused": next(iter(forms_sent.values()), None),
        **(_for_body if member else _for_centre)(notification, request.user, forms_sent),
    }  # fmt: skip
    return render(request, "referrals/notification.html", context)


def _for_body(notification: Notification, person: Staff, sent: dict[str, forms.Form]) -> dict[str, Any]:
    opened = opens_to(notification, person)
    letters = [_letter(letter, opened=opened) for letter in arrived(notification)]
    last = letters[-1]["number"] if letters else 0
    return {
        "letters": letters,
        "opened": opened,
        "seen": last,
        "unconfirmed": notification.state in ("acknowledged", "decided")
        and last > notification.acknowledged_number,
        "threads": questions.threads(notification, for_body=True) if opened else [],
        "decision": sent.get("decision") or DecisionForm(),
        "ask": sent.get("ask") or AskForm(body=notification.body),
        "colleagues": aside.others(notification).exclude(staff=person).exists(),
    }


def arrived(notification: Notification) -> list[Message]:
    """The letters in the inbox of the body."""
    rows = list(notification.messages.filter(inbox__isnull=False).select_related("inbox", "called"))
    crypto.load_keys(rows)
    return rows


def opens_to(notification: Notification, person: Staff) -> bool:
    """Whether `person` of the body reads the whole letters.

    They open to each member by an act on record, and to the deputy of who confirmed the receipt.

    What a letter on paper has told is told to all of them.
    """
    by = notification.acknowledged_by_id
    if notification.paper_on is not None or by == person.pk:
        return True
    if by in authority_members.stands_in_for(person, baku_today()):
        return True
    events = AuditEvent.objects.filter(actor_id=person.pk, action__in=OPENED)
    return notification.state != "sent" and events.filter(ids__contains=[notification.pk]).exists()


def _letter(letter: Message, *, opened: bool) -> dict[str, Any]:
    said = extract.labels(letter.extract)
    before = {key: said.get(key) for key in extract.OPEN_BEFORE_ACKNOWLEDGEMENT}
    before["sex_known"] = letter.extract.get("sex") != "unknown"
    return {
        "number": letter.number,
        "label": letter.get_kind_display(),  # type: ignore[attr-defined] # of CodeField
        "at": letter.inbox.arrived_at,
        "called": letter.called,
        "said": before,
        "lines": extract.lines(letter.extract) if opened else [],
    }


def _for_centre(notification: Notification, person: Staff, sent: dict[str, forms.Form]) -> dict[str, Any]:
    answers = may(person, Verb.ANSWER_BODY) and (
        Notification.objects.changeable_by(person).filter(pk=notification.pk).exists()
    )
    return {
        "messages_out": _way(notification),
        "silence": silence.context(notification, person),
        "threads": [_acts(each, person, notification, sent) if answers else (each, {})
                    for each in questions.threads(notification, for_body=False)],
        "asides": list(notification.recusals.select_related("staff", "seen_by")),
        "nobody_left": bool(notification.commission_id) and not aside.others(notification).exists(),
        "answers": answers,
        "appoints": notification.decision in APPOINTS,
        "may_cancel": answers and may(person, Verb.CANCEL_NOTIFICATION),
    }  # fmt: skip


def way(notification: Notification) -> list[Message]:
    """Each message, with the ways on which it went."""
    rows = list(notification.messages.select_related("called").prefetch_related("deliveries"))
    for row in rows:
        row.victim = notification.case.victim  # whose keys are there already
    return rows


def _way(notification: Notification) -> list[dict[str, Any]]:
    return [{"message": row, "ways": list(row.deliveries.all()),
             "lines": extract.lines(row.extract) if row.frozen_at else []}
            for row in way(notification)]  # fmt: skip


def _acts(
    thread: questions.Thread, person: Staff, notification: Notification, sent: dict[str, forms.Form]
) -> tuple[questions.Thread, dict[str, forms.Form]]:
    """The thread, and the forms of what may be said to it now."""
    if not thread.is_open:
        return thread, {}
    found: dict[str, forms.Form] = {}
    if thread.asked.kind == "question":
        found["answer"] = ReplyForm()
    else:
        if thread.proposal is None:
            first = questions.suggested(notification.case, thread.asked.field)
            found["propose"] = ProposalForm(initial={"text": first})
        elif may(person, Verb.APPROVE_FIELD) and thread.proposal.author_id != person.pk:
            found["approve"] = forms.Form()
        found["refuse"] = RefusalForm()
    return thread, {name: sent.get(f"{name} {thread.asked.pk}", form) for name, form in found.items()}
