"""What everybody may know: oneself, the code lists, the people and teams of the centre, and the figures."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aidcenter import audit, auditpage, codelists, registry
from aidcenter.access import reached_or_404
from aidcenter.api.shown import Shown
from aidcenter.api.views import Endpoint, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.models import AuditEvent, Staff, Team
from aidcenter.roles import MATRIX, Verb, may
from aidcenter.views import FIRST_YEAR


class MeShown(serializers.Serializer):
    """Who the key stands for, and what it may be used for."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    role = serializers.CharField()
    language = serializers.CharField()
    verbs = serializers.ListField(child=serializers.CharField())


class Me(Endpoint):
    """Who the key stands for, and what it may be used for."""

    verbs = {"GET": Verb.SEE_HOME}
    shows = MeShown

    def get(self, request: Request) -> Response:
        """Yourself."""
        self.check_query()
        said = {name: getattr(self.person, name) for name in MeShown._declared_fields if name != "verbs"}
        return self.shown(
            {**said, "verbs": [verb for verb in MATRIX[self.person.role] if may(self.person, verb)]}
        )


class CodeShown(serializers.Serializer):
    """A code, what it is called in the three languages, and whether forms offer it still."""

    code = serializers.CharField()
    az = serializers.CharField()
    ru = serializers.CharField()
    en = serializers.CharField()
    offered = serializers.BooleanField()


class CodeListShown(serializers.Serializer):
    """A code list."""

    name = serializers.CharField()
    codes = CodeShown(many=True)


class CodeListNamesShown(serializers.Serializer):
    """Which code lists there are."""

    names = serializers.ListField(child=serializers.CharField())


class CodeLists(Endpoint):
    """Which code lists there are."""

    verbs = {"GET": Verb.SEE_HOME}
    shows = CodeListNamesShown

    def get(self, request: Request) -> Response:
        """Their names."""
        self.check_query()
        return self.shown({"names": codelists.names()})


class CodeList(Endpoint):
    """One code list, with labels in three languages."""

    verbs = {"GET": Verb.SEE_HOME}
    shows = CodeListShown

    def get(self, request: Request, name: str) -> Response:
        """Its codes, in its order."""
        self.check_query()
        if name not in codelists.names():
            raise Http404
        words = [
            {"code": code, **codelists.words_of(name, code), "offered": codelists.offered(name, code)}
            for code in codelists.codes(name)
        ]
        return self.shown({"name": name, "codes": words})


class TeamShown(Shown):
    """A team."""

    class Meta:
        model = Team
        fields = ("id", "name")


class Teams(Rows):
    """The teams of the centre."""

    verbs = {"GET": Verb.VIEW_STAFF}
    shows = TeamShown
    order = "pk"

    def rows(self) -> QuerySet[Team]:
        """All."""
        return Team.objects.all()

    def looked(self, rows: list[Any]) -> None:
        """As on the screen."""
        audit.record("staff.view", by=self.person)


class StaffShown(Shown):
    """Somebody who works here, or did."""

    class Meta:
        model = Staff
        fields = ("id", "username", "display_name", "role", "team", "profession", "language", "is_active")


class People(Rows):
    """The people of the centre and of the state bodies, those who left too."""

    verbs = {"GET": Verb.VIEW_STAFF}
    shows = StaffShown
    order = "pk"

    def rows(self) -> QuerySet[Staff]:
        """All."""
        return Staff.objects.all()

    def looked(self, rows: list[Any]) -> None:
        """As on the screen."""
        audit.record("staff.view", by=self.person)


class Person(Row):
    """One of them."""

    verbs = {"GET": Verb.VIEW_STAFF}
    shows = StaffShown

    def row(self, pk: int) -> Staff:
        """The person."""
        return reached_or_404(Staff.objects.all(), pk=pk)

    def looked(self, row: Staff) -> None:
        """As on the screen."""
        audit.record("staff.view", by=self.person)


class AuditEventShown(Shown):
    """Somebody looked, was refused, or changed something: ids, no contents."""

    class Meta:
        model = AuditEvent
        fields = ("id", "at", "actor_id", "action", "case_id", "ids", "facts")


class AuditEvents(Rows):
    """The record of who looked, the newest first."""

    verbs = {"GET": Verb.VIEW_AUDIT}
    shows = AuditEventShown
    asks = auditpage.AskedForm

    def rows(self) -> QuerySet[AuditEvent]:
        """The events that the query asks for."""
        return auditpage.matching(self.asked()).order_by()

    def looked(self, rows: list[Any]) -> None:
        """What the auditor looked at is on record as well."""
        case = self.request.query_params.get("case")
        audit.record("audit.view", by=self.person, ids=[uuid.UUID(case)] if case else [])


class FigureShown(serializers.Serializer):
    """A figure; text such as "<11" where it is suppressed for who asks."""

    label = serializers.CharField()  # type: ignore[assignment] # DRF has another of that name
    shown = serializers.CharField()


class TableShown(serializers.Serializer):
    """A table of figures."""

    title = serializers.CharField()
    cells = FigureShown(many=True)


class StatisticsShown(serializers.Serializer):
    """The figures of a year."""

    year = serializers.IntegerField()
    exact = serializers.BooleanField()
    tables = TableShown(many=True)


class YearForm(forms.Form):
    """Which year."""

    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=9999)


class Statistics(Endpoint):
    """The figures of a year, exact or with small ones suppressed, by the person's role."""

    verbs = {"GET": Verb.VIEW_STATISTICS}
    shows = StatisticsShown
    asks = YearForm

    def get(self, request: Request) -> Response:
        """The tables of every app."""
        year, exact = (
            self.asked().get("year") or baku_today().year,
            may(self.person, Verb.VIEW_EXACT_STATISTICS),
        )
        found = [
            {
                "title": str(table.title),
                "cells": [
                    {"label": str(label), "shown": shown} for label, _n, shown in table.cells(exact=exact)
                ],
            }
            for answer in registry.ask("statistics", year)
            for table in answer
        ]
        audit.record("statistics", by=self.person, year=year, exact=exact)
        return self.shown({"year": year, "exact": exact, "tables": found})
