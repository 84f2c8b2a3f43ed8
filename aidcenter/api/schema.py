"""The description of the API in OpenAPI 3.1, from what each address declares (aidcenter/api/views.py)."""

import inspect
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from aidcenter.api import once
from aidcenter.api.problems import TITLES
from aidcenter.api.said import body_of
from aidcenter.api.views import Deed, Rows
from aidcenter.roles import MATRIX, Role

ALWAYS = (400, 401, 403, 404, 406, 429, 503)
WITH_BODY = (409, 413, 415, 422)


class Place(serializers.Serializer):
    """What is wrong, and where in the body or the query."""

    pointer = serializers.CharField(help_text="A JSON pointer; empty where it is about the whole.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457 problem details, in the caller's language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = Place(many=True, required=False)  # type: ignore[assignment] # DRF has another of that name


def _header(name: str, said: str, *, required: bool = False, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required, description=said)


class Described(AutoSchema):
    """How an Endpoint is described: nothing is written twice."""

    view: Any  # an Endpoint

    def get_operation_id(self) -> str:
        """Like `cases_list`, `cases_create`, `plans_submit`."""
        parts = [part for part in self.path.split("/")[3:] if part and not part.startswith("{")]
        return "_".join([*parts, self._verb()]).replace("-", "_")

    def _verb(self) -> str:
        if isinstance(self.view, Deed):
            return "do"
        if self.method != "GET":
            return {"POST": "create", "PATCH": "change"}[self.method]
        if isinstance(self.view, Rows):
            return "list"
        return "read" if "{" in self.path else "show"

    def get_description(self) -> str:  # type: ignore[override] # as spectacular has it
        """What the view says of itself, and who may ask."""
        verbs = self.view.verbs_of(self.method)
        roles = ", ".join(role.value for role in Role if any(verb in MATRIX[role] for verb in verbs))
        named = " or ".join(verbs)
        return f"{inspect.getdoc(self.view)}\n\nVerb: {named} ({roles})."

    def get_tags(self) -> list[str]:
        """The first word of the address."""
        return [self.path.split("/")[3]]

    def get_override_parameters(self) -> list[Any]:
        """What a query and the headers may say."""
        found: list[Any] = []
        if self.method == "PATCH":
            found.append(_header("If-Match", "The ETag of what you have seen.", required=True))
        if isinstance(self.view, Rows) and self.method == "POST":
            key = {"type": "string", "pattern": f"^{once.VISIBLE}$"}
            found.append(_header(once.HEADER, "The same key again makes nothing new.", kind=key))
        if isinstance(self.view, Rows) and self.method == "GET":
            limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}
            found += [OpenApiParameter("limit", limit), OpenApiParameter("cursor", str)]
        if self.method == "GET" and self.view.asks:
            found.append(body_of(self.view.asks)())
        return found

    def get_request_serializer(self) -> Any:
        """The body, by the form of the screen."""
        if self.method not in self.view.takes:
            return None
        return self.view.body_of(self.method)()

    def get_response_serializers(self) -> Any:
        """The row or the page, and every refusal."""
        good = 201 if isinstance(self.view, Rows) and self.method == "POST" else 200
        codes = [*ALWAYS, *(WITH_BODY if self.method in ("POST", "PATCH") else ())]
        codes += [412, 428] if self.method == "PATCH" else []
        codes += [422] if self.method == "GET" and (self.view.asks or isinstance(self.view, Rows)) else []
        refusals = {
            (code, "application/problem+json"): OpenApiResponse(Problem, description=str(TITLES[code]))
            for code in codes
        }
        files: dict[Any, Any] = {(good, kind): OpenApiTypes.BINARY for kind in self.view.hands_out}
        return {**(files or {good: self._shown()}), **refusals}

    def _shown(self) -> Any:
        shows = self.view.shows
        if self.method != "GET" or not isinstance(self.view, Rows):
            return shows()
        return _page_of(shows)


@cache
def _page_of(shows: Any) -> Any:
    """A page of rows."""
    name = f"{shows.__name__}Page"
    return type(
        name,
        (serializers.Serializer,),
        {
            "__doc__": "A page of them, and where the pages beside it are.",
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shows(many=True),
        },
    )()


def strict(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What a body does not know is refused: say so of every body."""
    schemas = result["components"]["schemas"]
    for ways in result["paths"].values():
        for said in ways.values():
            for asked in (each["schema"] for each in said.get("parameters", []) if each["in"] == "query"):
                if isinstance(asked.get("type"), list):
                    asked["type"] = asked["type"][0]  # a query has no null
            for content in said.get("requestBody", {}).get("content", {}).values():
                _close(schemas, content["schema"])
                content["example"] = example(schemas, content["schema"])
            for answer in (said["responses"][code] for code in ("200", "201") if code in said["responses"]):
                for content in answer["content"].values():
                    content["example"] = example(schemas, content["schema"])
    schemas["Problem"]["example"] = {"type": "about:blank", "title": str(TITLES[404]), "status": 404}
    _without(result, "x-spec-enum-id")  # spectacular's own mark, another in each language
    return result


SAMPLES = {"date": "2026-11-24", "date-time": "2026-11-24T14:30:00+04:00", "uri": "https://example.org/",
           "uuid": "0e6c1c5e-3f3a-4c47-9d35-0b0b7f3f6d1a", "byte": "JVBERi0xLjcK",
           "decimal": "12.50"}  # fmt: skip


def example(schemas: dict[str, Any], schema: dict[str, Any]) -> Any:
    """What fits `schema`, each part with one value."""
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if inner := schema.get("allOf") or schema.get("oneOf"):
        return example(schemas, inner[0])
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        return {name: example(schemas, part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schemas, schema["items"])]
    plain = {"integer": schema.get("minimum", 1), "boolean": False, "number": 1.5}
    return plain.get(kind, SAMPLES.get(schema.get("format", ""), "…"))


def _without(said: Any, name: str) -> None:
    if isinstance(said, dict):
        said.pop(name, None)
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else []:
        _without(each, name)


def _close(schemas: dict[str, Any], schema: dict[str, Any]) -> None:
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2])
    if named is None or "additionalProperties" in named:
        return
    named["additionalProperties"] = False
    for part in named.get("properties", {}).values():
        _close(schemas, part.get("additionalProperties") or part.get("items") or part)
