"""The idle lock: a session unused for ten minutes, or open for a whole shift, waits for its person.

The server keeps it: a locked session answers nothing until the password or a passkey is shown again.
A form sent meanwhile is not lost: the lock page carries it and sends it on. The cover that the browser
draws over the page (static/idle.js) is a courtesy.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.context import acting_as

SEEN, BEGAN, WRONG = "idle_seen", "idle_began", "idle_wrong"  # seconds since 1970, twice; a count
NOTED_EVERY = 15  # seconds: a busy person's session is not written at each click
TRIES = 5
PASSWORD, SENT_BY = "unlock_password", "unlock_sent_by"
LOCKED = 423

# What a locked session still answers: the lock itself, and the ways out.
OPEN = {
    *("idle", "unlock", "quick_exit", "set_language", "healthz", "health"),
    *("account_login", "account_logout", "demo_sign_in"),
}


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: Any) -> None:
    """A session that has just been opened, or unlocked, is awake."""
    request.session[SEEN] = request.session[BEGAN] = int(time.time())
    request.session.pop(WRONG, None)


def seconds_left(request: HttpRequest) -> int:
    """How long the session stays open if nothing is done; 0: it is locked."""
    now, session = time.time(), request.session
    idle = session.get(SEEN, 0) + settings.IDLE_SECONDS - now
    shift = session.get(BEGAN, 0) + settings.SHIFT_SECONDS - now
    return max(0, round(min(idle, shift)))


def _stay_awake(request: HttpRequest) -> None:
    now = int(time.time())
    if now - request.session[SEEN] >= min(NOTED_EVERY, settings.IDLE_SECONDS / 4):
        request.session[SEEN] = now


class IdleLock:
    """Middleware: in place of any page, a locked session shows the lock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """After the CSRF check, so that nobody else can send the password's form."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or not request.user.is_authenticated or request.user.scope is not None:
            return None  # a key of the API has no session to lock
        if seconds_left(request):
            _stay_awake(request)
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=LOCKED)
        return self._ask(request)

    def _ask(self, request: HttpRequest) -> HttpResponse | None:
        if PASSWORD not in request.POST:
            return _lock_page(request)
        refusal = _refusal(request, request.POST[PASSWORD])
        if refusal:
            return _lock_page(request, refusal) if request.user.is_authenticated else _to_sign_in()
        if request.POST.get(SENT_BY) == "POST":
            return None  # the form that was on its way goes on
        return HttpResponseRedirect(request.get_full_path())


def _lock_page(request: HttpRequest, refusal: str = "") -> HttpResponse:
    context = {"kept": list(_kept(request)), "sent_by": request.POST.get(SENT_BY, request.method)}
    return render(
        request, "locked.html", context | {"refusal": refusal, "asks": has_password(request)}, status=LOCKED
    )


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What was typed, to be sent on after unlocking."""
    for name, values in request.POST.lists():
        if name not in (PASSWORD, SENT_BY, "csrfmiddlewaretoken"):
            yield from ((name, str(value)) for value in values)


def _to_sign_in() -> HttpResponse:
    return HttpResponseRedirect("/accounts/login/")


def has_password(request: HttpRequest) -> bool:
    """The demo's people, who signed in with one click, have none."""
    return request.user.has_usable_password() or not settings.DEMO  # type: ignore[union-attr] # signed in


def _refusal(request: HttpRequest, password: str) -> str:
    """Unlock with the password and answer "", or say why not; after five wrong ones the session ends."""
    user: Any = request.user
    right = user.check_password(password) if has_password(request) else True
    return _settle(request, right=right)


def _settle(request: HttpRequest, *, right: bool) -> str:
    user: Any = request.user
    with acting_as(user.pk):
        audit.record("unlock" if right else "unlock.failed", by=user)
    if right:
        begin(request)
        return ""
    request.session[WRONG] = request.session.get(WRONG, 0) + 1
    if request.session[WRONG] < TRIES:
        return _("This did not unlock the page. Try again.")
    request.session.flush()
    request.user = AnonymousUser()
    return _("The session has ended. Sign in again.")


# --- for the cover of the browser -----------------------------------------------------------


@require_http_methods(["GET", "POST"])
def idle(request: HttpRequest) -> HttpResponse:
    """JSON `left`, in seconds; POST says that somebody is typing, which keeps an open session open."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    if request.method == "POST" and seconds_left(request):
        _stay_awake(request)
    return JsonResponse({"left": seconds_left(request)})


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Unlock in place: GET the passkey's question if there is one, POST `password` or `credential`."""
    user = request.user
    if not user.is_authenticated:
        return HttpResponse(status=401)
    if request.method == "GET":
        keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
        return JsonResponse({"passkey": begin_authentication(user) if keys.exists() else None})
    if "credential" in request.POST:
        refusal = _settle(request, right=_shown_passkey(request))
    else:
        refusal = _refusal(request, request.POST.get("password", ""))
    if not refusal:
        return JsonResponse({"left": seconds_left(request)})
    return JsonResponse({"error": refusal}, status=403 if request.user.is_authenticated else 401)


def _shown_passkey(request: HttpRequest) -> bool:
    form = AuthenticateWebAuthnForm(request.POST, user=request.user)
    try:
        return form.is_valid()
    except (ValidationError, ValueError, KeyError, TypeError):  # allauth raises on a malformed credential
        return False
