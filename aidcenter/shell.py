"""What every page of a signed-in person shows: where they may go, and in which language."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from aidcenter import helptexts, personal, registry
from aidcenter.factor import has_second_factor
from aidcenter.idle import has_password
from aidcenter.roles import Role, Verb, may


@dataclass(frozen=True)
class NavItem:
    """A place to go, offered by an app through the slot `navigation` to whoever has the verb.

    A `primary` item is an act, shown as a button in the top bar instead of the menu. `key`, pressed after
    g, opens it (static/keys.js).
    """

    label: object
    url_name: str
    icon: str
    verb: Verb
    active_prefix: str
    primary: bool = False
    key: str = ""


class Link(NamedTuple):
    """A `NavItem` as the template draws it."""

    label: object
    url: str
    icon: str
    active: bool
    key: str


HOME = NavItem(_("Today"), "home", "sun", Verb.SEE_HOME, "/", key="t")


def _items(request: HttpRequest) -> Iterator[NavItem]:
    """What `request.user` may go to, home first; nothing before the second factor has passed."""
    if not has_second_factor(request):
        return
    offered = [HOME, *(item for items in registry.ask("navigation") for item in items)]
    yield from (item for item in offered if may(request.user, item.verb))


def _active(items: list[NavItem], path: str) -> NavItem | None:
    """The item under which `path` stands: that with the longest prefix."""
    above = [item for item in items if path.startswith(item.active_prefix) and (item != HOME or path == "/")]
    return max(above, key=lambda item: len(item.active_prefix), default=None)


def _links(request: HttpRequest, *, primary: bool) -> list[Link]:
    items = list(_items(request))
    active = _active(items, request.path)
    return [
        Link(item.label, reverse(item.url_name), item.icon, item is active, item.key)
        for item in items
        if item.primary == primary
    ]


def pages_by_key(request: HttpRequest) -> list[tuple[str, object]]:
    """(key, label) of the pages that a key opens for this person."""
    return [(item.key, item.label) for item in _items(request) if item.key]


def _layout(request: HttpRequest) -> str:
    """The base of pages that are shown both before and after the second factor."""
    return "base.html" if has_second_factor(request) else "base_plain.html"


def _banners(request: HttpRequest) -> list[object]:
    """What stands above every page of who has to know it; nothing before the second factor has passed."""
    if not has_second_factor(request):
        return []
    return [said for answer in registry.ask("banners", request.user) for said in answer]


def exit_url() -> str:
    """The neutral site that the quick exit shows."""
    return str(getattr(settings, "QUICK_EXIT_URL", "https://www.wikipedia.org/"))


def demo_people() -> list[tuple[object, list[Any]]]:
    """The people of the demo centre for one-click sign-in, by role; nobody outside the demo."""
    if not settings.DEMO:
        return []
    known = get_user_model().objects.filter(is_active=True, is_program=False)
    people = list(known.select_related("team").order_by("pk"))
    groups = [(role.label, [person for person in people if person.role == role]) for role in Role]
    return [(label, members) for label, members in groups if members]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html; nothing is asked of the database before a template uses it."""
    return {
        "nav": SimpleLazyObject(partial(_links, request, primary=False)),
        "nav_actions": SimpleLazyObject(partial(_links, request, primary=True)),
        "may_register": partial(may, getattr(request, "user", None), Verb.REGISTER_VICTIM),
        "may_hear": partial(may, getattr(request, "user", None), Verb.HEAR_EVENTS),
        "may_find": partial(may, getattr(request, "user", None), Verb.LIST_CASES),
        "banners": SimpleLazyObject(partial(_banners, request)),
        "idle_seconds": settings.IDLE_SECONDS,
        "has_password": partial(has_password, request),
        "layout": partial(_layout, request),
        "demo": settings.DEMO,
        "demo_people": demo_people,
        "languages": settings.LANGUAGES,
        "theme": partial(personal.theme, request),
        "compact": partial(personal.compact, request),
        "has_keys": partial(personal.has_keys, request),
        "shows_names": partial(personal.shows_names, request),
        "names_url": partial(personal.names_url, request),
        "offers_tour": partial(helptexts.offers_tour, request),
    }
