"""Who asks the API: the key says it, a browser's session never does."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from aidcenter.api import tokens
from aidcenter.api.problems import ROOT, problem
from aidcenter.models import Staff

SCHEME = "Bearer "


class Bearer:
    """Middleware: the person of the key, in their language; too many requests are 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the name of the key's person."""
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        request.user = AnonymousUser()
        given = request.headers.get("Authorization", "")
        use = tokens.used(given.removeprefix(SCHEME)) if given.startswith(SCHEME) else None
        if use is None:
            return self.get_response(request)
        request.user = use.person
        if "Accept-Language" not in request.headers:
            request.LANGUAGE_CODE = use.person.language
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request) if use.left >= 0 else problem(429, _("Wait a little."))
        response["RateLimit"] = f'"minute";r={max(0, use.left)};t={use.resets_in}'
        if use.left < 0:
            response["Retry-After"] = str(use.resets_in)
        return response


class Key(BaseAuthentication):
    """For DRF: whom the middleware has found."""

    def authenticate(self, request: Request) -> tuple[Staff, None] | None:
        """The person, or None."""
        user: Any = request._request.user
        return (user, None) if user.is_authenticated else None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class KeyDescribed(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # spectacular's own way
    """For the description of the API."""

    target_class = "aidcenter.api.doors.Key"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}
