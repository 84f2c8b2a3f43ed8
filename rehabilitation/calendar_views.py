"""Pages of the calendar: by day, week and month, of people and rooms; and the rooms."""

from datetime import date
from html import escape
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.clock import baku_today
from aidcenter.forms import tried
from aidcenter.roles import Verb
from aidcenter.templatetags.ui import dmy
from rehabilitation import calendar_rows, rooms
from rehabilitation.calendar_asked import PERSON, ROOM, SPANS, Asked
from rehabilitation.calendar_forms import RoomFormSet
from rehabilitation.calendar_rows import NONE, Whose
from rehabilitation.models import Room

PAGE_SIZE = 25


@require_GET
@guard(Verb.VIEW_CALENDAR)
def calendar(request: StaffRequest) -> HttpResponse:
    """A day, week or month of oneself, somebody, the team, everybody, a room or all of them."""
    today = baku_today()
    asked = Asked.of_query(request.GET, today)
    whom = calendar_rows.whose(asked, request.user)
    page = Paginator(list(whom.shown.items()), PAGE_SIZE).get_page(request.GET.get("page"))
    one = len(whom.shown) == 1
    found = (_month if asked.span == "month" else _week if asked.span == "week" and not one else _slots)(
        request, asked, whom, dict(page.object_list)
    )
    audit.record("calendar.view", by=request.user, ids=found.pop("ids"), of=asked.whose, span=asked.span)
    context = {
        "asked": asked,
        "whose": whom,
        "one": one,
        "page": page,
        "today": today,
        "spans": [(span, asked.query(span=span), _spans()[span]) for span in SPANS],
        "people_options": _options(PERSON, whom.people, asked),
        "room_options": _options(ROOM, whom.rooms, asked),
        "before": asked.by(-1).query(),
        "after": asked.by(1).query(),
        "now": asked.query(day=today),
        **found,
    }
    return render(request, "rehabilitation/calendar.html", context)


def _options(kind: str, names: dict[int, str], asked: Asked) -> SafeString:
    """The choices of a list; some hundred people are not drawn one by one by a template."""
    chosen = asked.pk if asked.of == kind else None
    rows = [
        f'<option value="{kind}-{pk}"{" selected" if pk == chosen else ""}>{escape(name)}</option>'
        for pk, name in names.items()
    ]
    return mark_safe("".join(rows))  # noqa: S308 -- names escaped, the rest numbers


def _spans() -> dict[str, str]:
    return {"day": _("Day"), "week": _("Week"), "month": _("Month")}


def _month(request: StaffRequest, asked: Asked, whom: Whose, shown: dict[int, str]) -> dict[str, Any]:
    """How much there is on each day; and, of many, of each."""
    counts = calendar_rows.by_day(whom, asked.days)
    words, today = [str(word) for word in WEEKDAYS_ABBR.values()], baku_today()

    def cell(day: date | None) -> tuple[str, ...]:
        """Weekday, number, day in full, address, class, how many, how long; the template only places them."""
        if day is None:
            return ("",) * 7
        amount = counts.get(day, NONE)
        said = (amount.sessions, amount.hours) if amount.number else ("", "")
        kind = "today" if day == today else "" if amount.number else "idle"
        return (words[day.weekday()], str(day.day), dmy(day), asked.query(span="day", day=day), kind, *said)

    found: dict[str, Any] = {
        "part": "rehabilitation/_calendar_month.html",
        "weekdays": words,
        "weeks": [[cell(day) for day in week] for week in asked.weeks],
        "total": calendar_rows.total(counts.values()),
        "ids": [],
    }
    if len(whom.shown) > 1:
        of_each = calendar_rows.of_each(whom, asked.days, shown)
        kind = PERSON if whom.column == "staff" else ROOM
        found["rows"] = [
            (name, str(amount.number), amount.hours, asked.query(of=f"{kind}-{pk}"))
            for pk, name in shown.items()
            for amount in (of_each.get(pk, NONE),)
        ]
    return found


def _week(request: StaffRequest, asked: Asked, whom: Whose, shown: dict[int, str]) -> dict[str, Any]:
    """How much each of many has on each day."""
    of_each = calendar_rows.by_row(whom, asked.days, shown)
    kind = PERSON if whom.column == "staff" else ROOM

    def cell(pk: int, day: date) -> tuple[date, Any, str]:
        return day, of_each[pk].get(day, NONE), asked.query(span="day", day=day, of=f"{kind}-{pk}")

    return {
        "part": "rehabilitation/_calendar_week.html",
        "heads": _heads(asked),
        "rows": [
            (name, asked.query(of=f"{kind}-{pk}"), [cell(pk, day) for day in asked.days])
            for pk, name in shown.items()
        ],
        "ids": [],
    }


def _slots(request: StaffRequest, asked: Asked, whom: Whose, shown: dict[int, str]) -> dict[str, Any]:
    """Each booking: of one on the days of a week, or of each on one day."""
    found = calendar_rows.slots(whom, asked.days, shown, request.user)
    known = {
        service.pk
        for days in found.values()
        for rows in days.values()
        for slot in rows
        for service in slot.services
    }
    lists = [
        (name if len(asked.days) == 1 else label, day, found[pk][day])
        for pk, name in shown.items()
        for label, day in _heads(asked)
    ]
    return {"part": "rehabilitation/_calendar_slots.html", "lists": lists, "ids": sorted(known)}


def _heads(asked: Asked) -> list[tuple[str, date]]:
    return [(f"{WEEKDAYS_ABBR[day.weekday()]} {day:%d.%m}", day) for day in asked.days]


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_ROOMS)
def edit_rooms(request: StaffRequest) -> HttpResponse:
    """The rooms: their names, and whether they are in use."""
    now = list(Room.objects.values("id", "name", "active"))
    formset = RoomFormSet(request.POST or None, initial=now)
    if request.method == "POST" and formset.is_valid():
        rows = [row.cleaned_data for row in formset if row.cleaned_data.get("name")]
        if tried(formset.forms[0], lambda: rooms.keep(rows, by=request.user)):
            messages.success(request, _("The rooms are saved."))
            return redirect("calendar:rooms")
    audit.record("rooms.form", by=request.user)
    return render(request, "rehabilitation/rooms.html", {"formset": formset})
