"""The system of a state body that is told by webhook: where it is, and which key signs its receipts."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.context import act
from aidcenter.forms import Text
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from cases.actions import require
from referrals import signatures
from referrals.authority_views import done
from referrals.models import Commission, Webhook

WAY = "webhook"


class SystemForm(forms.Form):
    """Where their system listens, and the public half of the key that signs its receipts."""

    url = forms.URLField(
        label=_("Address of their system"), max_length=300, assume_scheme="https",
        help_text=_("For example https://bodies.example.az/aid-centre. No personal data is sent there."),
    )  # fmt: skip
    their_key = Text(
        label=_("Their public key"), max_length=60, required=True,
        help_text=_("Ed25519, 32 bytes in base64: a receipt counts only when this key has signed it."),
    )  # fmt: skip

    def clean_url(self) -> str:
        """Encrypted on the way, and without a password that the page would show."""
        url = str(self.cleaned_data["url"])
        parts = urlsplit(url)
        if parts.scheme != "https" and (settings.PRODUCTION or parts.scheme != "http"):
            raise ValidationError(gettext("The address begins with https://."))
        if parts.username or parts.password:
            raise ValidationError(gettext("Leave out user and password: the key says who we are."))
        return url

    def clean_their_key(self) -> str:
        """A key, not something else that was pasted."""
        key = str(self.cleaned_data["their_key"])
        if not signatures.is_key(key):
            raise ValidationError(gettext("This is no Ed25519 public key in base64."))
        return key


@act
def connect(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """Tell the body by its system too, from the next message on."""
    require(by, Verb.EDIT_COMMISSIONS)
    hook = Webhook.objects.filter(pk=commission.pk).first() or Webhook(commission=commission)
    hook.url, hook.their_key = said["url"], said["their_key"]
    hook.save()
    if WAY not in commission.channels:
        commission.channels = [*commission.channels, WAY]
        commission.save(update_fields=["channels"])
    audit.record("commission.system", by=by, ids=[commission.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def system(request: StaffRequest, pk: Any) -> HttpResponse:
    """Where their system is, after a fresh second factor: it decides where every message goes."""
    row = get_object_or_404(Commission, pk=pk)
    if first := fresh_factor_first(request):
        return first
    hook = Webhook.objects.filter(pk=row.pk).first()
    now = {"url": hook.url, "their_key": hook.their_key} if hook else {}
    form = SystemForm(request.POST or None, initial=now)
    return done(request, row, form, lambda said: connect(row, said, by=request.user), gettext("Their system"))
