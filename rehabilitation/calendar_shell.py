"""Where the calendar stands in the menu."""

from django.utils.translation import gettext_lazy as _

from aidcenter.roles import Verb
from aidcenter.shell import NavItem


def navigation() -> list[NavItem]:
    """The calendar, and the rooms for who keeps them."""
    return [
        NavItem(
            _("Calendar"), "calendar:calendar", "calendar-days", Verb.VIEW_CALENDAR, "/calendar/", key="d"
        ),
        NavItem(_("Rooms"), "calendar:rooms", "door-open", Verb.EDIT_ROOMS, "/calendar/rooms/"),
    ]
