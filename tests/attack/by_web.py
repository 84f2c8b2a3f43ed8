"""Attacks through the pages: every address, method, nested id, filter, order and search."""

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.attack import by_api

COMMON = ("get", "post")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
BEFORE_SIGN_IN = ("accounts/", "demo/", "exit/", "language/", "feed/", "health")
READ = ("names", "state", "sort", "q", "case")  # words of a query that a page may listen to, each alone
UNREAD = (
    "order",
    "ordering",
    "search",
    "pk",
    "id",
    "victim",
    "owner",
    "export",
    "format",
    "fields",
    "expand",
)
SPELT = {"slug": "people", "form": "note", "language": "az", "name": "sex"}
ASKED = (  # lists behind figures, which nothing else asks for
    "services/figures/list/?by=type&code=legal",
    *(
        f"calendar/?span={span}&of={of}"
        for span in ("day", "week", "month")
        for of in ("all", "team", "rooms")
    ),
    "reports/people/?part=all&count=new&since=2026-01-01&until=2035-12-31",
)
TRICKS = ("victim__family_name", "-victim__birth_date", "csv", "' OR 1=1 --", "__all__", "\x00", "*")


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


def named(template: str, inside: list, ids: list) -> Iterator[tuple[str, str]]:
    """(path, the last id in it): each of `ids` in `template`, and inside each of `inside` if it has two."""
    whole = "/" + re.sub(r"<slug:(\w+)>", lambda word: SPELT[word[1]], template)
    *outer, _last = parameters = re.findall(r"<[^>]+>", whole) or [""]
    for values in product(*[inside for _ in outer], ids if parameters[-1] else ids[:1]):
        filled = whole
        for parameter, value in zip(parameters, values, strict=True):
            filled = filled.replace(parameter, str(value) if "uuid" in parameter else "1", 1)
        yield filled, str(values[-1])


def requests(world, full: bool) -> Iterator[tuple[str, str, str, dict]]:
    """(address, method, path, body): with hidden ids in paths, bodies and queries."""
    ids, rest = world.one_of_each, world.one_of_each[1:]
    for number, (template, method) in enumerate(product(addresses(), METHODS if full else COMMON)):
        some = ids if full else [ids[0], rest[number % len(rest)]]
        for path, hidden in named(template, world.owners[: None if full else 1], some):
            yield template, method, path, _body(hidden) if method in ("post", "put", "patch") else {}
            if method not in COMMON:
                break
    yield from ((path, "get", f"/{path}", {}) for path in ASKED)
    canary, some_id = world.canaries[0], str(ids[0])
    asked = [{word: trick} for word, trick in product(READ, ("show", "all", canary, some_id, *TRICKS))]
    asked += [dict.fromkeys(UNREAD, trick) for trick in ("show", "all", canary, some_id)]
    if not full:
        asked = [{"names": "show"}, {"sort": TRICKS[0]}, {"q": canary}]
    for template, query in product([each for each in addresses() if "<" not in each], asked):
        wide = {} if template.startswith("api/") else {"names": "show", "state": "all"}
        path = f"/{template}?{urlencode(wide | query)}"
        yield path, "get", path, {}


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
    key = by_api.key_of(person)
    found, closed = [], set()
    for template, method, path, body in requests(world, full):
        if (template, method) in closed:
            continue
        if template.startswith("api/"):
            response = by_api.ask(client, key, method, path, body)
        else:
            response = getattr(client, method)(path, body) if body else getattr(client, method)(path)
        if response.status_code == 405:  # decided before any id is read
            closed.add((template, method))
        shown = [
            word for word in world.shown_in(response, person) if quote(word) not in path
        ]  # not what was typed
        if shown:
            found.append(f"{person.username} {method} {path}: {shown}")
        elif response.status_code >= 500:
            world.errors.append(f"{person.username} {method} {path}: {response.status_code}")
    return found
