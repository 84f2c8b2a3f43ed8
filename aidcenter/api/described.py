"""The description of the API: for programs as OpenAPI 3.1, for people as a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from rest_framework.request import Request

from aidcenter import codelists
from aidcenter.access import StaffRequest, guard
from aidcenter.api.views import Endpoint
from aidcenter.roles import Verb

FIRST = "cases"  # what is read before somebody chooses
METHODS = ("get", "post", "patch")


@codelists.remembered
def document(language: str) -> dict[str, Any]:
    """The whole description, its sentences in `language`."""
    with override(language):
        made: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def as_json() -> bytes:
    """The same, as a program reads it."""
    return OpenApiJsonRenderer().render(document(get_language() or "en"), renderer_context={})


class Description(Endpoint):
    """The description of all addresses, in OpenAPI 3.1."""

    verbs = {"GET": Verb.SEE_HOME}
    schema = None  # it does not describe itself

    def get(self, request: Request) -> HttpResponse:
        """JSON."""
        self.check_query()
        return HttpResponse(as_json(), content_type="application/vnd.oai.openapi+json")


@dataclass(frozen=True)
class Part:
    """A part of a body or of an answer, or a parameter: its name, kind, and what is said of it."""

    name: str
    kind: str
    required: bool
    said: str
    codes: list[str]


@dataclass(frozen=True)
class Operation:
    """What can be asked at one address with one method."""

    name: str
    method: str
    path: str
    said: str
    asks: list[Part]
    body: list[Part]
    answer: list[Part]
    codes: list[tuple[str, str]]


@require_GET
@guard(Verb.SEE_HOME)
def page(request: StaffRequest) -> HttpResponse:
    """What a program can ask of one kind of thing, to read; the whole is a heavy page."""
    found: dict[str, list[Operation]] = {}
    for operation in _operations(document(get_language() or "en")):
        found.setdefault(_thing(operation.path), []).append(operation)
    of = request.GET.get("of", "")
    of = of if of in found else FIRST
    refusals = sorted({refusal for operation in found[of] for refusal in operation.codes})
    context = {"names": sorted(found), "of": of, "operations": found[of], "refusals": refusals}
    return render(request, "api/description.html", context)


def _thing(path: str) -> str:
    """What an address is about: `cases`, what a case has as `cases/notes`, a record as `records/guardian`."""
    words = [word for word in path.split("/")[3:] if word and "{" not in word]
    if "records" in words:
        return "/".join(words[words.index("records") :][:2])
    return "/".join(words[:2]) if words[0] == FIRST and len(words) > 1 else words[0]


@require_GET
@guard(Verb.SEE_HOME)
def download(request: StaffRequest) -> HttpResponse:
    """The description as a file, for those who write a program."""
    headers = {"Content-Disposition": 'attachment; filename="openapi.json"'}
    return HttpResponse(as_json(), content_type="application/json", headers=headers)


def _operations(said: dict[str, Any]) -> Iterator[Operation]:
    for path, ways in said["paths"].items():
        for method in METHODS:
            if method in ways:
                yield _operation(said, path, method, ways[method])


def _operation(whole: dict[str, Any], path: str, method: str, said: dict[str, Any]) -> Operation:
    answers = said["responses"]
    good = next(answers[code] for code in ("200", "201") if code in answers)
    asks = [_part(whole, each["name"], each.get("schema", {}) | {"description": each.get("description", "")},
                  required=each.get("required", False)) for each in said.get("parameters", [])]  # fmt: skip
    codes = [(code, each.get("description", "")) for code, each in answers.items() if code >= "400"]
    return Operation(
        said["operationId"], method.upper(), path, said.get("description", ""), asks,
        _parts(whole, said.get("requestBody", {})), _parts(whole, good), codes,
    )  # fmt: skip


def _parts(whole: dict[str, Any], carrier: dict[str, Any]) -> list[Part]:
    content: dict[str, Any] = next(iter(carrier.get("content", {}).values()), {})
    schema = _named(whole, content.get("schema", {}))
    parts, needed = schema.get("properties", {}), schema.get("required", [])
    return [_part(whole, name, part, required=name in needed) for name, part in parts.items()]


def _part(whole: dict[str, Any], name: str, schema: dict[str, Any], *, required: bool) -> Part:
    kinds = schema.get("type") or _named(whole, schema).get("type", "")
    kind = ", ".join(each for each in kinds if each != "null") if isinstance(kinds, list) else kinds
    inner = schema.get("items", {})
    codes = [str(code) for code in (schema.get("enum") or inner.get("enum") or []) if code]
    about = " · ".join(filter(None, [str(kind), schema.get("format", "")]))
    return Part(name, about, required, schema.get("description", ""), codes)


def _named(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, where it is only named."""
    within = [each["$ref"] for each in schema.get("allOf", []) if "$ref" in each]
    named = schema.get("$ref") or "".join(within[:1])
    return whole["components"]["schemas"][named.rpartition("/")[2]] if named else schema
