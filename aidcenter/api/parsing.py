"""JSON that says one thing only: no key twice, no NaN, not too deep, not too long, and UTF-8."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser

from aidcenter.api.problems import TooLarge

DEEPEST = 20
MOST_BYTES = 1 << 20
WITH_FILE = settings.UPLOAD_BYTES * 4 // 3 + MOST_BYTES // 16  # of a body with a file in base64


class StrictJSON(JSONParser):
    """What `json.loads` would let pass in two meanings is refused."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The body; raises ParseError, TooLarge."""
        view = (parser_context or {}).get("view")
        most = getattr(view, "most_bytes", MOST_BYTES)
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge
        if not _is_utf8(media_type or ""):
            raise UnsupportedMediaType(media_type or "")
        try:
            text = raw.decode("utf-8")
            _check_depth(text)
            return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not strict JSON: %(why)s") % {"why": error}) from None


def _is_utf8(media_type: str) -> bool:
    _type, _semicolon, rest = media_type.partition(";")
    asked: Mapping[str, str] = dict(
        part.strip().partition("=")[::2] for part in rest.split(";") if part.strip()
    )
    return asked.get("charset", "utf-8").strip('"').lower() in ("utf-8", "utf8")


def _check_depth(text: str) -> None:
    depth, inside, escaped = 0, False, False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = inside
        elif sign == '"':
            inside = not inside
        elif not inside and sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError(f"deeper than {DEEPEST}")
        elif not inside and sign in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
