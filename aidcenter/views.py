"""The pages of nobody in particular: home, statistics, health."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from aidcenter import audit, registry
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem

FIRST_YEAR = 2005
SOON = timedelta(days=7)  # what is due later stands folded on the home page


def navigation() -> list[NavItem]:
    """The pages of this module in the menu; home is there already."""
    return [NavItem(_("Statistics"), "statistics", "chart-bar", Verb.VIEW_STATISTICS, "/statistics/")]


@require_GET
@guard(Verb.SEE_HOME)
def home(request: StaffRequest) -> HttpResponse:
    """The day's work: what is owed, the most urgent first, each row ending in the act."""
    own = next(filter(None, registry.ask("home", request)), None)
    if own is not None:
        return own
    today = baku_today()
    found = [duty for answer in registry.ask("duties", request.user, today) for duty in answer]
    rows: list[dict[str, Any]] = [
        {"duty": duty, "when": duty.when(today), "urgency": duty.urgency(today)}
        for duty in sorted(found, key=lambda duty: (not duty.now, duty.due_on))
    ]
    work = [row for row in rows if row["duty"].is_work]
    panels = [panel for answer in registry.ask("home_panels", request.user, today) for panel in answer]
    audit.record("home", by=request.user)
    return render(
        request,
        "home.html",
        {
            "today": today,
            "alarms": [row for row in rows if row["duty"].alarm],
            "waiting": [row for row in rows if row["duty"].waiting],
            "quiet": [row for row in rows if row["duty"].quiet],
            "rows": [row for row in work if row["duty"].due_on <= today + SOON],
            "later": [row for row in work if row["duty"].due_on > today + SOON],
            "now": sum(row["urgency"] == "due" for row in work),
            "late": sum(row["urgency"] == "late" for row in work),
            "panels": panels,
        },
    )


@require_GET
@guard(Verb.VIEW_STATISTICS)
def statistics(request: StaffRequest) -> HttpResponse:
    """The figures of a year, exact or with small ones suppressed, by the person's role."""
    today, exact = baku_today(), may(request.user, Verb.VIEW_EXACT_STATISTICS)
    asked = request.GET.get("year", "")
    known = (
        asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:4]) <= today.year and len(asked) == 4
    )
    year = int(asked) if known else today.year
    found = [
        {"title": table.title, "cells": table.cells(exact=exact)}
        for answer in registry.ask("statistics", year)
        for table in answer
    ]
    audit.record("statistics", by=request.user, year=year, exact=exact)
    context = {"year": year, "years": range(today.year, FIRST_YEAR, -1), "tables": found, "exact": exact}
    return render(request, "statistics.html", context)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the role does not include it; or access is stopped by the order that the page then shows."""
    order = str(exception) if getattr(exception, "by_order", False) else ""
    return render(request, "403.html", {"order": order}, status=403)


@require_GET
def healthz(_: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
