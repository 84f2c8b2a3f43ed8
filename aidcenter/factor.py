"""The mark in a session that its person has shown a second factor in it."""

import time
from typing import Any

from django.http import HttpRequest

SESSION_KEY = "second_factor"
SHOWN_AT = "second_factor_at"  # seconds since 1970
FRESH_SECONDS = 300


def pass_second_factor(request: HttpRequest, user: Any) -> None:
    """Record that `user` has shown a second factor in this session."""
    request.session[SESSION_KEY] = str(user.pk)
    request.session[SHOWN_AT] = int(time.time())


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session is signed in and has shown a second factor in it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return bool(request.session.get(SESSION_KEY) == str(user.pk))


def is_fresh(request: HttpRequest) -> bool:
    """Whether the second factor was shown within the last five minutes."""
    return bool(time.time() - request.session.get(SHOWN_AT, 0) <= FRESH_SECONDS)
