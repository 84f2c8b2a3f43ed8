"""Whatever goes wrong is told as RFC 9457 problem details, in the caller's language.

400 does not fit the description of the API; 422 fits it, and a rule says no.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status

ROOT = "/api/v1/"
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: _("The request could not be understood"),
    401: _("A valid key is needed"),
    403: _("You may not do this"),
    404: _("There is nothing here for you"),
    405: _("This address does not know that method"),
    406: _("Only JSON is answered"),
    409: _("This contradicts what was asked before"),
    412: _("Somebody changed this meanwhile"),
    413: _("The request is too large"),
    415: _("Only JSON is understood"),
    422: _("The rules do not allow this"),
    428: _("Say which version you have seen"),
    429: _("Too many requests"),
    500: _("Something went wrong on our side"),
    503: _("The system is not available right now; nothing was saved"),
}


class Conflict(exceptions.APIException):
    """The key of the request was used for something else."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This Idempotency-Key was used for another request.")


class Stale(exceptions.APIException):
    """What is to be changed is not what the caller has seen."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Read it again, and send If-Match with its new ETag.")


class Unseen(exceptions.APIException):
    """The caller does not say what they have seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send If-Match with the ETag of what you want to change.")


class TooLarge(exceptions.APIException):
    """The body is longer than the address takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("Send less at once.")


def problem(code: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> HttpResponse:
    """An answer that tells what went wrong; `errors` say where, as JSON pointers."""
    said: dict[str, Any] = {"type": "about:blank", "title": str(TITLES.get(code, code)), "status": code}
    said |= {"detail": detail} if detail else {}
    said |= {"errors": errors} if errors else {}
    body = json.dumps(said, ensure_ascii=False)
    return HttpResponse(body, status=code, content_type=MEDIA_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF asks: the answer to `error`; None where it is none that a caller can cause.

    What the view did until then is undone and the refusal recorded (aidcenter/middleware.py).
    """
    answer = _answer(error)
    if answer is not None:
        context["request"]._request.refusal = error
    return answer


def _answer(error: Exception) -> HttpResponse | None:
    if isinstance(error, ValidationError):
        return problem(422, *_told(_by_field(error)))
    if isinstance(error, exceptions.ValidationError):
        return problem(400, *_told(error.detail))
    if isinstance(error, Http404):
        return problem(404)
    if isinstance(error, PermissionDenied):
        return problem(403, str(error))
    if not isinstance(error, exceptions.APIException):
        return None
    answer = problem(error.status_code, str(error.detail))
    if header := getattr(error, "auth_header", ""):
        answer["WWW-Authenticate"] = header
    return answer


def _by_field(error: ValidationError) -> Any:
    if hasattr(error, "error_dict"):
        return {"" if name == "__all__" else name: said for name, said in error.message_dict.items()}
    return error.messages


def _told(detail: Any) -> tuple[str, list[dict[str, str]]]:
    errors = list(_pointed(detail, ""))
    whole = " ".join(each["detail"] for each in errors if each["pointer"] == "")
    return whole, errors


def _pointed(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Each message with the place in the body that it is about."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _pointed(inner, f"{pointer}/{name}" if name != "" else pointer)
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _pointed(inner, f"{pointer}/{number}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def always_json(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: no address of the API ever answers with a page."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path_info.startswith(ROOT) or response.status_code < 400:
            return response
        if response.get("Content-Type") == MEDIA_TYPE:
            return response
        with translation.override(response.get("Content-Language") or translation.get_language()):
            answer = problem(response.status_code)
        for header in ("Retry-After", "Allow", "Content-Language", "Cache-Control"):
            if header in response:
                answer[header] = response[header]
        return answer

    return respond
