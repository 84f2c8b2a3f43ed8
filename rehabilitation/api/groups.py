"""A session for several people, recorded or booked: a service in each case, or in none."""

import uuid
from typing import Any

from django.http import Http404
from rest_framework import serializers

from aidcenter.api.said import Codes, body_of
from aidcenter.api.views import Rows
from aidcenter.roles import Verb
from rehabilitation import groups
from rehabilitation.api.services import Booked, BookedShown
from rehabilitation.forms import GroupBookForm, GroupForm
from rehabilitation.models import GroupSession, Service


def _cases() -> Codes:
    return Codes(child=serializers.UUIDField(), min_length=2, max_length=groups.MOST)


class GroupSaid(body_of(GroupForm)):  # type: ignore[misc] # made from the form
    """A session for the people of `cases`, each of which the caller may change."""

    cases = _cases()


class GroupBookSaid(body_of(GroupBookForm)):  # type: ignore[misc] # made from the form
    """The same, ahead."""

    cases = _cases()


class Group(Rows):
    """Record that several people had one service together."""

    verbs = {"POST": Verb.RECORD_SERVICE}
    takes = {"POST": GroupForm}
    bodies = {"POST": GroupSaid}
    shows = BookedShown
    address = "/api/v1/services/{pk}/"  # of the first

    def made(self) -> Booked:
        """As on the screen; one foreign case, and there is nothing here."""
        form = self.form(people=groups.open_cases(self.person))
        return Booked(self.together(form, form.cleaned_data))

    def together(self, form: Any, said: dict[str, Any]) -> list[Service]:
        """The services, one in each case."""
        about = {"service_type": said["type"], "delivered_on": said["delivered_on"]}
        return groups.record_together(form.ids, **about, facts=form.facts(self.person), by=self.person)

    def of_key(self, first: str, **ids: Any) -> Booked:
        """What was made before, as far as the person still reads it."""
        made = GroupSession.objects.filter(made_by=self.person, services__contains=[uuid.UUID(first)]).get()
        rows = {row.pk: row for row in Service.objects.visible_to(self.person).filter(pk__in=made.services)}
        if not rows:
            raise Http404
        return Booked([rows[pk] for pk in made.services if pk in rows])


class GroupBook(Group):
    """Book one session for several people, which takes its time and its room once."""

    takes = {"POST": GroupBookForm}
    bodies = {"POST": GroupBookSaid}

    def together(self, form: Any, said: dict[str, Any]) -> list[Service]:
        """The services, one in each case."""
        about = {"service_type": said["type"], "starts_at": said["starts_at"]}
        return groups.book_together(form.ids, **about, facts=form.facts(self.person), by=self.person)
