"""What surrounds every request: encoding, language, no storing, and one transaction with its context."""

import sys
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import psycopg2
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, Error, InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_structlog.middlewares import RequestMiddleware

from aidcenter import audit, wording
from aidcenter.context import acting_as
from aidcenter.signin import SecondFactor

__all__ = [
    "Compressed",
    "RequestTransaction",
    "SecondFactor",
    "language",
    "never_stored",
    "strict_encoding",
    "unavailable",
]

Respond = Callable[[HttpRequest], HttpResponse]
OUTSIDE = ("/accounts/", "/static/", "/demo/", "/exit/", "/language/", "/feed/", "/health")
REFUSALS = (Http404, PermissionDenied, SuspiciousOperation)
FORM = "application/x-www-form-urlencoded"


class RequestLog(RequestMiddleware):
    """A line at the start and the end of each request: the address, never what was typed into it."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Without the query, and without a path that leads nowhere."""
        try:
            resolve(request.path_info)
        except Resolver404:
            return f"{request.method} (no such address)"
        return f"{request.method} {request.path}"


def is_gone(error: BaseException | None) -> bool:
    """Whether the database went away; a connection cut in the middle has no class of its own."""
    cut = type(error) is DatabaseError and isinstance(error.__cause__, psycopg2.Error)
    return cut or isinstance(error, OperationalError | InterfaceError)


def service_unavailable() -> HttpResponse:
    """503: nothing was saved, try again shortly."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def unavailable(get_response: Respond) -> Respond:
    """A database that does not answer is 503 with Retry-After, not 500."""

    def respond(request: HttpRequest) -> HttpResponse:
        try:
            response = get_response(request)
        except Error as error:
            if not is_gone(error):
                raise
            return service_unavailable()
        return service_unavailable() if getattr(request, "database_gone", False) else response

    return respond


def never_stored(get_response: Respond) -> Respond:
    """No page is kept by a browser or a proxy."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    return respond


class Compressed(GZipMiddleware):
    """Pages go out compressed, each longer by chance, so that its length tells nothing of a secret in it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pages only: files are compressed already, and answers of the API are short."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


def language(get_response: Respond) -> Respond:
    """The person's language, else the cookie's or the browser's, else Azerbaijani."""

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
        response["Content-Language"] = request.LANGUAGE_CODE
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return respond


def strict_encoding(get_response: Respond) -> Respond:
    """A form or query that is not UTF-8 is 400: never stored as replacement characters."""

    def respond(request: HttpRequest) -> HttpResponse:
        raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        if request.content_type == FORM:
            raw += b"&" + request.body
        try:
            unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            return HttpResponseBadRequest(render_to_string("400.html"))
        return get_response(request)

    return respond


class RequestTransaction:
    """One transaction a request, with the asking person in it; the view runs in a savepoint.

    A refusal (404, 403, 400) undoes what the view did and is recorded. Any other error, or a status
    of 500 and more, undoes everything. A COMMIT that fails is 503. Sign-in pages stand outside.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Open, answer, close."""
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        try:
            with acting_as(request.user.pk):
                wording.refresh()
                return self._answer(request)
        except Error as error:
            if not is_gone(error):
                raise
            return service_unavailable()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        savepoint = transaction.savepoint()
        response = self.get_response(request)
        refusal = getattr(request, "refusal", None)
        if refusal is not None:
            transaction.savepoint_rollback(savepoint)
            self._record(request, response)
        elif response.status_code >= 500:
            transaction.set_rollback(True)
        return response

    def _record(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.user.is_authenticated:
            match = request.resolver_match
            ids = [value for value in match.kwargs.values() if hasattr(value, "hex")] if match else []
            view = match.view_name if match else ""
            audit.record("refused", by=request.user, ids=ids, status=response.status_code, view=view)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Remember why the view stopped; a database that went away is 503."""
        if isinstance(exception, REFUSALS):
            request.refusal = exception  # type: ignore[attr-defined]
        if is_gone(exception):
            return service_unavailable()
        return None


def server_error(_: HttpRequest) -> HttpResponse:
    """500, or 503 when it was the database that went away (errors outside a view end here)."""
    if is_gone(sys.exc_info()[1]):
        return service_unavailable()
    return HttpResponse(render_to_string("500.html"), status=500)
