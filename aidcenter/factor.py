"""The mark in a session that its person has shown a second factor in it."""

from typing import Any

from django.http import HttpRequest

SESSION_KEY = "second_factor"


def pass_second_factor(request: HttpRequest, user: Any) -> None:
    """Record that `user` has shown a second factor in this session."""
    request.session[SESSION_KEY] = str(user.pk)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session is signed in and has shown a second factor in it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return bool(request.session.get(SESSION_KEY) == str(user.pk))
