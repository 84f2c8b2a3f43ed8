"""Attacks through the pages: every address, method, nested id, filter, order and search."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.attack import by_api
from tests.attack.words import known_at

COMMON = ("get", "post")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
BEFORE_SIGN_IN = ("accounts/", "demo/", "exit/", "language/", "feed/", "health")
WORDS = ("names", "state", "sort", "order", "ordering", "q", "search", "case", "pk", "id", "victim", "owner", "export", "format", "fields", "expand")  # fmt: skip
ENOUGH = 3  # ids that are refused by role: the others are too
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
    for template in addresses():
        if "<" not in template:
            wide = {} if template.startswith("api/") else {"names": "show", "state": "all"}
            for query in _queries(template, world.canaries[0], str(ids[0]), full):
                yield f"{template}?", "get", f"/{template}?{urlencode(wide | query)}", {}


def _queries(template: str, canary: str, hidden: str, full: bool) -> list[dict[str, str]]:
    """What a query may try: each word that the page knows alone, the others together."""
    if not full:
        return [{"names": "show"}, {"sort": TRICKS[0]}, {"q": canary}]
    known, tried = known_at(f"/{template}"), ("show", "all", canary, hidden)
    read = [word for word in WORDS if word in known]
    asked = [{word: trick} for word, trick in product(read, (*tried, *TRICKS))]
    return asked + [dict.fromkeys([word for word in WORDS if word not in known], trick) for trick in tried]


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
    found, closed = [], Counter[tuple[str, str]]()
    for template, method, path, body in requests(world, full):
        if closed[template, method] >= ENOUGH:
            continue
        if template.startswith("api/"):
            response = by_api.ask(client, key, method, path, body)
        else:
            response = getattr(client, method)(path, body) if body else getattr(client, method)(path)
        if response.status_code in (403, 405):  # decided by role and method, before any id is read
            closed[template, method] += 1
        shown = [
            word for word in world.shown_in(response, person) if quote(word) not in path
        ]  # not what was typed
        if shown:
            found.append(f"{person.username} {method} {path}: {shown}")
        elif response.status_code >= 500:
            world.errors.append(f"{person.username} {method} {path}: {response.status_code}")
    return found
