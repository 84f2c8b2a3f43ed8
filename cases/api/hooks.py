"""A program that asks can have itself told as well: where, of what, and the end of it."""

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from aidcenter import audit
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Deed, Rows
from aidcenter.roles import Verb
from cases import hooks
from cases.hook_forms import HookForm
from cases.models import Hook


class HookShown(Shown):
    """Where events are sent; the `secret` that signs them is said once, when it is made, and then null."""

    secret = serializers.SerializerMethodField()

    class Meta:
        model = Hook
        fields = ("id", "url", "kinds", "made_at", "expires_at", "revoked_at", "secret")

    def get_secret(self, row: Hook) -> str | None:
        """The secret of the hook that this request has made."""
        return row.secret if getattr(row, "is_new", False) else None


class Hooks(Rows):
    """Where events are sent for the person of the key; with POST one more."""

    verbs = {"GET": Verb.HEAR_EVENTS, "POST": Verb.HEAR_EVENTS}
    takes = {"POST": HookForm}
    shows = HookShown
    address = "{here}"  # there is no page of one
    order = ("-made_at", "pk")

    def rows(self) -> QuerySet[Hook]:
        """The open ones."""
        return hooks.of(self.person)

    def looked(self, rows: list[Any]) -> None:
        """On record as on the screen."""
        audit.record("hook.list", by=self.person)

    def made(self) -> Hook:
        """One more; it ends with the key that made it."""
        said = self.form(person=self.person).cleaned_data
        row = hooks.subscribe(by=self.person, **said)
        row.refresh_from_db()
        row.is_new = True  # type: ignore[attr-defined] # for this answer only
        return row


class HookEnd(Deed):
    """The program is told of nothing any more."""

    verbs = {"POST": Verb.HEAR_EVENTS}
    shows = HookShown

    def done(self, pk: uuid.UUID) -> Hook:
        """The row, ended."""
        row = reached_or_404(hooks.of(self.person), pk=pk)
        hooks.take_back(row, by=self.person)
        return row
