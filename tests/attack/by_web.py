"""Attacks through the pages: every address, method, nested id, filter, order and search."""

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

COMMON = ("get", "post")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
BEFORE_SIGN_IN = ("accounts/", "demo/", "exit/", "language/", "feed/", "health")
WORDS = ("names", "state", "sort", "order", "ordering", "q", "search", "case", "pk", "id", "victim", "owner", "export", "format", "fields")  # fmt: skip
ASKED = (  # lists behind figures, which nothing else asks for
    "services/figures/list/?by=type&code=legal",
    *(
        f"calendar/?span={span}&of={of}"
        for span in ("day", "week", "month")
        for of in ("all", "team", "rooms")
    ),
    "reports/people/?part=all&count=new&since=2026-01-01&until=2035-12-31",
)
TRICKS = (
    "show",
    "all",
    "victim__family_name",
    "-victim__birth_date",
    "csv",
    "' OR 1=1 --",
    "__all__",
    "\x00",
    "*",
)


def addresses() -> Iterator[str]:
    """Every address of the product as a template: `cases/<uuid:pk>/`."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            path = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, path)
            elif isinstance(entry, URLPattern) and not path.startswith(BEFORE_SIGN_IN):
                yield path

    return walk(get_resolver(), "")


def requests(world, full: bool) -> Iterator[tuple[str, str, dict]]:
    """(method, path, body): with hidden ids in paths, bodies and queries."""
    ids, rest = world.hidden_ids, world.hidden_ids[1:]
    for number, (template, method) in enumerate(product(addresses(), METHODS if full else COMMON)):
        several = "<" in template and method in COMMON
        for hidden in (ids if full else [ids[0], rest[number % len(rest)]]) if several else ids[:1]:
            named = (
                template.replace("<slug:slug>", "people")
                .replace("<slug:form>", "note")
                .replace("<slug:language>", "az")
            )
            path = "/" + re.sub(r"<[^>]+>", str(hidden), named)
            yield method, path, _body(hidden) if method in ("post", "put", "patch") else {}
    yield from (("get", f"/{path}", {}) for path in ASKED)
    canary, some = world.canaries[0], str(ids[0])
    asked = {*product(WORDS, ("show", "all", canary, some)), *product(WORDS[:3], TRICKS)}
    if not full:
        asked = {("names", "show"), ("sort", TRICKS[2]), ("q", canary)}
    for template, (word, trick) in product([each for each in addresses() if "<" not in each], sorted(asked)):
        yield "get", f"/{template}?{urlencode({'names': 'show', 'state': 'all'} | {word: trick})}", {}


def _body(hidden) -> dict:
    """A form that names the hidden row wherever a form could."""
    named = dict.fromkeys(
        ("case", "victim", "pk", "id", "key", "notification", "content_object", "owner"), str(hidden)
    )
    return named | {
        "to": "closed", "reason": "attack", "decision": "visit", "decided_on": "2026-01-01", "type": "legal",
        "delivered_on": "2026-01-01", "text": "attack", "kind": "note", "outcome": "resolved", "step": "told_police",
        "danger": "attack", "verdict": "approve", "status": "confirmed", "number": "attack", "what": "attack", "bed": "2", "out": "yes", "birth_date": "1.1.1980", "age_basis": "document", "given_name": "Attack",
        "seen": "0" * 64, "why": "attack", "wishes": "attack", "domain": "legal", "priority": "high", "state": "achieved", "result": "attack",
    }  # fmt: skip


def leaks(world, person, sign_in, full: bool) -> list[str]:
    """What `person` saw of the hidden cases, or the server errors met on the way."""
    client: Client = sign_in(person)
    client.raise_request_exception = False
    found = []
    for method, path, body in requests(world, full):
        response = getattr(client, method)(path, body) if body else getattr(client, method)(path)
        shown = [
            word for word in world.shown_in(response, person) if quote(word) not in path
        ]  # not what was typed
        if shown:
            found.append(f"{person.username} {method} {path}: {shown}")
        elif response.status_code >= 500:
            world.errors.append(f"{person.username} {method} {path}: {response.status_code}")
    return found
