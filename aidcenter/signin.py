"""Who comes in: no sign-up, a second factor for everyone, one click in the demo, and the quick way out."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from aidcenter import audit, crypto
from aidcenter.context import acting_as
from aidcenter.factor import has_second_factor, is_fresh, pass_second_factor
from aidcenter.models import Staff
from aidcenter.shell import exit_url

FACTOR_CONTEXT = "second-factor"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

# What a session may reach before its second factor; SETUP only while the person has none.
ALWAYS = {
    *("account_login", "account_logout", "account_reauthenticate", "mfa_authenticate", "mfa_login_webauthn"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "lost_factor"),
    *("demo_sign_in", "demo_mail", "quick_exit", "set_language", "healthz", "health"),
}
SETUP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}


class Adapter(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Continue in the person's own language."""
        return speak(super().post_login(request, user, **kwargs), user.language)


class FactorAdapter(DefaultMFAAdapter):
    """The last second factor stays until another one is there."""

    def encrypt(self, text: str) -> str:
        """The seed of an authenticator app, unreadable at rest."""
        return crypto.seal_text(text, FACTOR_CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return crypto.unseal_text(encrypted_text, FACTOR_CONTEXT)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether `user` is asked for more than the password: codes handed over sealed are asked for too."""
        return bool(super().is_mfa_enabled(user, types and [*types, Authenticator.Type.RECOVERY_CODES]))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether a second factor remains without `authenticator`."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists()


# --- on record ------------------------------------------------------------------------------


@receiver([user_logged_in, user_logged_out])
def _record_coming_and_going(user: Any, signal: Any, **_: Any) -> None:
    if user is not None:
        with acting_as(user.pk):
            audit.record("sign_in" if signal is user_logged_in else "sign_out", by=user)


@receiver(authenticator_used)
def _record_code(user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        with acting_as(user.pk):
            audit.record("sign_in.code", by=user)


@receiver(user_login_failed)
def _record_failure(credentials: dict[str, Any], **_: Any) -> None:
    """Of a person who exists; what else was typed may be a password and is not kept."""
    name = str(credentials.get("username", ""))
    person = None if "\x00" in name else get_user_model().objects.filter(username=name).first()
    if person is not None:
        with acting_as(person.pk):
            audit.record("sign_in.failed", by=person)


# --- the second factor ----------------------------------------------------------------------


@receiver([authenticator_added, authenticator_used])
def _second_factor_shown(request: HttpRequest, user: Any, **_: Any) -> None:
    """A factor used at sign-in, or activated with a fresh code or key, opens the session."""
    pass_second_factor(request, user)


class SecondFactor:
    """Middleware: a signed-in session without a second factor reaches only the pages to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = _url_name(request)
        user: Any = getattr(request, "user", None)
        if name in ALWAYS or user is None or not user.is_authenticated or has_second_factor(request):
            return self.get_response(request)
        has_factor = is_mfa_enabled(user, FACTORS)
        if name in SETUP and not has_factor:
            return self.get_response(request)
        return _to(request, reverse("mfa_reauthenticate" if has_factor else "mfa_index"))


def fresh_factor_first(request: HttpRequest) -> HttpResponse | None:
    """The way to show the second factor again before something grave; None when it was just shown.

    The demo's people, who signed in with one click, have none to show.
    """
    has_none = settings.DEMO and not is_mfa_enabled(request.user, FACTORS)  # type: ignore[arg-type] # signed in
    if is_fresh(request) or has_none:
        return None
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")


def _url_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _to(request: HttpRequest, page: str) -> HttpResponse:
    """Lead a browser to `page`, htmx too; a program is told 401."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": page})
    if request.path_info.startswith("/api/"):
        return HttpResponse(status=401)
    return HttpResponseRedirect(page)


@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Another password; who signs in without one has nothing to change."""
    if not isinstance(request.user, Staff) or not request.user.has_usable_password():
        return redirect("personal")
    answer: HttpResponse = account.password_change(request)
    return answer


# --- the demo -------------------------------------------------------------------------------


def _demo_person(username: str) -> Any:
    if "\x00" in username:  # PostgreSQL does not take it as text
        return None
    return get_user_model().objects.filter(username=username, is_active=True, is_program=False).first()


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo centre without a password; only the demo has this door."""
    if not settings.DEMO:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    person = _demo_person(request.POST.get("person", ""))
    if person is None:
        return render(request, "demo/unknown_person.html", status=400)
    login(request, person, backend=BACKEND)
    pass_second_factor(request, person)
    return speak(HttpResponseRedirect("/"), person.language)


# --- language and leaving -------------------------------------------------------------------


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """`response`, asking the browser to keep `language`."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show the pages in another language, and remember it for a signed-in person."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(target)
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    user: Any = request.user
    if user.is_authenticated:
        user.language = language
        user.save(update_fields=["language"])
    return speak(response, language)


@require_POST
def quick_exit(request: HttpRequest) -> HttpResponse:
    """Sign out and show a neutral site at once.

    Not a redirect: `form-action 'self'` would stop a form from being led to another site.
    """
    request.session.flush()
    url = exit_url()
    response = render(request, "quick_exit.html", {"url": url})
    response["Refresh"] = f"0; url={url}"
    return response
