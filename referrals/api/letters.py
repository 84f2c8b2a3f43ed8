"""What the letters to the bodies say: the caseworker's part, each letter as it would leave, and on paper."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit
from aidcenter.api.shown import Shown
from aidcenter.api.views import Endpoint
from aidcenter.roles import Verb
from cases.api.written import OfCase
from cases.reached import changeable
from referrals import letter_facts
from referrals.api.notifications_shown import ExtractShown
from referrals.forms import FactsForm
from referrals.letter_views import letter_of
from referrals.models import LetterFacts


class LetterFactsShown(Shown):
    """What was said for the letters: codes, and the child's own wish."""

    class Meta:
        model = LetterFacts
        fields = ("id", "case", *LetterFacts.FACTS, "author", "written_at")


class Facts(OfCase):
    """What was said for the letters of a case; the newest, which is first, counts. With POST, say it anew.

    It leaves with the first letter, or as an addition to each body that has one already.
    """

    verbs = {"GET": Verb.ANSWER_BODY, "POST": Verb.ANSWER_BODY}
    takes = {"POST": FactsForm}
    shows = LetterFactsShown
    address = "{here}"
    order = ("-written_at", "pk")
    look = "notification.tell.form"

    def rows(self, pk: uuid.UUID) -> QuerySet[LetterFacts]:
        """All of the case, to whoever may change it."""
        return LetterFacts.objects.filter(case=changeable(self.request, pk))

    def made(self, pk: uuid.UUID) -> LetterFacts:
        """As on the screen."""
        case = changeable(self.request, pk)
        told = letter_facts.tell(case, self.form().cleaned_data, by=self.person)
        facts: LetterFacts = self.of_key(told.pk, pk=pk)
        return facts


class ToldShown(serializers.Serializer):
    """A letter as it would leave today."""

    notification = serializers.UUIDField(read_only=True)
    said = ExtractShown(read_only=True)


class AllToldShown(serializers.Serializer):
    """What each body would be told today."""

    letters = ToldShown(many=True)


class Letters(Endpoint):
    """What each body would be told of the case today."""

    verbs = {"GET": Verb.ANSWER_BODY}
    shows = AllToldShown

    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """As on the screen; the look is on record."""
        self.check_query()
        case = changeable(self.request, pk)
        audit.record("notification.tell.form", by=self.person, case=case.pk)
        told = letter_facts.told_now(case)
        return self.shown({"letters": [{"notification": row.pk, "said": _known(said)} for row, said in told]})


def _known(said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


class Letter(Endpoint):
    """The letter of a notification on paper, in Azerbaijani."""

    verbs = {"GET": Verb.VIEW_NOTIFICATION}
    hands_out = ("application/pdf",)

    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """PDF; making it is on record."""
        self.check_query()
        return letter_of(self.request, pk)
