"""What a body asks and the centre answers; a further field leaves after one proposed it, another approved."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Func, QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit, crypto
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import records
from cases.actions import broken
from cases.models import Case, ConnectedPerson
from referrals.models import BodyWord, Notification
from referrals.models.answer import ENDS, READ_BY_BODY
from referrals.schemas import FOR_GUARDIANSHIP_ONLY

PHONE_DIGITS = 7  # fewer are no phone number
SUSPECTED = Func("dangerous", "roles", function="is_suspected", output_field=BooleanField())


@dataclass
class Thread:
    """A question or a request, and what was said to it."""

    asked: BodyWord
    replies: list[BodyWord] = field(default_factory=list)

    @property
    def pk(self) -> uuid.UUID:
        """That of what opened it."""
        return self.asked.pk

    @property
    def words(self) -> list[BodyWord]:
        """All of it, in its order."""
        return [self.asked, *self.replies]

    @property
    def is_open(self) -> bool:
        """Whether the body still waits."""
        return not any(reply.kind in ENDS for reply in self.replies)

    @property
    def proposal(self) -> BodyWord | None:
        """What somebody proposes to give."""
        return next((reply for reply in self.replies if reply.kind == "proposal"), None)


def threads(notification: Notification, *, for_body: bool) -> list[Thread]:
    """All that was said about `notification`, the oldest first; to a body without what is not sent."""
    return threads_of(notification.words.all(), for_body=for_body)


def threads_of(rows: QuerySet[BodyWord], *, for_body: bool) -> list[Thread]:
    """The threads of `rows`: what opens them, and all that is about it."""
    rows = rows.select_related("author")
    words = list(rows.filter(kind__in=READ_BY_BODY) if for_body else rows)
    crypto.load_keys(words)
    found = {word.pk: Thread(word) for word in words if word.about_id is None}
    for word in words:
        if word.about_id in found:
            found[word.about_id].replies.append(word)
    return list(found.values())


def may_ask_for(body: str, code: str) -> bool:
    """Whether `body` may ask for that further field at all."""
    return body == "guardianship" or code not in FOR_GUARDIANSHIP_ONLY


def _refusals() -> dict[str, str]:
    return {
        "body_word_ends_once": _("A colleague has answered this already."),
        "body_word_proposed_once": _("A colleague has proposed something already."),
        "body_word_two": _("A supervisor approves what somebody else has proposed."),
        "body_word_never": _("Your commission is not told of this."),
    }


def _save(word: BodyWord) -> None:
    try:
        with transaction.atomic():
            word.save(force_insert=True)
    except IntegrityError as refusal:
        raise ValidationError(_refusals().get(broken(refusal)) or _("This is not possible now.")) from None


@act
def ask(notification: Notification, *, text: str, field: str, by: Staff) -> BodyWord:
    """A question of the body, or, with a `field`, the request to be told it, and why."""
    require(by, Verb.RECEIVE_NOTIFICATION)
    if not text:
        raise ValidationError({"text": _("Say why you need it.") if field else _("Write the question.")})
    about = {"case_id": notification.case_id, "victim_id": notification.victim_id}
    word = BodyWord(notification=notification, **about, kind="request" if field else "question",
                    field=field, text=text, author=by)  # fmt: skip
    _save(word)
    audit.record("notification.ask", by=by, case=word.case_id, ids=[notification.pk, word.pk], field=field)
    return word


def _reply(asked: BodyWord, kind: str, text: str, by: Staff) -> BodyWord:
    about = {"notification_id": asked.notification_id, "case_id": asked.case_id,
             "victim_id": asked.victim_id}  # fmt: skip
    word = BodyWord(**about, about=asked, kind=kind, field=asked.field, text=text, author=by)
    _save(word)
    return word


def _told(text: str, case: Case) -> None:
    """Raise ValidationError for a text that says nothing, or gives away who is under suspicion."""
    if not text:
        raise ValidationError({"text": _("Write the answer.")})
    if names_suspect(case, [text]):
        raise ValidationError({"text": taken_out()})


def taken_out() -> str:
    """What is said of such a text."""
    return _("Take this out of the text: %(what)s.") % {"what": _("the contact of a dangerous person")}


def names_suspect(case: Case, texts: Iterable[str]) -> bool:
    """Whether a text tells the contact of somebody who must not learn where the child is."""
    written = " ".join(texts).lower()
    digits = "".join(filter(str.isdigit, written))
    for person in ConnectedPerson.objects.filter(SUSPECTED, case=case, struck_at__isnull=True):
        contact = (person.contact or "").strip().lower()
        number = "".join(filter(str.isdigit, contact))[-9:]
        if (contact and contact in written) or (len(number) >= PHONE_DIGITS and number in digits):
            return True
    return False


@act
def answer(asked: BodyWord, *, text: str, by: Staff) -> None:
    """Answer a question; the body reads it in its portal."""
    require(by, Verb.ANSWER_BODY)
    _told(text, asked.case)
    word = _reply(asked, "answer", text, by)
    audit.record("notification.answer", by=by, case=asked.case_id, ids=[asked.notification_id, word.pk])


@act
def propose(asked: BodyWord, *, text: str, by: Staff) -> None:
    """Propose what the body is told of the field it asks for; nothing leaves yet."""
    require(by, Verb.ANSWER_BODY)
    _told(text, asked.case)
    word = _reply(asked, "proposal", text, by)
    audit.record("notification.propose", by=by, case=asked.case_id, ids=[asked.notification_id, word.pk],
                 field=asked.field)  # fmt: skip


@act
def approve(asked: BodyWord, *, by: Staff) -> None:
    """Let what somebody else proposed leave: the database owes a message with exactly that field."""
    require(by, Verb.APPROVE_FIELD)
    word = _reply(asked, "approval", "", by)
    audit.record("notification.approve", by=by, case=asked.case_id, ids=[asked.notification_id, word.pk],
                 field=asked.field)  # fmt: skip
    transaction.on_commit(lambda: enqueue("referrals.deliver_due", asked.case_id))


@act
def refuse(asked: BodyWord, *, text: str, by: Staff) -> None:
    """Tell the body that the field is not given, and why."""
    require(by, Verb.ANSWER_BODY)
    _told(text, asked.case)
    word = _reply(asked, "refusal", text, by)
    audit.record("notification.refuse", by=by, case=asked.case_id, ids=[asked.notification_id, word.pk],
                 field=asked.field)  # fmt: skip


def suggested(case: Case, code: str) -> str:
    """What the case holds of that field, to begin a proposal with; "" where it is in no field of its own."""
    if code == "phone":
        return ", ".join(filter(None, (case.victim.phone, case.victim.safe_contact)))
    if code == "identity_paper":
        rows = records.of_kind(case, "paper")
        return "\n".join(", ".join(filter(None, (records.shown(r, "kind"), records.shown(r, "number"))))
                         for r in rows)  # fmt: skip
    return ""
