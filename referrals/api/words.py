"""What a body asks and the centre answers, and who of a body steps aside."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework import serializers

from aidcenter import audit
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Row, Rows
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb, may
from referrals import aside, pages, questions
from referrals.forms import AskForm, ProposalForm, RefusalForm, ReplyForm
from referrals.models import BodyWord, Notification, Recusal
from referrals.questions import Thread

BOTH = (Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)


class BodyWordShown(Shown):
    """Something that was said; a body is not told who of the centre said it."""

    author = serializers.SerializerMethodField(allow_null=True)

    class Meta:
        model = BodyWord
        fields = ("id", "kind", "field", "text", "author", "at")

    def get_author(self, row: BodyWord) -> int | None:
        """Who said it."""
        own = row.author.role == Role.COMMISSION_MEMBER
        member = may(self.context["request"].user, Verb.RECEIVE_NOTIFICATION)
        return row.author_id if own or not member else None


class ThreadShown(serializers.Serializer):
    """A question of a body, or its request for a further field, and what was said to it."""

    id = serializers.UUIDField(read_only=True, source="pk")
    notification = serializers.UUIDField(read_only=True, source="asked.notification_id")
    open = serializers.BooleanField(read_only=True, source="is_open")
    words = BodyWordShown(many=True, read_only=True)


def _threads(rows: list[BodyWord], person: Staff) -> list[Thread]:
    """What was said to each of these, as far as `person` reads it; in the same order."""
    ids = [row.pk for row in rows]
    about = BodyWord.objects.filter(Q(pk__in=ids) | Q(about__in=ids))
    found = questions.threads_of(about, for_body=may(person, Verb.RECEIVE_NOTIFICATION))
    threads = {thread.pk: thread for thread in found}
    return [threads[pk] for pk in ids]


def _open_to(notification: Notification, person: Staff) -> bool:
    """Whether `person` reads what was said: a member, when the letters are open to them."""
    member = may(person, Verb.RECEIVE_NOTIFICATION)
    return not member or pages.opens_to(notification, person)


def _looked(person: Staff, asked: BodyWord) -> None:
    audit.record("notification.view", by=person, case=asked.case_id, ids=[asked.notification_id, asked.pk])


class Words(Rows):
    """What was asked about a notification, the newest first; to a member when its letters are open to them.

    With POST, a question to the centre, or the request for a further field and why it is needed.
    """

    verbs = {"GET": BOTH, "POST": Verb.RECEIVE_NOTIFICATION}
    takes = {"POST": AskForm}
    shows = ThreadShown
    address = "/api/v1/words/{pk}/"
    order = ("-at", "pk")

    @property
    def notification(self) -> Notification:
        """That of the address, if the person reaches it."""
        if not hasattr(self, "_notification"):
            self._notification = pages.one(self.request, self.kwargs["pk"])
        return self._notification

    def rows(self, pk: uuid.UUID) -> QuerySet[BodyWord]:
        """What opens a thread."""
        rows = BodyWord.objects.filter(notification=self.notification, about__isnull=True)
        return rows if _open_to(self.notification, self.person) else rows.none()

    def opened(self, rows: list[Any]) -> list[Any]:
        """With all that was said."""
        return _threads(rows, self.person)

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        row = self.notification
        audit.record("notification.view", by=self.person, case=row.case_id, ids=[row.pk])

    def made(self, pk: uuid.UUID) -> Thread:
        """As on the screen."""
        said = self.form(body=self.notification.body).cleaned_data
        word = questions.ask(self.notification, **said, by=self.person)
        return _threads([word], self.person)[0]


class WordRow(Row):
    """One question or request, and what was said to it."""

    verbs = {"GET": BOTH}
    shows = ThreadShown

    def row(self, pk: uuid.UUID) -> Thread:
        """The thread."""
        rows = BodyWord.objects.filter(about__isnull=True, notification__in=pages.reached(self.person))
        word: BodyWord = reached_or_404(rows.select_related("notification"), pk=pk)
        if not _open_to(word.notification, self.person):
            raise Http404
        return _threads([word], self.person)[0]

    def looked(self, row: Thread) -> None:
        """Opening it is on record."""
        _looked(self.person, row.asked)


class WordDeed(Deed):
    """What the centre says to a body; the answer shows the thread, and that is on record as well."""

    verbs = {"POST": Verb.ANSWER_BODY}
    shows = ThreadShown

    def do(self, asked: BodyWord) -> None:
        """The act."""
        raise NotImplementedError

    def done(self, pk: uuid.UUID) -> Thread:
        """The thread, after it."""
        rows = BodyWord.objects.changeable_by(self.person).filter(about__isnull=True)
        asked: BodyWord = reached_or_404(rows.select_related("case__victim"), pk=pk)
        asked.victim = asked.case.victim  # whose keys are there already
        self.do(asked)
        _looked(self.person, asked)
        return _threads([asked], self.person)[0]


class Answer(WordDeed):
    """Answer a question; the body reads it in its portal."""

    takes = {"POST": ReplyForm}

    def do(self, asked: BodyWord) -> None:
        """As on the screen."""
        questions.answer(asked, **self.form().cleaned_data, by=self.person)


class Propose(WordDeed):
    """Propose what the body is told of the field it asks for; nothing leaves yet."""

    takes = {"POST": ProposalForm}

    def do(self, asked: BodyWord) -> None:
        """As on the screen."""
        questions.propose(asked, **self.form().cleaned_data, by=self.person)


class Approve(WordDeed):
    """Let leave what somebody else proposed."""

    verbs = {"POST": Verb.APPROVE_FIELD}

    def do(self, asked: BodyWord) -> None:
        """As on the screen."""
        questions.approve(asked, by=self.person)


class RefuseField(WordDeed):
    """Tell the body that the field is not given, and why."""

    takes = {"POST": RefusalForm}

    def do(self, asked: BodyWord) -> None:
        """As on the screen."""
        questions.refuse(asked, **self.form().cleaned_data, by=self.person)


class AsideShown(Shown):
    """A member of a body knows the family; `seen_at` is when the centre has seen to it."""

    class Meta:
        model = Recusal
        fields = ("id", "notification", "staff", "at", "seen_at", "seen_by")


class Asides(Rows):
    """Who stepped aside; with POST, a member knows the family, and sees nothing of this child any more."""

    verbs = {"GET": Verb.VIEW_NOTIFICATION, "POST": Verb.RECEIVE_NOTIFICATION}
    shows = AsideShown
    address = "{here}"
    order = ("-at", "pk")

    def rows(self, pk: uuid.UUID) -> QuerySet[Recusal]:
        """All of the notification."""
        self._of = pages.one(self.request, pk)
        return Recusal.objects.filter(notification=self._of)

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        audit.record("notification.view", by=self.person, case=self._of.case_id, ids=[pk])

    def made(self, pk: uuid.UUID) -> Recusal:
        """As on the screen."""
        return aside.step_aside(pages.one(self.request, pk), by=self.person)

    def of_key(self, made: str, **ids: Any) -> Recusal:
        """That they stepped aside before; the notification is there for them no more."""
        own: Recusal = reached_or_404(Recusal.objects.filter(staff=self.person), pk=made)
        return own


class AsideSeen(Deed):
    """The centre has spoken with the body, or seen that somebody else takes over."""

    verbs = {"POST": Verb.ANSWER_BODY}
    shows = AsideShown

    def done(self, pk: uuid.UUID) -> Recusal:
        """As on the screen."""
        rows = Recusal.objects.changeable_by(self.person)
        aside.seen(reached_or_404(rows, pk=pk), by=self.person)
        row: Recusal = reached_or_404(rows, pk=pk)
        return row
