"""How notifications are shown: to the centre those of its cases, to a body's member the letters to it."""

from typing import Any

from rest_framework import serializers

from aidcenter.api.shown import Shown
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from referrals import pages
from referrals.extract import OPEN_BEFORE_ACKNOWLEDGEMENT
from referrals.models import Delivery, Message, Notification


class NotificationShown(Shown):
    """A notification; `case` is empty for the members of a body."""

    case = serializers.SerializerMethodField(allow_null=True)

    class Meta:
        model = Notification
        fields: tuple[str, ...] = (
            "id", "reference", "case", "body", "district", "state", "urgency", "triggered_at", "sent_at",
            "acknowledged_at", "acknowledged_by", "acknowledged_number", "paper_number", "paper_on",
            "decision", "decision_number", "decided_on", "decided_by", "cancelled_reason",
        )  # fmt: skip

    def get_case(self, row: Notification) -> str | None:
        """The case, to who works in the centre."""
        member = may(self.context["request"].user, Verb.RECEIVE_NOTIFICATION)
        return None if member else str(row.case_id)


class HeldShown(NotificationShown):
    """A notification of a child from old records; `held` until a supervisor lets it be delivered."""

    class Meta:
        model = Notification
        fields = (*NotificationShown.Meta.fields, "held", "released_at", "released_by")


class ParentShown(serializers.Serializer):
    """A parent or grandparent; of one under suspicion neither name nor contact."""

    relation = serializers.CharField()
    suspected = serializers.BooleanField()
    reachable = serializers.BooleanField()
    name = serializers.CharField()
    contact = serializers.CharField()


class ExtractShown(serializers.Serializer):
    """What a letter tells; what is not open, or not in this kind of letter, is left out."""

    reference = serializers.CharField(required=False)
    message = serializers.IntegerField(required=False)
    kind = serializers.CharField(required=False)
    body = serializers.CharField(required=False)
    district = serializers.CharField(required=False)
    legal_basis = serializers.ListField(child=serializers.CharField(), required=False)
    sender = serializers.CharField(required=False)
    sender_phone = serializers.CharField(required=False)
    sex = serializers.CharField(required=False)
    age = serializers.IntegerField(required=False)
    age_basis = serializers.CharField(required=False)
    child_status = serializers.CharField(required=False)
    urgency = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    father_name = serializers.CharField(required=False)
    birth_date = serializers.CharField(required=False)
    citizenship = serializers.ListField(child=serializers.CharField(), required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    needs_interpreter = serializers.BooleanField(required=False)
    victim_status = serializers.CharField(required=False)
    whereabouts = serializers.CharField(required=False)
    found_on = serializers.CharField(required=False)
    parents = ParentShown(many=True, required=False)
    accompanied = serializers.CharField(required=False)
    needs = serializers.ListField(child=serializers.CharField(), required=False)
    taken = serializers.ListField(child=serializers.CharField(), required=False)
    asked = serializers.ListField(child=serializers.CharField(), required=False)
    informed = serializers.CharField(required=False)
    views = serializers.CharField(required=False)
    withheld = serializers.ListField(child=serializers.CharField(), required=False)
    field = serializers.CharField(required=False)
    text = serializers.CharField(required=False)


class DeliveryShown(Shown):
    """A way on which a letter goes; only the centre sees it."""

    class Meta:
        model = Delivery
        fields = ("channel", "state", "due_at", "tries", "done_at")


class LetterShown(Shown):
    """A numbered letter; `open` is whether the whole of it is shown."""

    open = serializers.BooleanField(read_only=True)
    said = ExtractShown(read_only=True, allow_null=True)
    deliveries = DeliveryShown(many=True, read_only=True, source="ways")

    class Meta:
        model = Message
        fields = ("number", "kind", "created_at", "frozen_at", "open", "said", "deliveries")


class WholeNotificationShown(NotificationShown):
    """A notification with its letters."""

    letters = LetterShown(many=True, read_only=True)

    class Meta:
        model = Notification
        fields = (*NotificationShown.Meta.fields, "letters")


def whole(notification: Any, person: Staff) -> Any:
    """The notification with its letters, as far as they are open to `person`."""
    if may(person, Verb.RECEIVE_NOTIFICATION):
        notification.letters = _to_body(notification, person)
    else:
        notification.letters = _to_centre(notification)
    return notification


def _to_body(notification: Notification, person: Staff) -> list[Any]:
    letters: list[Any] = pages.arrived(notification)
    opened = pages.opens_to(notification, person)
    for letter in letters:
        told = letter.extract
        before = {key: told[key] for key in OPEN_BEFORE_ACKNOWLEDGEMENT if key in told}
        letter.open, letter.said, letter.ways = opened, told if opened else before, []
    return letters


def _to_centre(notification: Notification) -> list[Any]:
    letters: list[Any] = pages.way(notification)
    for letter in letters:
        letter.open = letter.frozen_at is not None
        letter.said, letter.ways = letter.extract if letter.open else None, list(letter.deliveries.all())
    return letters
