"""Attacks through the pages: every address, method, nested id, filter, order and search."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import cycle, product
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.attack import by_api
from tests.attack.layers import setup
from tests.attack.words import known_at

COMMON = ("get", "post")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
BEFORE_SIGN_IN = ("accounts/", "demo/", "exit/", "language/", "feed/", "health")
WORDS = ("names", "state", "sort", "order", "ordering", "q", "search", "case", "pk", "id", "victim", "owner", "export", "format", "fields", "expand")  # fmt: skip
ENOUGH = 3  # ids that are refused by role: the others are too
SPELT = {
    "slug": "people",
    "form": "note",
    "language": "az",
    "name": "sex",
    "key": "ALLOWANCE_AZN",
    "code": "female",
}
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
OTHERS = 2  # ids of kinds that an address does not take, for each attacker another two
_taken: dict[str, set[str]] = defaultdict(set)


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


def _begins(template: str) -> str:
    """An address up to its last id: what follows is done with the same kind of row."""
    return template[: template.rfind(">") + 1]


def taken(world, person, sign_in) -> dict[str, set[str]]:
    """By the beginning of an address, the kinds of row that it finds when no layer stops `person`."""
    if _taken:
        return _taken
    kinds = world.kinds
    with setup("none"):
        client, key = sign_in(person), by_api.key_of(person)
        client.raise_request_exception = False
        for template in (one for one in addresses() if "<uuid" in one):
            for path, hidden in named(template, world.owners[:1], world.one_of_each):
                asks = by_api.ask(client, key, "get", path, {}) if "api/" in path else client.get(path)
                if asks.status_code not in (404, 405):
                    _taken[_begins(template)].add(kinds.get(hidden, ""))
    return _taken


def _ids(world, template: str) -> list:
    """The hidden ids of the kinds that the address takes and some others; all, where that is not known."""
    if not (kinds := _taken.get(_begins(template))):
        return world.one_of_each
    fits = [hidden for hidden in world.one_of_each if world.kinds.get(str(hidden)) in kinds]
    return list(dict.fromkeys([*fits, *(next(world.turn) for _ in range(OTHERS))]))


def requests(world, full: bool) -> Iterator[tuple[str, str, str, dict]]:
    """(address, method, path, body): with hidden ids in paths, bodies and queries."""
    ids, rest, tricks = world.one_of_each, world.one_of_each[1:], cycle(TRICKS)
    for number, (template, method) in enumerate(product(addresses(), METHODS if full else COMMON)):
        some = _ids(world, template) if full else [ids[0], rest[number % len(rest)]]
        for path, hidden in named(template, world.owners[: None if full else 1], some):
            yield template, method, path, _body(world, hidden) if method in ("post", "put", "patch") else {}
            if method not in COMMON:
                break
    yield from ((path, "get", f"/{path}", {}) for path in ASKED)
    for template in addresses():
        if "<" not in template:
            wide = {} if template.startswith("api/") else {"names": "show", "state": "all"}
            for query in _queries(template, (world.canaries[0], str(ids[0])), tricks if full else None):
                yield f"{template}?", "get", f"/{template}?{urlencode(wide | query)}", {}


def _queries(template: str, tried: tuple[str, str], tricks: Iterator[str] | None) -> list[dict[str, str]]:
    """What a query may try: each word that the page knows alone, by turns another trick; the others together."""
    if tricks is None:
        return [{"names": "show"}, {"sort": TRICKS[2]}, {"q": tried[0]}]
    known = known_at(f"/{template}")
    asked = [
        {word: trick} for word in WORDS if word in known for trick in (*tried, next(tricks), next(tricks))
    ]
    return asked + [dict.fromkeys([word for word in WORDS if word not in known], trick) for trick in tried]


def _body(world, hidden) -> dict:
    """A form that names the hidden row wherever a form could, and both cases where it names several."""
    named = dict.fromkeys(
        ("case", "victim", "pk", "id", "key", "notification", "content_object", "owner"), str(hidden)
    )
    return named | {"cases": [str(pk) for pk in world.owners[:2]]} | {
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
