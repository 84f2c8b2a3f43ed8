"""Calls to a body: about what, with which number, and the record of each. A call acknowledges nothing."""

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit
from aidcenter.api.shown import Shown
from aidcenter.api.views import Endpoint, Row, Rows
from aidcenter.roles import Verb
from referrals import calls, pages, silence
from referrals.call_forms import CallForm
from referrals.calls import ToCall
from referrals.models import Call, Commission, Notification


class ToCallShown(serializers.Serializer):
    """All that somebody needs to telephone a body: no case, no name, no letter."""

    id = serializers.UUIDField(read_only=True, source="pk")
    reference = serializers.CharField(read_only=True)
    body = serializers.CharField(read_only=True)
    district = serializers.CharField(read_only=True)
    addressee = serializers.CharField(read_only=True)
    triggered_at = serializers.DateTimeField(read_only=True)
    phone = serializers.SerializerMethodField()

    def get_phone(self, row: ToCall) -> str:
        """The number to ring at any hour; empty when none is known."""
        return row.commission.phone_now if row.commission else ""


class OfficeShown(serializers.Serializer):
    """Whether somebody is in the office now; else when it opens, and who has duty meanwhile, in words."""

    open = serializers.BooleanField()
    opens = serializers.DateTimeField(allow_null=True)
    on_duty = serializers.CharField()

    def to_representation(self, instance: Commission) -> Any:
        """Of the body."""
        return super().to_representation({"opens": None, "on_duty": "", **silence.office(instance)})


class WholeToCallShown(ToCallShown):
    """The same with the office; null for a body that nobody knows."""

    office = OfficeShown(read_only=True, allow_null=True, source="commission")


class AllToCallShown(serializers.Serializer):
    """What is to be telephoned about."""

    to_call = ToCallShown(many=True)


class AllToCall(Endpoint):
    """What the person is to telephone about without reading a case: by night on duty, or as the director."""

    verbs = {"GET": Verb.RECORD_CALL}
    shows = AllToCallShown

    def get(self, request: Request) -> Response:
        """As on the home page; the ids shown are on record."""
        self.check_query()
        rows = calls.to_call(self.person)
        audit.record("notification.list", by=self.person, ids=[row.pk for row in rows])
        return self.shown({"to_call": rows})


class ToCallRow(Row):
    """The body that is to be telephoned about a notification that waits."""

    verbs = {"GET": Verb.RECORD_CALL}
    shows = WholeToCallShown

    def row(self, pk: uuid.UUID) -> ToCall:
        """The notification, as far as the person may call about it."""
        return calls.one(self.person, pk)

    def looked(self, row: ToCall) -> None:
        """The look is on record."""
        audit.record("notification.call.form", by=self.person, ids=[row.pk])


class CallKeptShown(serializers.Serializer):
    """The id of the call; who has duty by night reads no more of it."""

    id = serializers.UUIDField(read_only=True)


class RecordCall(Rows):
    """Record a call to the body, with its outcome; the notification is owed until it is confirmed."""

    verbs = {"POST": Verb.RECORD_CALL}
    takes = {"POST": CallForm}
    shows = CallKeptShown

    @property
    def address(self) -> str:  # type: ignore[override] # by the address that was asked
        """The calls about the notification."""
        return str(self.request.path).removesuffix("call/") + "calls/"

    def made(self, pk: uuid.UUID) -> Call:
        """As on the screen."""
        return calls.record(calls.one(self.person, pk), self.form().cleaned_data, by=self.person)

    def of_key(self, made: str, **ids: Any) -> Call:
        """The id of what was recorded before."""
        return Call(pk=uuid.UUID(made))


class CallShown(Shown):
    """A call to the body: whether somebody was reached, who, and what was said."""

    spoken_with = serializers.CharField(read_only=True, source="with_whom")
    note = serializers.CharField(read_only=True, source="said")

    class Meta:
        model = Call
        fields = (
            "id", "notification", "reached", "spoken_with", "position", "number", "spoken_at", "note",
            "quiet_until", "recorded_by", "recorded_at",
        )  # fmt: skip


class Calls(Rows):
    """The calls about a notification, the last first, to who reads its case."""

    verbs = {"GET": Verb.VIEW_NOTIFICATION}
    shows = CallShown
    order = ("-spoken_at", "pk")

    @property
    def notification(self) -> Notification:
        """That of the address, if the person reaches it."""
        if not hasattr(self, "_notification"):
            self._notification = pages.one(self.request, self.kwargs["pk"])
        return self._notification

    def rows(self, pk: uuid.UUID) -> QuerySet[Call]:
        """All of it."""
        return Call.objects.filter(notification=self.notification)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With their words."""
        for row, words in zip(rows, calls.words_of(rows), strict=True):
            row.with_whom, row.said = words
        return rows

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The look is on record."""
        row = self.notification
        audit.record("notification.view", by=self.person, case=row.case_id, ids=[row.pk])
