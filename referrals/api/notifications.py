"""Notifications: the inbox of a body and what its members say; to the centre, the way of its own."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse

from aidcenter import audit, codelists
from aidcenter.access import reached_or_404
from aidcenter.api.parsing import WITH_FILE
from aidcenter.api.said import Code, body_of
from aidcenter.api.views import Deed, Endpoint, Row, Rows
from aidcenter.forms import Text, pick
from aidcenter.roles import Verb
from cases.document_views import ENDINGS
from referrals import actions, guardians, pages, paper_answer
from referrals.api.notifications_shown import HeldShown, NotificationShown, WholeNotificationShown, whole
from referrals.body_views import decision_paper
from referrals.forms import DecisionForm, PaperForm, decision_of, paper_of
from referrals.models import Notification


class StateForm(forms.Form):
    """Which notifications."""

    state = pick("notification_state", required=False)


class Notifications(Rows):
    """Those of the cases that the person reads; to a member what was sent to the body. The newest first."""

    verbs = {"GET": (Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)}
    asks = StateForm
    shows = NotificationShown
    order = ("-triggered_at", "pk")

    def rows(self) -> QuerySet[Notification]:
        """All, or those in one state."""
        state, rows = self.asked()["state"], pages.reached(self.person)
        return rows.filter(state=state) if state else rows

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("notification.list", by=self.person, ids=[row.pk for row in rows])


class NotificationRow(Row):
    """One notification with its letters; what a member reads before the receipt has no name."""

    verbs = {"GET": (Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)}
    shows = WholeNotificationShown

    def row(self, pk: uuid.UUID) -> Notification:
        """The notification."""
        return whole(pages.one(self.request, pk), self.person)

    def looked(self, row: Notification) -> None:
        """Opening it is on record."""
        audit.record("notification.view", by=self.person, case=row.case_id, ids=[row.pk])


class NotificationDeed(Deed):
    """Something is done to a notification; the answer shows it, and that is on record as well."""

    shows = WholeNotificationShown

    def do(self, notification: Notification) -> None:
        """The act."""
        raise NotImplementedError

    def to_do(self, pk: uuid.UUID) -> Notification:
        """The notification that it is done to; raises Http404."""
        return pages.one(self.request, pk)

    def done(self, pk: uuid.UUID) -> Notification:
        """The notification, after it."""
        self.do(self.to_do(pk))
        row = whole(pages.one(self.request, pk), self.person)
        audit.record("notification.view", by=self.person, case=row.case_id, ids=[row.pk])
        return row


class LetterSeenForm(forms.Form):
    """The number of the last letter that was read."""

    seen = forms.IntegerField(min_value=1, max_value=9999)


class Acknowledge(NotificationDeed):
    """We have received the letters up to the one that was seen; whoever says so reads them whole."""

    verbs = {"POST": Verb.RECEIVE_NOTIFICATION}
    takes = {"POST": LetterSeenForm}

    def do(self, notification: Notification) -> None:
        """As on the screen; that a colleague had said so before is no mistake."""
        actions.acknowledge(notification, seen=self.form().cleaned_data["seen"], by=self.person)


class Open(NotificationDeed):
    """Open the letters to another member, on record."""

    verbs = {"POST": Verb.RECEIVE_NOTIFICATION}

    def do(self, notification: Notification) -> None:
        """As on the screen."""
        actions.open_letters(notification, by=self.person)


class BodyDecisionBody(body_of(DecisionForm)):  # type: ignore[misc] # made from the form
    """What the body decided, under which number, on which day; and its paper in base64."""


class Decide(NotificationDeed):
    """Record the body's decision, with its paper where there is one."""

    verbs = {"POST": Verb.RECEIVE_NOTIFICATION}
    takes = {"POST": DecisionForm}
    bodies = {"POST": BodyDecisionBody}
    most_bytes = WITH_FILE

    def do(self, notification: Notification) -> None:
        """As on the screen."""
        actions.decide(notification, decision_of(self.form().cleaned_data), by=self.person)


class Document(Endpoint):
    """The paper of the decision, harmless since it was kept."""

    verbs = {"GET": (Verb.RECEIVE_NOTIFICATION, Verb.VIEW_NOTIFICATION)}
    hands_out = tuple(ENDINGS)

    def get(self, request: Any, pk: uuid.UUID) -> HttpResponse:
        """PDF, JPEG or PNG; opening it is on record."""
        self.check_query()
        return decision_paper(request, pk)


class PaperBody(body_of(PaperForm)):  # type: ignore[misc] # made from the form
    """A letter of the body: without a `decision` it confirms the receipt; its scan in base64."""

    decision = Code(choices=codelists.codes("commission_decision"), required=False, allow_blank=True)


class Paper(NotificationDeed):
    """Record what the body answered on paper."""

    verbs = {"POST": Verb.ANSWER_BODY}
    takes = {"POST": PaperForm}
    bodies = {"POST": PaperBody}
    most_bytes = WITH_FILE

    def do(self, notification: Notification) -> None:
        """As on the screen."""
        row = pages.mine(self.request, notification.pk)
        said = self.form(received=row.state == "acknowledged").cleaned_data
        paper_answer.record(row, paper_of(said), by=self.person)


class Guardian(NotificationDeed):
    """Enter the guardian whom the body appointed into the records of the case."""

    verbs = {"POST": Verb.ANSWER_BODY}

    def do(self, notification: Notification) -> None:
        """As on the screen."""
        guardians.enter(pages.mine(self.request, notification.pk), by=self.person)


class HeldNotifications(Rows):
    """What waits of children from old records, the longest first."""

    verbs = {"GET": Verb.RELEASE_NOTIFICATION}
    shows = HeldShown
    order = ("triggered_at", "pk")

    def rows(self) -> QuerySet[Notification]:
        """As on the screen."""
        return Notification.objects.waiting_for_release(self.person)

    def looked(self, rows: list[Any]) -> None:
        """The ids shown are on record."""
        audit.record("notification.list", by=self.person, ids=[row.pk for row in rows])


class Release(Deed):
    """Let it be delivered now."""

    verbs = {"POST": Verb.RELEASE_NOTIFICATION}
    shows = HeldShown

    def done(self, pk: uuid.UUID) -> Notification:
        """As on the screen; what does not wait is not there."""
        row = reached_or_404(Notification.objects.waiting_for_release(self.person), pk=pk)
        actions.release([row], by=self.person)
        return pages.one(self.request, pk)


class CancelForm(forms.Form):
    """Why it is cancelled."""

    reason = Text(max_length=200, required=True)


class Cancel(NotificationDeed):
    """Cancel what was not sent yet."""

    verbs = {"POST": Verb.CANCEL_NOTIFICATION}
    takes = {"POST": CancelForm}

    def to_do(self, pk: uuid.UUID) -> Notification:
        """Of a case that the person may change."""
        return pages.mine(self.request, pk)

    def do(self, notification: Notification) -> None:
        """As on the screen."""
        actions.cancel(notification, reason=self.form().cleaned_data["reason"], by=self.person)
